import { setMaxListeners } from "node:events";
import type { Lease, RunRecord } from "@heddle/backend";
import type { Transaction } from "./group-commit.ts";
import type { Taker } from "./ready-runs.ts";

interface Waiter extends Taker {
  isGone: boolean;
  take(lease: Lease): void;
  leave(): void;
  fail(error: unknown): void;
}

export interface LeaseRequest extends Taker {
  signal: AbortSignal;
}

/** Workers of this process which wait for a run, longest first. */
export class WaitingWorkers {
  readonly #giveBack: (lease: Lease) => void;
  #waiters: Waiter[] = [];

  /** `giveBack` gets a lease whose worker left while it was being committed. */
  constructor(giveBack: (lease: Lease) => void) {
    this.#giveBack = giveBack;
  }

  /** Resolves to the lease of a run that is given to this worker, or to undefined when its signal aborts. */
  wait({ workerId, leaseMs, signal }: LeaseRequest): Promise<Lease | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => {
        signal.removeEventListener("abort", waiter.leave);
        end();
      };
      const waiter: Waiter = {
        workerId,
        leaseMs,
        isGone: false,
        take: (lease) => settle(() => resolve(lease)),
        leave: () => {
          waiter.isGone = true;
          this.#remove(waiter);
          settle(() => resolve(undefined));
        },
        fail: (error) => {
          this.#remove(waiter);
          settle(() => reject(error));
        },
      };
      this.#waiters.push(waiter);
      // All workers of a process usually share one signal; that is no leak.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", waiter.leave, { once: true });
    });
  }

  /** Who has waited longest. */
  get first(): Taker | undefined {
    return this.#waiters[0];
  }

  /** Gives the run to `first` once the transaction is committed. */
  give(transaction: Transaction, run: RunRecord): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) throw new Error(`Nobody waits for run "${run.runId}".`);
    const lease: Lease = { run, workerId: waiter.workerId, attempt: run.attempt };
    transaction.undo(() => {
      if (!waiter.isGone) this.#waiters.unshift(waiter);
    });
    transaction.after("process", () => {
      if (waiter.isGone) this.#giveBack(lease);
      else waiter.take(lease);
    });
  }

  /** All waiting workers go away empty-handed. */
  dismiss(): void {
    for (const waiter of [...this.#waiters]) waiter.leave();
  }

  /** All waiting workers hear why they cannot be served. */
  fail(error: unknown): void {
    for (const waiter of [...this.#waiters]) waiter.fail(error);
  }

  #remove(waiter: Waiter): void {
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
  }
}
