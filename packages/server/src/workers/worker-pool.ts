import { hostname } from "node:os";
import type { CancelAction } from "@heddle/protocol";
import { work } from "./worker.ts";
import type { ActiveRun, WorkerTools } from "./worker-tools.ts";

export interface WorkerPoolOptions extends WorkerTools {
  /** How many runs are executed at the same time. */
  concurrency: number;
  leaseMs: number;
  /** How long `stop` waits for running graphs to reach the end of a superstep before it breaks them off. */
  drainMs: number;
}

/** A run that died with its worker this often is given up as an error. */
const MAX_ATTEMPTS = 3;

/** How often to look for runs whose worker is dead; two looks confirm it (see RunQueue.sweep). */
const SWEEP_EVERY_MS = 500;

/**
 * The hands: takes runs from the queue and executes them, `concurrency` at a time. `start` and `stop` come in a pair.
 *
 * A running graph that is told to stop (`stop`) saves its superstep and is handed back; after `drainMs` it is broken off and
 * handed back too, and whoever takes it up repeats the superstep.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #stopping = new AbortController();
  readonly #active = new Map<string, ActiveRun>();
  readonly #workerId = `${hostname()}-${process.pid}`;
  #loops: Promise<void>[] = [];
  #stopListening: (() => void) | undefined;
  #heart: NodeJS.Timeout | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #isSweeping = false;

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
    await Promise.all(this.#loops);
    clearTimeout(breakOff);
    clearInterval(this.#heart);
    this.#stopListening?.();
  }

  async #loop(): Promise<void> {
    const { backend, leaseMs, logger } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const lease = await backend.queue.lease({ workerId: this.#workerId, leaseMs, signal });
        if (lease === undefined) return;
        await work(lease, this.#options, this.#active);
      } catch (error) {
        logger.error({ err: error }, "a worker could not take or settle a run");
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  /** Prolongs the leases of what runs here. */
  async #beat(): Promise<void> {
    const { backend, leaseMs, logger } = this.#options;
    try {
      for (const active of this.#active.values()) {
        const outcome = await backend.queue.renew(active.lease, leaseMs);
        if (outcome.status === "lost") active.abort({ kind: "lost" });
        if (outcome.status === "cancel") active.abort({ kind: "cancelled", action: outcome.action });
      }
    } catch (error) {
      logger.error({ err: error }, "leases could not be renewed");
    }
  }

  async #sweepAgain(): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      await this.#sweep();
    } catch (error) {
      this.#options.logger.error({ err: error }, "runs of dead workers could not be looked for");
    }
    this.#isSweeping = false;
  }

  /** Takes back what died elsewhere, and gives up what has taken its process down too often. */
  async #sweep(): Promise<void> {
    const { backend, live, logger } = this.#options;
    for (const run of await backend.queue.sweep({ maxAttempts: MAX_ATTEMPTS })) {
      logger.error({ run_id: run.runId, thread_id: run.threadId }, `run was given up after ${MAX_ATTEMPTS} attempts`);
      live.end(run.runId, { status: run.status, error: { error: "WorkerLost", message: "The run's worker died" } });
    }
  }

  #cancel(runId: string, action: CancelAction): void {
    this.#active.get(runId)?.abort({ kind: "cancelled", action });
  }
}
