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
  type Waiter,
  WaitingWorkers,
} from "@heddle/backend";
import type { FoundCheckpoint } from "./checkpoint-row.ts";
import type { Database } from "./database.ts";
import { toEventCalls } from "./event-log.ts";
import { GroupedCalls, type GroupedRow } from "./grouped-calls.ts";
import { HandOut } from "./hand-out.ts";
import type { News, Notifications } from "./notifications.ts";
import { type OfferRow, offerRun } from "./offer-run.ts";
import { type RunRow, toRunRecord } from "./run-row.ts";

type CancelAction = "interrupt" | "rollback";

export interface RunQueueOptions {
  database: Database;
  listeners: RunListeners;
  notifications: Notifications;
  now: () => Date;
}

/**
 * The queue of runs in PostgreSQL. What it does is written in QUEUE_FUNCTIONS and END_FUNCTIONS, one call each; here is
 * who hears of it: workers and listeners of this process at once, other processes by notification.
 */
export class PostgresRunQueue implements RunQueue {
  readonly #database: Database;
  readonly #listeners: RunListeners;
  readonly #notifications: Notifications;
  readonly #now: () => Date;
  readonly #workers = new WaitingWorkers((lease) => this.release(lease));
  readonly #handOut: HandOut;
  readonly #offers: GroupedCalls<OfferRow>;
  readonly #settlements: GroupedCalls<SettleRow>;
  readonly #cancelListeners = new Set<(runId: string, action: CancelAction) => void>();
  /** Runs leased by this process, and by which attempt. */
  readonly #held = new Map<string, number>();
  /** Of runs that have just begun: the latest checkpoint of their thread. */
  readonly #latest = new Map<string, FoundCheckpoint>();
  /** Processes that seemed dead at the last sweep. */
  #suspects: number[] = [];
  #isLooking = false;
  #isClosed = false;

