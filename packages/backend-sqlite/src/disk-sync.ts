import { closeSync, fdatasync, openSync } from "node:fs";
import { type Deferred, deferred } from "./deferred.ts";

/**
 * Puts the write-ahead log on disk, for commits which must survive a loss of power. SQLite itself commits with
 * `synchronous = NORMAL`, which hands the pages to the operating system: that survives the death of the process. Syncing the
 * log after such a commit is all that FULL would add, but done here it runs on another thread while the event loop works on.
 *
 * At most one sync is under way. Whoever comes meanwhile shares the next one, for the one under way may have begun too early.
 */
export class DiskSync {
  readonly #fd: number;
  #isSyncing = false;
  #next: Deferred | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(walFile: string) {
    // Opened once and kept: the log is not deleted while the database is open.
    this.#fd = openSync(walFile, "r+");
  }

  /** Resolves when all that was committed before this call is on disk. */
  sync(): Promise<void> {
    this.#next ??= deferred();
    const { promise } = this.#next;
    this.#last = promise;
    if (!this.#isSyncing) this.#start();
    return promise;
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#last.catch(() => {});
    closeSync(this.#fd);
  }

  #start(): void {
    const current = this.#next;
    if (current === undefined) return;
    this.#next = undefined;
    this.#isSyncing = true;
    fdatasync(this.#fd, (error) => {
      this.#isSyncing = false;
      if (error === null) current.resolve();
      else current.reject(error);
      this.#start();
    });
  }
}
