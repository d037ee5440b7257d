import { setTimeout as wait } from "node:timers/promises";
import type { Lease, Waiter, WaitingWorkers } from "@heddle/backend";
import type { Database } from "./database.ts";
import { type RunRow, toRunRecord } from "./run-row.ts";

export interface HandOutOptions {
  database: Database;
  workers: WaitingWorkers;
  processId: () => number | undefined;
  now: () => Date;
  give: (waiter: Waiter, lease: Lease) => void;
}

interface LeaseRow {
  leased: RunRow[] | null;
  has_more: boolean;
  next_due_ms: number | null;
}

/** How long to stand back when the only ready runs are of threads that are locked just now. */
const LOCKED_WAIT_MS = 5;
/** How long a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Gives ready runs to the workers that wait in this process. It asks the database only when there may be something: after news
 * (`wake`) and when a delayed run is due. News that comes while it asks makes it ask again, so none is lost; news that comes
 * while nobody waits is kept for the next worker.
 */
export class HandOut {
  readonly #options: HandOutOptions;
  #hasNews = true;
  #isAsking = false;
  #isClosed = false;
  #nextDueMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HandOutOptions) {
    this.#options = options;
  }

  /** As far as is known here no older run is ready: a new one may go to a waiting worker directly. */
  get isIdle(): boolean {
    return !this.#hasNews && !this.#isAsking;
  }

  /** There may be a run to lease. */
  wake(): void {
    this.#hasNews = true;
    this.serve();
  }

  /** Somebody waits. */
  serve(): void {
    const isDue = this.#nextDueMs !== undefined && this.#nextDueMs <= this.#options.now().getTime();
    if ((this.#hasNews || isDue) && !this.#isAsking && !this.#isClosed) void this.#ask();
  }

  /** A run of this process will be due then. */
  expect(dueMs: number): void {
    if (this.#nextDueMs === undefined || dueMs < this.#nextDueMs) this.#setTimer(dueMs);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    const { workers } = this.#options;
    this.#isAsking = true;
    this.#hasNews = true;
    while (this.#hasNews && workers.hasFree && !this.#isClosed) {
      this.#hasNews = false;
      const waiters = workers.reserve(Number.POSITIVE_INFINITY);
      try {
        const given = await this.#lease(waiters);
        workers.putBack(waiters);
        if (this.#hasNews && given === 0) await wait(LOCKED_WAIT_MS);
      } catch (error) {
        this.#hasNews = true;
        for (const waiter of waiters) waiter.fail(error);
      }
    }
    this.#isAsking = false;
  }

  async #lease(waiters: readonly Waiter[]): Promise<number> {
    const now = this.#options.now();
    const row = await this.#options.database.queryOne<LeaseRow>("SELECT * FROM heddle.lease_runs($1, $2, $3, $4, $5)", [
      waiters.map(({ workerId }) => workerId),
      this.#options.processId(),
      waiters.map(({ leaseMs }) => now.getTime() + leaseMs),
      now.getTime(),
      now.toISOString(),
    ]);
    // Runs and workers in the same order: the function goes through both from the first on.
    const leased = row.leased ?? [];
    for (const [index, waiter] of waiters.entries()) {
      const runRow = leased[index];
      if (runRow === undefined) break;
      const run = toRunRecord(runRow);
      this.#options.give(waiter, { run, workerId: waiter.workerId, attempt: run.attempt });
    }
    this.#setTimer(row.next_due_ms ?? undefined);
    if (row.has_more) this.#hasNews = true;
    return leased.length;
  }

  /** Wakes delayed runs in time. What a missed timer leaves, the next look around finds. */
  #setTimer(dueMs: number | undefined): void {
    clearTimeout(this.#timer);
    this.#nextDueMs = dueMs;
    if (dueMs === undefined || this.#isClosed) return;
    const delayMs = Math.min(Math.max(dueMs - this.#options.now().getTime(), 1), MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.wake(), delayMs);
    this.#timer.unref();
  }
}