  constructor({ database, listeners, notifications, now }: RunQueueOptions) {
    this.#database = database;
    this.#listeners = listeners;
    this.#notifications = notifications;
    this.#now = now;
    this.#offers = new GroupedCalls({
      database,
      sql: "SELECT * FROM heddle.offer_runs($1, $2, $3, $4, $5)",
      takesTexts: true,
      parameters: () => [notifications.processId, now().getTime(), now().toISOString()],
    });
    this.#settlements = new GroupedCalls({
      database,
      sql: "SELECT * FROM heddle.settle_runs($1, $2, $3)",
      takesTexts: true,
      parameters: () => [now().toISOString()],
    });
    const give = (waiter: Waiter, lease: Lease) => this.#give(waiter, lease);
    const processId = () => notifications.processId;
    this.#handOut = new HandOut({ database, workers: this.#workers, processId, now, give });
  }

  async offer(run: NewRun): Promise<OfferOutcome> {
    const now = this.#now();
    const notBeforeMs = run.notBefore === undefined ? 0 : Date.parse(run.notBefore);
    const dueMs = notBeforeMs > now.getTime() ? notBeforeMs : undefined;
    const [taker] = dueMs === undefined && this.#handOut.isIdle ? this.#workers.reserve(1) : [];
    try {
      const offered = await offerRun(this.#offers, { run, dueMs, taker, now });
      const { outcome, isTaken, isReady, cancelling, latest } = offered;
      if (outcome.status !== "accepted") return outcome;
      if (isTaken && taker !== undefined) {
        this.#latest.set(run.runId, latest);
        this.#give(taker, toFirstLease(outcome.run, taker));
      }
      this.#announceEnded(outcome.cancelled);
      if (run.thread !== "temporary") this.#announceChanged(run.threadId);
      for (const { runId, action } of cancelling) this.#announceCancelling(runId, action);
      if (dueMs !== undefined) this.#handOut.expect(dueMs);
      if (isReady || dueMs !== undefined) this.#announceReady();
      return outcome;
    } finally {
      if (taker !== undefined) this.#workers.putBack([taker]);
      // While the taker was reserved there may have been something else for it.
      this.#handOut.serve();
    }
  }

  lease(request: LeaseRequest): Promise<Lease | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined);
    const lease = this.#workers.wait(request);
    this.#handOut.serve();
    return lease;
  }

  async renew({ run, attempt, workerId }: Lease, leaseMs: number): Promise<RenewOutcome> {
    const [row] = await this.#database.query<{ cancel_action: CancelAction | null }>(RENEW, [
      this.#now().getTime() + leaseMs,
      run.runId,
      attempt,
      workerId,
    ]);
    if (row === undefined) {
      this.#letGo(run.runId, attempt);
      return { status: "lost" };
    }
    return row.cancel_action === null ? { status: "held" } : { status: "cancel", action: row.cancel_action };
  }

  async settle({ run, attempt, workerId }: Lease, settlement: Settlement): Promise<boolean> {
    const { valuesJson } = settlement;
    const texts = valuesJson === undefined ? [] : [valuesJson];
    const row = await this.#settlements.call(toSettleCall(run.runId, { workerId, attempt }, settlement), {
      texts: () => texts,
    });
    this.#letGo(run.runId, attempt);
    if (row.is_settled) {
      this.#announceEnded([run.runId]);
      if (!run.kwargs.temporary) this.#announceChanged(run.threadId);
    }
    if (row.is_ready_now) this.#announceReady();
    // The next run of the thread may have come due meanwhile.
    else this.#handOut.serve();
    return row.is_settled;
  }

  async release({ run, attempt, workerId }: Lease): Promise<void> {
    this.#letGo(run.runId, attempt);
    const { is_ended } = await this.#database.queryOne<{ is_ended: boolean }>(
      "SELECT heddle.release_run($1, $2, $3, $4) AS is_ended",
      [run.runId, workerId, attempt, this.#now().toISOString()],
    );
    if (is_ended) this.#announceEnded([run.runId]);
    this.#announceReady();
  }

  async cancel(runIds: readonly string[], action: CancelAction): Promise<CancelOutcome[]> {
    if (runIds.length === 0) return [];
    const rows = await this.#database.query<{
      run_id: string;
      outcome: CancelOutcome["status"];
      action: CancelAction;
    }>("SELECT * FROM heddle.cancel_runs($1, $2, $3)", [[...runIds], action, this.#now().toISOString()]);
    const cancelled = rows.filter(({ outcome }) => outcome === "cancelled").map(({ run_id }) => run_id);
    this.#announceEnded(cancelled);
    if (cancelled.length > 0) this.#announceReady();
    for (const row of rows) if (row.outcome === "cancelling") this.#announceCancelling(row.run_id, row.action);
    return rows.map(({ run_id, outcome }) => ({ runId: run_id, status: outcome }));
  }

  depth(): Promise<{ pending: number; running: number }> {
    return this.#database.queryOne(
      `SELECT count(*) FILTER (WHERE status = 'pending') AS pending, count(*) FILTER (WHERE status = 'running') AS running
       FROM heddle.runs WHERE is_active`,
    );
  }

  onCancel(listener: (runId: string, action: CancelAction) => void): () => void {
    this.#cancelListeners.add(listener);
    return () => this.#cancelListeners.delete(listener);
  }

  async sweep({ maxAttempts }: { maxAttempts: number }): Promise<RunRecord[]> {
    const now = this.#now();
    const message = `Run "%s" was begun ${maxAttempts} times, and each time its worker died or lost the lease.`;
    // Leases may have run out only because nobody could renew them; their holders come back first.
    if (this.#notifications.isBack) return [];
    const suspects = this.#notifications.canJudge ? this.#suspects : undefined;
    const row = await this.#database.queryOne<SweepRow>("SELECT * FROM heddle.sweep_runs($1, $2, $3, $4, $5)", [
      maxAttempts,
      message,
      suspects,
      now.getTime(),
      now.toISOString(),
    ]);
    this.#suspects = row.dead;
    this.#announceEnded(row.ended);
    if (row.is_changed) this.#announceReady();
    return (row.records ?? []).map(toRunRecord);
  }

  /**
   * The latest checkpoint of the thread at the moment the run began, for its first reading; undefined when it is not known here.
   * Whoever changes the state while the run begins comes after it.
   */
  takeLatest({ run }: Lease): FoundCheckpoint | undefined {
    const latest = this.#latest.get(run.runId);
    this.#latest.delete(run.runId);
    return latest;
  }

  /** See Runs.delete. */
  async remove(runId: string): Promise<boolean> {
    const { is_removed } = await this.#database.queryOne<{ is_removed: boolean }>(
      "SELECT heddle.delete_run($1, $2) AS is_removed",
      [runId, this.#now().toISOString()],
    );
    if (is_removed) this.#announceEnded([runId]);
    this.#announceReady();
    return is_removed;
  }

  /** See Assistants.delete. */
  async removeAssistant(assistantId: string, { deleteThreads }: { deleteThreads: boolean }): Promise<boolean> {
    const { removed } = await this.#database.queryOne<{ removed: string[] | null }>(
      "SELECT heddle.delete_assistant($1, $2, $3) AS removed",
      [assistantId, deleteThreads, this.#now().toISOString()],
    );
    if (removed === null) return false;
    this.#announceEnded(removed);
    this.#announceReady();
    return true;
  }

  /** News of another process. */
  hear(news: News): void {
    if (news.kind === "ready") this.#handOut.wake();
    if (news.kind === "cancel") this.#tellCancel(news.runId, news.action);
  }

  /** Finds what no news has told. */
  lookAround(): void {
    this.#handOut.wake();
    if (this.#held.size > 0 && !this.#isLooking) void this.#findCancelled();
  }

  async #findCancelled(): Promise<void> {
    this.#isLooking = true;
    const found = this.#database.query<{ run_id: string; cancel_action: CancelAction }>(CANCELLED, [
      [...this.#held.keys()],
    ]);
    for (const row of await found.catch(() => [])) this.#tellCancel(row.run_id, row.cancel_action);
    this.#isLooking = false;
  }

  /** Workers that wait are sent away. */
  close(): void {
    this.#isClosed = true;
    this.#handOut.close();
    this.#workers.dismiss();
  }

  #give(waiter: Waiter, lease: Lease): void {
    this.#held.set(lease.run.runId, lease.attempt);
    waiter.give(lease);
  }

  #letGo(runId: string, attempt: number): void {
    this.#latest.delete(runId);
    if (this.#held.get(runId) === attempt) this.#held.delete(runId);
  }

  #announceReady(): void {
    this.#handOut.wake();
    this.#notifications.tell({ kind: "ready" });
  }

  #announceEnded(runIds: readonly string[]): void {
    for (const runId of runIds) this.#announceChanged(runId);
  }

  /** A run or a thread: listeners of both are found by id. */
  #announceChanged(id: string): void {
    this.#listeners.notify(id);
    this.#notifications.tell({ kind: "changed", id });
  }

  #announceCancelling(runId: string, action: CancelAction): void {
    if (this.#held.has(runId)) this.#tellCancel(runId, action);
    else this.#notifications.tell({ kind: "cancel", runId, action });
  }

  #tellCancel(runId: string, action: CancelAction): void {
    if (!this.#held.has(runId)) return;
    for (const listener of [...this.#cancelListeners]) listener(runId, action);
  }
}

interface SettleRow extends GroupedRow {
  is_settled: boolean;
  is_ready_now: boolean;
}

function toSettleCall(
  runId: string,
  { workerId, attempt }: Pick<Lease, "workerId" | "attempt">,
  settlement: Settlement,
) {
  const { status, threadStatus, valuesJson, interrupts = {}, error, events = [], webhook } = settlement;
  return {
    run_id: runId,
    worker: workerId,
    attempt,
    status,
    thread_status: threadStatus,
    has_values: valuesJson !== undefined,
    interrupts: JSON.stringify(interrupts),
    error: error === undefined ? undefined : JSON.stringify(error),
    log: events.length === 0 ? undefined : toEventCalls(events),
    delivery: webhook,
  };
}

interface SweepRow {
  ended: string[];
  records: RunRow[] | null;
  is_changed: boolean;
  dead: number[];
}

function toFirstLease(run: RunRecord, { workerId }: Waiter): Lease {
  return { run: { ...run, status: "running", attempt: 1 }, workerId, attempt: 1 };
}

const CANCELLED = `SELECT r.run_id, r.cancel_action FROM heddle.runs r
  WHERE r.run_id = ANY ($1) AND r.status = 'running' AND r.cancel_action IS NOT NULL`;

/** Nothing is lost with the power that the next renewal would not bring back: no flush. */
const RENEW = `UPDATE heddle.runs r SET lease_until = $1
  FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unflushed
  WHERE r.run_id = $2 AND r.status = 'running' AND r.attempt = $3 AND r.worker_id = $4 RETURNING r.cancel_action`;
