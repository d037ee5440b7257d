import type { ServerTools } from "../server-tools.ts";
import { forgetHistory } from "./prune-threads.ts";

export interface ThreadSweeperOptions {
  everyMs: number;
  /** How many threads one sweep ends at most before it lets others work. */
  limit: number;
}

/** Ends threads whose time to live has passed, or takes their history. `start` and `stop` come in a pair. */
export class ThreadSweeper {
  readonly #tools: Pick<ServerTools, "backend" | "logger">;
  readonly #options: ThreadSweeperOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(tools: Pick<ServerTools, "backend" | "logger">, options: ThreadSweeperOptions) {
    this.#tools = tools;
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#sweepOrLog(), this.#options.everyMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Ends all threads whose time has passed; returns how many. */
  async sweep(): Promise<number> {
    const { limit } = this.#options;
    let count = 0;
    for (;;) {
      const { deleted, toPrune } = await this.#tools.backend.threads.sweepExpired({ limit });
      count += deleted.length;
      await forgetHistory(toPrune, this.#tools);
      if (deleted.length + toPrune.length < limit) return count;
    }
  }

  async #sweepOrLog(): Promise<void> {
    try {
      const count = await this.sweep();
      if (count > 0) this.#tools.logger.info({ threads: count }, "threads have expired");
    } catch (error) {
      this.#tools.logger.error({ err: error }, "expired threads could not be removed");
    }
  }
}
