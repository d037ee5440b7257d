import { DatabaseUnavailableError } from "@heddle/backend";
import type { Database } from "./database.ts";
import { type Deferred, deferred } from "./deferred.ts";
import type { DiskSync } from "./disk-sync.ts";

/** process: survives the death of the process · disk: also a loss of power, at the price of waiting for the disk. */
export type Durability = "process" | "disk";

/** What a change may ask of the transaction it is part of. */
export interface Transaction {
  /** Calls back when the change is as durable as named, before the promise of its write resolves. Must not throw. */
  after(durability: Durability, callback: () => void): void;
  /** Calls back when the change is undone, by its own error or because the transaction could not be committed. */
  undo(callback: () => void): void;
}

/** A busy database lets a transaction stay open for this many more turns: each commit writes the same pages again. */
const LINGER_TURNS = 4;

/** The database is busy when the former transaction held at least this many changes. */
const BUSY_CHANGES = 6;

/**
 * All writes of one turn of the event loop share one transaction: the first opens it, the end of the turn commits it; of
 * several turns, while many write at once. A change runs synchronously. One that throws takes back its own work only: had it
 * written something, the transaction is rolled back and the other changes are made once more, in their order (which is rare,
 * while a savepoint around each change would cost all of them). A write resolves after the commit, and with durability
 * "disk" after the sync that follows it, which concurrent writes share as well.
 */
export class GroupCommit {
  readonly #database: Database;
  readonly #disk: DiskSync | undefined;
  readonly #commitListeners: (() => void)[] = [];
  readonly #rollbackListeners: (() => void)[] = [];
  #batch: Batch | undefined;
  #formerChanges = 0;
  #isClosed = false;

  /** Without `disk` (a database in memory) a commit is all there is. */
  constructor(database: Database, disk: DiskSync | undefined) {
    this.#database = database;
    this.#disk = disk;
  }

