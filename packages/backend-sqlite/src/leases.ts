import { type Lease, LeaseLostError } from "@heddle/backend";
import type { Transaction } from "./group-commit.ts";
import type { RunRef } from "./run-row.ts";

/** How a cancelled run ends. */
export type CancelAction = "interrupt" | "rollback";

/** A run that a worker of this process executes. */
export interface HeldRun extends Readonly<RunRef> {
  readonly attempt: number;
  /** Milliseconds of the epoch. */
  readonly leaseUntil: number;
  /** What it was asked to end as. */
  readonly cancelAction?: CancelAction;
}

/**
 * Who executes which run. Only the process that holds the file executes its runs, so leases are kept in memory and end with the
 * process; the file says no more than that a run is running. What a transaction changes here is undone with it.
 */
export class Leases {
  readonly #held = new Map<string, HeldRun>();

  /** The run if the lease still stands, whatever its time: only who takes it away ends it. */
  find({ run, attempt }: Lease): HeldRun | undefined {
    const held = this.#held.get(run.runId);
    return held?.attempt === attempt ? held : undefined;
  }

  assertHeld(lease: Lease): void {
    if (this.find(lease) === undefined) throw new LeaseLostError(lease.run.runId, lease.attempt);
  }

  begin(transaction: Transaction, run: HeldRun): void {
    this.#held.set(run.runId, run);
    transaction.undo(() => this.#held.delete(run.runId));
  }

  /** Nobody executes the run any more, if anybody did. */
  end(transaction: Transaction, runId: string): void {
    const held = this.#held.get(runId);
    if (held === undefined) return;
    this.#held.delete(runId);
    transaction.undo(() => this.#held.set(runId, held));
  }

  /** Asks the run to end so. The first action asked for stands. */
  cancel(transaction: Transaction, runId: string, cancelAction: CancelAction): void {
    const held = this.#held.get(runId);
    if (held === undefined || held.cancelAction !== undefined) return;
    this.#held.set(runId, { ...held, cancelAction });
    transaction.undo(() => this.#held.set(runId, held));
  }

  /** What the run is asked to end as. */
  cancelActionOf(runId: string): CancelAction | undefined {
    return this.#held.get(runId)?.cancelAction;
  }

  /** False when the lease was lost. */
  renew(lease: Lease, leaseUntil: number): boolean {
    const held = this.find(lease);
    if (held !== undefined) this.#held.set(held.runId, { ...held, leaseUntil });
    return held !== undefined;
  }

  /** Those whose time has passed, the longest held first. */
  expired(now: Date): HeldRun[] {
    return [...this.#held.values()].filter(({ leaseUntil }) => leaseUntil <= now.getTime());
  }
}
