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
  give(lease: Lease): void;
  fail(error: unknown): void;
}

interface Place {
  signal: AbortSignal;
  isLeaving: boolean;
  /** Ends the waiting empty-handed. */
  leave(): void;
}

/**
 * Workers of this process which wait for a run, longest first. Who has something to give, or hopes to, reserves workers while
 * it asks the database, and puts back those that went empty-handed.
 *
 * A reserved worker that is sent away stays until it is known whether a run was on its way to it, and that run is handed back:
 * whoever hears that a worker has gone finds the queue as if it had never asked.
 */
export class WaitingWorkers {
  readonly #all = new Map<Waiter, Place>();
  #free: Waiter[] = [];
  /** Those whose end is heard of: the workers of a process usually share one, which is listened to once. */
  readonly #signals = new WeakSet<AbortSignal>();
  readonly #handBack: (lease: Lease) => Promise<void>;

  /** `handBack` releases a lease that its worker no longer wants; if it fails, a sweep finds the run. */
  constructor(handBack: (lease: Lease) => Promise<void>) {
    this.#handBack = handBack;
  }

  /** Resolves to the lease that is given to this worker, or to undefined when its signal aborts. */
  wait({ workerId, leaseMs, signal }: LeaseRequest): Promise<Lease | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    this.#hearEnd(signal);
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#remove(waiter);
        resolve(undefined);
      };
      const waiter: Waiter = {
        workerId,
        leaseMs,
        give: (lease) => {
          if (this.#remove(waiter)) resolve(lease);
          else this.#handBack(lease).then(leave, leave);
        },
        fail: (error) => {
          if (this.#remove(waiter)) reject(error);
          else resolve(undefined);
        },
      };
      this.#all.set(waiter, { signal, isLeaving: false, leave });
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

  /** Gives back reserved workers to the front of the line, except those that were served. */
  putBack(waiters: readonly Waiter[]): void {
    for (const waiter of waiters) {
      const place = this.#all.get(waiter);
      if (place?.isLeaving) place.leave();
    }
    this.#free.unshift(...waiters.filter((waiter) => this.#all.has(waiter)));
  }

  /** All waiting workers hear why they cannot be served. */
  failAll(error: unknown): void {
    for (const waiter of [...this.#all.keys()]) waiter.fail(error);
  }

  /** All waiting workers go away empty-handed. */
  dismiss(): void {
    for (const waiter of [...this.#all.keys()]) this.#sendAway(waiter);
  }

  #sendAway(waiter: Waiter): void {
    const place = this.#all.get(waiter);
    if (place === undefined) return;
    if (this.#free.includes(waiter)) place.leave();
    else place.isLeaving = true;
  }

  /** False when the worker had been sent away, or served, before. */
  #remove(waiter: Waiter): boolean {
    const place = this.#all.get(waiter);
    this.#all.delete(waiter);
    const index = this.#free.indexOf(waiter);
    if (index >= 0) this.#free.splice(index, 1);
    return place?.isLeaving === false;
  }

  #hearEnd(signal: AbortSignal): void {
    if (this.#signals.has(signal)) return;
    this.#signals.add(signal);
    const dismiss = () => {
      for (const [waiter, place] of [...this.#all]) if (place.signal === signal) this.#sendAway(waiter);
    };
    signal.addEventListener("abort", dismiss, { once: true });
  }
}