  /** Runs the change; resolves to its result once it is durable, rejects with its error or with that of the commit. */
  async write<T>(durability: Durability, change: (transaction: Transaction) => T): Promise<T> {
    if (this.#isClosed) throw new Error("The database is closed.");
    const batch = this.#batch ?? this.#begin();
    const applied = this.#apply(batch, change);
    await batch.durable(durability);
    return applied.result as T;
  }

  /** The result of a query; it resolves only when all that the query can have seen is committed. */
  async read<T>(query: () => T): Promise<T> {
    if (this.#isClosed) throw new Error("The database is closed.");
    const result = this.#read(query);
    if (this.#batch === undefined) return result;
    try {
      await this.#batch.durable("process");
    } catch {
      return this.read(query);
    }
    return result;
  }

  /** A query may write what waits for the commit. When the disk is full then, SQLite rolls back the whole transaction. */
  #read<T>(query: () => T): T {
    try {
      return query();
    } catch (error) {
      if (this.#batch !== undefined && !this.#database.isInTransaction) this.#fail(this.#batch, error);
      throw isOfDisk(error) ? notWritten(error) : error;
    }
  }

  /** Calls back before each commit; what is written then belongs to it, and fails with it. */
  onCommit(listener: () => void): void {
    this.#commitListeners.push(listener);
  }

  /** Calls back whenever something that was written is undone, before it is written again. Must not throw. */
  onRollback(listener: () => void): void {
    this.#rollbackListeners.push(listener);
  }

  /** Commits what is open, waits for the disk, and takes no more writes. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#batch !== undefined) this.#commit(this.#batch);
    await this.#disk?.close();
  }

  #begin(): Batch {
    try {
      this.#database.exec("BEGIN IMMEDIATE");
    } catch (error) {
      throw isOfDisk(error) ? notWritten(error) : error;
    }
    const batch = new Batch();
    this.#batch = batch;
    this.#commitLater(batch, this.#formerChanges >= BUSY_CHANGES ? LINGER_TURNS : 0);
    return batch;
  }

  #commitLater(batch: Batch, turns: number): void {
    setImmediate(() => {
      if (turns > 0 && this.#batch === batch) this.#commitLater(batch, turns - 1);
      else this.#commit(batch);
    });
  }

  #apply(batch: Batch, change: Change): Applied {
    const mark = batch.mark();
    const written = this.#database.writes;
    try {
      const applied = { change, result: change(batch) };
      batch.applied.push(applied);
      return applied;
    } catch (error) {
      // A full disk makes SQLite roll back the whole transaction.
      if (!this.#database.isInTransaction) this.#fail(batch, error);
      else if (this.#database.writes === written) batch.undoSince(mark);
      else this.#makeAgain(batch);
      throw isOfDisk(error) ? notWritten(error) : error;
    }
  }

  /** Takes back all, then makes all changes once more but the one that threw. They did not fail before, nor do they now. */
  #makeAgain(batch: Batch): void {
    this.#undoAll(batch);
    try {
      this.#database.exec("ROLLBACK; BEGIN IMMEDIATE");
      for (const applied of batch.applied) applied.result = applied.change(batch);
    } catch (error) {
      if (this.#database.isInTransaction) this.#database.exec("ROLLBACK");
      this.#fail(batch, error);
    }
  }

  #commit(batch: Batch): void {
    if (this.#batch !== batch) return;
    try {
      for (const listener of this.#commitListeners) listener();
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isInTransaction) this.#database.exec("ROLLBACK");
      this.#fail(batch, error);
      return;
    }
    this.#batch = undefined;
    this.#formerChanges = batch.applied.length;
    batch.resolve("process");
    if (!batch.isAwaited("disk")) return;
    if (this.#disk === undefined) batch.resolve("disk");
    else
      this.#disk.sync().then(
        () => batch.resolve("disk"),
        (error: unknown) => batch.reject(notWritten(error)),
      );
  }

  #fail(batch: Batch, error: unknown): void {
    this.#batch = undefined;
    this.#undoAll(batch);
    batch.reject(notWritten(error));
  }

  #undoAll(batch: Batch): void {
    batch.undoSince(NOTHING);
    for (const listener of this.#rollbackListeners) listener();
  }
}

function notWritten(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `Nothing was written: ${reason}. Free space or repair the disk, then try again.`;
  return new DatabaseUnavailableError(message, { cause });
}

/** The disk is full, read-only or broken, or a program beside this one holds the file: nothing is wrong with the change. */
function isOfDisk(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN|BUSY)/.test(String(error.code))
  );
}

interface Mark {
  undo: number;
  process: number;
  disk: number;
}

const NOTHING: Mark = { undo: 0, process: 0, disk: 0 };

type Change = (transaction: Transaction) => unknown;

interface Applied {
  change: Change;
  result: unknown;
}

/** The writes of one transaction. */
class Batch implements Transaction {
  /** What was changed so far, in order. */
  readonly applied: Applied[] = [];
  readonly #undo: (() => void)[] = [];
  readonly #after = { process: [] as (() => void)[], disk: [] as (() => void)[] };
  readonly #done: Partial<Record<Durability, Deferred>> = {};

  after(durability: Durability, callback: () => void): void {
    this.#after[durability].push(callback);
  }

  undo(callback: () => void): void {
    this.#undo.push(callback);
  }

  durable(durability: Durability): Promise<void> {
    const done = this.#done[durability] ?? deferred();
    this.#done[durability] = done;
    return done.promise;
  }

  isAwaited(durability: Durability): boolean {
    return this.#done[durability] !== undefined || this.#after[durability].length > 0;
  }

  mark(): Mark {
    return { undo: this.#undo.length, process: this.#after.process.length, disk: this.#after.disk.length };
  }

  undoSince(mark: Mark): void {
    for (const callback of this.#undo.splice(mark.undo).reverse()) callback();
    this.#after.process.length = mark.process;
    this.#after.disk.length = mark.disk;
  }

  resolve(durability: Durability): void {
    for (const callback of this.#after[durability]) callback();
    this.#done[durability]?.resolve();
  }

  reject(error: unknown): void {
    this.#done.process?.reject(error);
    this.#done.disk?.reject(error);
  }
}
