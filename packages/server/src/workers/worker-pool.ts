import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { DatabaseUnavailableError, type Lease, untilAvailable } from "@heddle/backend";
import type { CancelAction } from "@heddle/protocol";
import { recordEnd } from "../webhooks/record-end.ts";
import { type FinishedRun, settleRun } from "./settle-run.ts";
import { work } from "./worker.ts";
import type { ActiveRun, WorkerTools } from "./worker-tools.ts";

export interface WorkerPoolOptions extends WorkerTools {
  /** How many runs are executed at the same time. */
  concurrency: number;
  /** A run that died with its worker this often is given up as an error. */
  maxAttempts: number;
  leaseMs: number;
  /** How long `stop` waits for running graphs to reach the end of a superstep before it breaks them off. */
  drainMs: number;
}

/** After a failure to take or settle a run. */
const RETRY_MS = 500;

/** How long `stop` waits beyond the draining for runs to be handed back. */
const HAND_BACK_MS = 2000;

/** How often to look for runs whose worker is dead; two looks confirm it (see RunQueue.sweep). */
const SWEEP_EVERY_MS = 500;

/**
 * The hands: takes runs from the queue and executes them, `concurrency` at a time; so many again may have ended and wait to be
 * settled, so that the disk keeps nobody from working, and a database that is away lets nothing pile up. `start` and `stop` come in
 * a pair.
 *
 * A running graph that is told to stop (`stop`) saves its superstep and is handed back; after `drainMs` it is broken off and
 * handed back too, and whoever takes it up repeats the superstep.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #stopping = new AbortController();
  readonly #active = new Map<string, ActiveRun>();
  /** Of runs whose graph has ended. */
  readonly #settling = new Map<Lease, Promise<void>>();
  readonly #workerId = `${hostname()}-${process.pid}`;
  #loops: Promise<void>[] = [];
  #stopListening: (() => void) | undefined;
  #heart: NodeJS.Timeout | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #isBeating = false;
  #isSweeping = false;
  #isDatabaseAway = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** First gives up runs that have taken their process down too often, then begins to take runs. */
  async start(): Promise<void> {
    const { concurrency, leaseMs, backend } = this.#options;
    await this.#sweep();
    this.#stopListening = backend.queue.onCancel((runId, action) => this.#cancel(runId, action));
    this.#heart = setInterval(() => void this.#beat(), leaseMs / 3);
    this.#heart.unref();
    this.#sweeper = setInterval(() => void this.#sweepAgain(), SWEEP_EVERY_MS);
    this.#sweeper.unref();
    this.#loops = Array.from({ length: concurrency }, () => this.#loop());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#sweeper);
    for (const active of this.#active.values()) active.drain();
    const breakOff = setTimeout(() => {
      for (const active of this.#active.values()) active.abort({ kind: "released" });
    }, this.#options.drainMs);
    // What cannot be handed back, because the database is away, is found by its lease.
    const patience = new AbortController();
    const lost = wait(this.#options.drainMs + HAND_BACK_MS, undefined, { signal: patience.signal }).catch(() => {});
    const settled = Promise.all(this.#loops).then(() => Promise.all(this.#settling.values()));
    await Promise.race([settled, lost]);
    patience.abort();
    clearTimeout(breakOff);
    clearInterval(this.#heart);
    this.#stopListening?.();
  }

  async #loop(): Promise<void> {
    const { backend, leaseMs } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const lease = await backend.queue.lease({ workerId: this.#workerId, leaseMs, signal });
        if (lease === undefined) return;
        this.#noteDatabase();
        const settling = this.#settle(await work(lease, this.#options, this.#active));
        // The graph has ended, so the next may begin, unless so many wait for the database already.
        if (this.#settling.size > this.#options.concurrency) await settling;
      } catch (error) {
        this.#noteFailure(error, "a worker could not take a run");
        await wait(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  #settle(finished: FinishedRun): Promise<void> {
    const settling = this.#settleToEnd(finished);
    this.#settling.set(finished.lease, settling);
    return settling;
  }

  async #settleToEnd(finished: FinishedRun): Promise<void> {
    const { lease } = finished;
    try {
      await settleRun(finished, this.#options);
    } catch (error) {
      this.#noteFailure(error, "a run could not be settled");
      await wait(RETRY_MS, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
    // Until here the lease is renewed: when the database is away, settling takes its time. A run that was handed back may be
    // here again already.
    if (this.#active.get(lease.run.runId)?.lease === lease) this.#active.delete(lease.run.runId);
    this.#settling.delete(lease);
  }

  /** Prolongs the leases of what runs here. */
  async #beat(): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    const { backend, leaseMs } = this.#options;
    try {
      for (const active of this.#active.values()) {
        const renew = () => backend.queue.renew(active.lease, leaseMs);
        const outcome = await untilAvailable(renew, this.#stopping.signal);
        if (outcome.status === "lost") active.abort({ kind: "lost" });
        if (outcome.status === "cancel") active.abort({ kind: "cancelled", action: outcome.action });
      }
    } catch (error) {
      this.#noteFailure(error, "leases could not be renewed");
    }
    this.#isBeating = false;
  }

  async #sweepAgain(): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      await this.#sweep();
      this.#noteDatabase();
    } catch (error) {
      this.#noteFailure(error, "runs of dead workers could not be looked for");
    }
    this.#isSweeping = false;
  }

  /** Takes back what died elsewhere, and gives up what has taken its process down too often. */
  async #sweep(): Promise<void> {
    const { backend, live, logger, maxAttempts } = this.#options;
    for (const run of await backend.queue.sweep({ maxAttempts })) {
      logger.error({ run_id: run.runId, thread_id: run.threadId }, `run was given up after ${maxAttempts} attempts`);
      const error = { error: "WorkerLost", message: "The run's worker died" };
      live.end(run.runId, { status: run.status, error });
      await recordEnd(run.runId, { status: run.status, error }, this.#options);
    }
  }

  /** An outage is said once, not twice a second. */
  #noteFailure(error: unknown, message: string): void {
    const { logger } = this.#options;
    if (!(error instanceof DatabaseUnavailableError)) logger.error({ err: error }, message);
    else if (!this.#isDatabaseAway) {
      this.#isDatabaseAway = true;
      logger.error({ err: error }, "the database is not available; the workers wait for it");
    }
  }

  #noteDatabase(): void {
    if (!this.#isDatabaseAway) return;
    this.#isDatabaseAway = false;
    this.#options.logger.warn("the database is available again");
  }

  #cancel(runId: string, action: CancelAction): void {
    this.#active.get(runId)?.abort({ kind: "cancelled", action });
  }
}
