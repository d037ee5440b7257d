import {
  type CancelOutcome,
  type Lease,
  type LeaseRequest,
  type NewRun,
  type OfferOutcome,
  type RenewOutcome,
  type RunListeners,
  type RunQueue,
  type RunRecord,
  type Settlement,
  WaitingWorkers,
} from "@heddle/backend";
import type { CheckpointTables } from "./checkpoint-tables.ts";
import type { Connection } from "./connection.ts";
import { cancelRun, findRun, removeRun, restThread } from "./end-run.ts";
import type { Transaction } from "./group-commit.ts";
import type { CancelAction, Leases } from "./leases.ts";
import { offerRun } from "./offer-run.ts";
import type { BackendParts, QueueTables } from "./queue-tables.ts";
import { ReadyCount } from "./ready-count.ts";
import { nextDueAt, takeNextRun, wakeDueRuns } from "./ready-runs.ts";
import { removeAssistant } from "./remove-assistant.ts";
import { releaseRun, settleRun } from "./settle-run.ts";
import { recoverRuns, sweepRuns } from "./sweep-runs.ts";

/** The longest time setTimeout can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The queue of runs in SQLite. Every change of the queue ends with handing ready runs to waiting workers in the same
 * transaction; so while a worker waits no run is ready, and a run offered then is written as running at once.
 */
export class SqliteRunQueue implements RunQueue {
  readonly #connection: Connection;
  readonly #checkpoints: CheckpointTables;
  readonly #leases: Leases;
  readonly #listeners: RunListeners;
  readonly #ready = new ReadyCount();
  readonly #workers = new WaitingWorkers((lease) => this.#handBack(lease));
  readonly #cancelListeners = new Set<(runId: string, action: CancelAction) => void>();
  #timer: NodeJS.Timeout | undefined;
  /** When the next delayed run is due, or earlier; milliseconds of the epoch. */
  #dueAt = 0;
  #isClosed = false;

  constructor({ connection, checkpoints, leases, listeners }: BackendParts) {
    this.#connection = connection;
    this.#checkpoints = checkpoints;
    this.#leases = leases;
    this.#listeners = listeners;
  }

