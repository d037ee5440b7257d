import type { Backend } from "@heddle/backend";
import type { Logger } from "pino";

const EVERY_MS = 60_000;

/** Events of runs that nobody asked to keep are kept this long after the run's end, for readers who come late. */
const EVENTS_KEPT_MS = 120_000;

/** What webhooks were told is kept this long, to be looked at and sent again. */
const DELIVERIES_KEPT_MS = 7 * 86_400_000;

/** Removes old events and old webhook deliveries. `start` and `stop` come in a pair. */
export class LogTrimmer {
  readonly #backend: Backend;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;

  constructor(backend: Backend, logger: Logger) {
    this.#backend = backend;
    this.#logger = logger;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#trim(), EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #trim(): Promise<void> {
    const before = (keptMs: number) => new Date(Date.now() - keptMs).toISOString();
    try {
      await this.#backend.events.trim({ endedBefore: before(EVENTS_KEPT_MS) });
      await this.#backend.webhooks.trim({ createdBefore: before(DELIVERIES_KEPT_MS) });
    } catch (error) {
      this.#logger.error({ err: error }, "old events could not be removed");
    }
  }
}
