import type { Backend } from "@heddle/backend";
import type { Logger } from "pino";

export interface StoreSweeperOptions {
  backend: Backend;
  logger: Logger;
  everyMs: number;
}

/** Removes items of the store whose time is over. `start` and `stop` come in a pair. */
export class StoreSweeper {
  readonly #options: StoreSweeperOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StoreSweeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#sweep(), this.#options.everyMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #sweep(): Promise<void> {
    const { backend, logger } = this.#options;
    try {
      const items = await backend.store.sweep();
      if (items > 0) logger.info({ items }, "items of the store have expired");
    } catch (error) {
      logger.error({ err: error }, "expired items of the store could not be removed");
    }
  }
}