  /** Takes up the runs which a dead process left running. To be called before all else. */
  recover(): Promise<void> {
    return this.#change("disk", (tables, transaction) => {
      recoverRuns(tables);
      transaction.after("process", () => this.#setTimer());
    });
  }

  offer(run: NewRun): Promise<OfferOutcome> {
    return this.#connection.write(run.isAwaited ? "process" : "disk", (transaction) => {
      const tables = this.#tables(transaction);
      const { outcome, taken } = offerRun(tables, run, this.#workers.first);
      if (taken !== undefined) this.#give(transaction, taken);
      if (outcome.status === "accepted") {
        this.#announceEnded(transaction, outcome.cancelled);
        this.#announceCancelling(transaction, outcome.cancelling);
        if (run.notBefore !== undefined) transaction.after("process", () => this.#setTimer());
        this.#announceThread(transaction, run.threadId);
      }
      return outcome;
    });
  }

  lease(request: LeaseRequest): Promise<Lease | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined);
    const lease = this.#workers.wait(request);
    if (this.#mayHaveReady(this.#connection.now())) {
      this.#change("process", () => {}).catch((error: unknown) => this.#workers.failAll(error));
    }
    return lease;
  }

  renew(lease: Lease, leaseMs: number): Promise<RenewOutcome> {
    return this.#connection.read(() => {
      if (!this.#leases.renew(lease, this.#connection.now().getTime() + leaseMs)) return { status: "lost" };
      const action = this.#leases.cancelActionOf(lease.run.runId);
      return action === undefined ? { status: "held" } : { status: "cancel", action };
    });
  }

  settle(lease: Lease, settlement: Settlement): Promise<boolean> {
    return this.#change("disk", (tables, transaction) => {
      const isSettled = settleRun(tables, lease, settlement);
      if (isSettled) {
        this.#announceEnded(transaction, [lease.run.runId]);
        this.#announceThread(transaction, lease.run.threadId);
      }
      return isSettled;
    });
  }

  release(lease: Lease): Promise<void> {
    return this.#change("process", (tables, transaction) => {
      if (releaseRun(tables, lease)) this.#announceEnded(transaction, [lease.run.runId]);
    });
  }

  cancel(runIds: readonly string[], action: CancelAction): Promise<CancelOutcome[]> {
    return this.#change("disk", (tables, transaction) => {
      const outcomes = runIds.flatMap((runId) => cancelRun(tables, runId, action) ?? []);
      this.#announceEnded(transaction, idsWith(outcomes, "cancelled"));
      this.#announceCancelling(transaction, idsWith(outcomes, "cancelling"));
      return outcomes;
    });
  }

  depth(): Promise<{ pending: number; running: number }> {
    const { database } = this.#connection;
    // Of the partial index of active runs, so that ended ones cost nothing.
    const count = (status: string) =>
      database.get<[number]>("SELECT count(*) FROM runs INDEXED BY runs_active WHERE is_active = 1 AND status = ?", [
        status,
      ])?.[0] ?? 0;
    return this.#connection.read(() => ({ pending: count("pending"), running: count("running") }));
  }

  onCancel(listener: (runId: string, action: CancelAction) => void): () => void {
    this.#cancelListeners.add(listener);
    return () => this.#cancelListeners.delete(listener);
  }

  sweep({ maxAttempts }: { maxAttempts: number }): Promise<RunRecord[]> {
    return this.#change("disk", (tables, transaction) => {
      const ended = sweepRuns(tables, maxAttempts);
      this.#announceEnded(
        transaction,
        ended.map(({ runId }) => runId),
      );
      return ended;
    });
  }

  /** See Runs.delete. */
  remove(runId: string): Promise<boolean> {
    return this.#change("disk", (tables, transaction) => {
      const run = findRun(tables.database, runId);
      if (run === undefined) return false;
      removeRun(tables, run);
      if (run.isActive) restThread(tables, run);
      this.#announceEnded(transaction, [runId]);
      return true;
    });
  }

  /** See Assistants.delete. */
  removeAssistant(assistantId: string, options: { deleteThreads: boolean }): Promise<boolean> {
    return this.#change("disk", (tables, transaction) => {
      const removed = removeAssistant(tables, assistantId, options);
      if (removed !== undefined) this.#announceEnded(transaction, removed);
      return removed !== undefined;
    });
  }

  /** Workers that wait are sent away. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#workers.dismiss();
  }

  #tables(transaction: Transaction): QueueTables {
    return {
      database: this.#connection.database,
      checkpoints: this.#checkpoints,
      leases: this.#leases,
      ready: this.#ready,
      transaction,
      now: this.#connection.now(),
    };
  }

  /** A change of the queue, after which waiting workers get what has become ready. */
  #change<T>(durability: "process" | "disk", change: (tables: QueueTables, transaction: Transaction) => T): Promise<T> {
    return this.#connection.write(durability, (transaction) => {
      const tables = this.#tables(transaction);
      const result = change(tables, transaction);
      this.#handOut(tables);
      return result;
    });
  }

  #handOut(tables: QueueTables): void {
    if (this.#workers.first === undefined || !this.#mayHaveReady(tables.now)) return;
    if (this.#isAnyDue(tables.now)) wakeDueRuns(tables);
    for (let taker = this.#workers.first; taker !== undefined; taker = this.#workers.first) {
      const run = takeNextRun(tables, taker);
      if (run === undefined) return;
      this.#give(tables.transaction, run);
    }
  }

  #mayHaveReady(now: Date): boolean {
    return !this.#ready.isZero || this.#isAnyDue(now);
  }

  #isAnyDue(now: Date): boolean {
    return this.#dueAt <= now.getTime();
  }

  /** Gives the run to who has waited longest, once the transaction is committed. */
  #give(transaction: Transaction, run: RunRecord): void {
    const [waiter] = this.#workers.reserve(1);
    if (waiter === undefined) throw new Error(`Nobody waits for run "${run.runId}".`);
    const lease: Lease = { run, workerId: waiter.workerId, attempt: run.attempt };
    transaction.undo(() => this.#workers.putBack([waiter]));
    transaction.after("process", () => waiter.give(lease));
  }

  /** A worker left while its lease was being committed. If the database closes as well, the next one to open it recovers the run. */
  async #handBack(lease: Lease): Promise<void> {
    if (!this.#isClosed) await this.release(lease);
  }

  #announceEnded(transaction: Transaction, runIds: readonly string[]): void {
    for (const runId of runIds) transaction.after("disk", () => this.#listeners.notify(runId));
  }

  #announceThread(transaction: Transaction, threadId: string): void {
    transaction.after("process", () => this.#listeners.notify(threadId));
  }

  #announceCancelling(transaction: Transaction, runIds: readonly string[]): void {
    for (const runId of runIds) {
      const action = this.#leases.cancelActionOf(runId);
      if (action === undefined) continue;
      transaction.after("process", () => {
        for (const listener of [...this.#cancelListeners]) listener(runId, action);
      });
    }
  }

  /** Wakes delayed runs in time. What a missed timer leaves, the next lease finds. */
  #setTimer(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#dueAt = nextDueAt(this.#connection.database) ?? Number.POSITIVE_INFINITY;
    if (this.#dueAt === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.min(Math.max(this.#dueAt - this.#connection.now().getTime(), 1), MAX_TIMER_MS);
    this.#timer = setTimeout(() => {
      this.#change("process", wakeDueRuns)
        .catch((error: unknown) => this.#workers.failAll(error))
        .finally(() => this.#setTimer());
    }, delayMs);
    this.#timer.unref();
  }
}

function idsWith(outcomes: readonly CancelOutcome[], status: CancelOutcome["status"]): string[] {
  return outcomes.filter((outcome) => outcome.status === status).map(({ runId }) => runId);
}
