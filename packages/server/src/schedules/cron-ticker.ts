import type { ServerTools } from "../server-tools.ts";
import { fireDueCron } from "./fire-cron.ts";

export interface CronTickerOptions {
  tools: ServerTools;
  /** The clock. Tests move it. */
  now?: () => Date;
}

/** A cron whose process dies while it fires is taken over after this time. */
const CLAIM_MS = 60_000;
const BATCH = 50;

/** Crons that another process has made are found within this time. */
const LOOK_EVERY_MS = 5000;
const MIN_PAUSE_MS = 20;
/** What is due but claimed by another process is none of our business for a while. */
const CLAIMED_PAUSE_MS = 1000;

/** Fires the crons whose time has come. Every server has one; the claim sees to it that each time is fired once. */
export class CronTicker {
  readonly #tools: ServerTools;
  readonly #now: () => Date;
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> | undefined;
  #isStopped = false;

  constructor({ tools, now = () => new Date() }: CronTickerOptions) {
    this.#tools = tools;
    this.#now = now;
  }

  start(): void {
    this.#plan(0);
  }

  /** Waits until what is being fired is noted. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#ticking;
  }

  /** A cron was made or changed here: its time may come before the one waited for. */
  wake(): void {
    if (this.#ticking === undefined && !this.#isStopped) this.#plan(0);
  }

  /** Fires all that is due now. */
  async tick(): Promise<void> {
    const { backend, logger } = this.#tools;
    for (;;) {
      const due = await backend.crons.claimDue({ limit: BATCH, claimMs: CLAIM_MS });
      await Promise.all(
        due.map(async (cron) => {
          try {
            await fireDueCron(cron, this.#now(), this.#tools);
          } catch (error) {
            logger.error({ err: error, cron_id: cron.cronId }, "a cron could not be fired; it is tried again");
          }
        }),
      );
      if (due.length < BATCH) return;
    }
  }

  #plan(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#ticking = this.#tickAndPlan();
    }, delayMs);
    this.#timer.unref();
  }

  async #tickAndPlan(): Promise<void> {
    let pauseMs = LOOK_EVERY_MS;
    try {
      await this.tick();
      const dueAt = await this.#tools.backend.crons.nextDueAt();
      if (dueAt !== undefined) pauseMs = this.#pauseUntil(dueAt);
    } catch (error) {
      this.#tools.logger.error({ err: error }, "crons could not be looked at");
    }
    this.#ticking = undefined;
    if (!this.#isStopped) this.#plan(pauseMs);
  }

  #pauseUntil(dueAt: string): number {
    const leftMs = Date.parse(dueAt) - this.#now().getTime();
    if (leftMs <= 0) return CLAIMED_PAUSE_MS;
    return Math.min(Math.max(leftMs, MIN_PAUSE_MS), LOOK_EVERY_MS);
  }
}
