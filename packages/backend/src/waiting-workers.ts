import type { Lease } from "./run-queue.ts";

export interface LeaseRequest {
  workerId: string;
  leaseMs: number;
  signal: AbortSignal;
}

/** A worker that waits for a run. */
export interface Waiter {
  readonly workerId: string;
  readonly leaseMs: number;
  /** False when the worker has gone away meanwhile. */
  give(lease: Lease): boolean;
  fail(error: unknown): void;
}

/**
 * Workers of this process which wait for a run, longest first. Who has something to give, or hopes to, reserves workers while
 * it asks the database, and puts back those that went empty-handed.
 */
export class WaitingWorkers {
  readonly #all = new Map<Waiter, { signal: AbortSignal; leave(): void }>();
  #free: Waiter[] = [];
  /** Those whose end is heard of: the workers of a process usually share one, which is listened to once. */
  readonly #signals = new WeakSet<AbortSignal>();

  /** Resolves to the lease that is given to this worker, or to undefined when its signal aborts. */
  wait({ workerId, leaseMs, signal }: LeaseRequest): Promise<Lease | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    this.#hearEnd(signal);
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): boolean => {
        if (!this.#all.delete(waiter)) return false;
        const index = this.#free.indexOf(waiter);
        if (index >= 0) this.#free.splice(index, 1);
        settle();
        return true;
      };
      const waiter: Waiter = {
        workerId,
        leaseMs,
        give: (lease) => end(() => resolve(lease)),
        fail: (error) => void end(() => reject(error)),
      };
      this.#all.set(waiter, { signal, leave: () => void end(() => resolve(undefined)) });
      this.#free.push(waiter);
    });
  }

  get hasFree(): boolean {
    return this.#free.length > 0;
  }

  /** Who has waited longest. */
  get first(): Waiter | undefined {
    return this.#free[0];
  }

  /** Takes up to so many workers out of the line. */
  reserve(atMost: number): Waiter[] {
    return this.#free.splice(0, atMost);
  }

  /** Gives back reserved workers, to the front of the line. Those that have gone or been served stay away. */
  putBack(waiters: readonly Waiter[]): void {
    this.#free.unshift(...waiters.filter((waiter) => this.#all.has(waiter)));
  }

  /** All waiting workers hear why they cannot be served. */
  failAll(error: unknown): void {
    for (const waiter of [...this.#all.keys()]) waiter.fail(error);
  }

  /** All waiting workers go away empty-handed. */
  dismiss(): void {
    for (const { leave } of [...this.#all.values()]) leave();
  }

  #hearEnd(signal: AbortSignal): void {
    if (this.#signals.has(signal)) return;
    this.#signals.add(signal);
    const dismiss = () => {
      for (const waiting of [...this.#all.values()]) if (waiting.signal === signal) waiting.leave();
    };
    signal.addEventListener("abort", dismiss, { once: true });
  }
}
