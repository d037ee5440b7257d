import type { CancelOutcome, Lease, RunRecord, Settlement } from "@heddle/backend";
import type { CheckpointTables } from "./checkpoint-tables.ts";
import type { Database } from "./database.ts";
import { promoteNext } from "./ready-runs.ts";
import { removeThreadRow } from "./remove-thread.ts";

/** What a queue's transaction works on. */
export interface QueueTables {
  database: Database;
  checkpoints: CheckpointTables;
  now: Date;
}

/** How a cancelled run ends. */
export type CancelAction = "interrupt" | "rollback";

/** A run in the tables. */
export interface RunRef {
  runId: string;
  threadSeq: number;
  isTemporary: boolean;
  isActive: boolean;
  status: RunRecord["status"];
  attempt: number;
  /** What a running run was asked to end as. */
  cancelAction: CancelAction | null;
}

/** Finds a run, whatever its state. */
export function findRun(database: Database, runId: string): RunRef | undefined {
  const row = database.get<[number, number, number, RunRecord["status"], number, RunRef["cancelAction"]]>(
    "SELECT thread_seq, is_temporary, is_active, status, attempt, cancel_action FROM runs WHERE run_id = ?",
    [runId],
  );
  if (row === undefined) return undefined;
  const [threadSeq, isTemporary, isActive, status, attempt, cancelAction] = row;
  return { runId, threadSeq, isTemporary: isTemporary === 1, isActive: isActive === 1, status, attempt, cancelAction };
}

/** Whether the lease still stands, whatever its time: only who takes it away ends it. */
export function isHeld(database: Database, { run, attempt }: Lease): boolean {
  const sql = "SELECT 1 FROM runs WHERE run_id = ? AND status = 'running' AND attempt = ?";
  return database.get(sql, [run.runId, attempt]) !== undefined;
}

/** Ends a run that no worker holds: it stays as interrupted, or it and what it left go. */
export function cancelAtRest(tables: QueueTables, run: RunRef, action: CancelAction): void {
  if (action === "rollback") removeRun(tables, run);
  else markEnded(tables, run.runId, "interrupted");
  restThread(tables, run);
}

/** Removes the run, its events and the checkpoints it made. */
export function removeRun({ database, checkpoints }: QueueTables, { runId }: RunRef): void {
  database.run("DELETE FROM events WHERE run_seq = (SELECT seq FROM runs WHERE run_id = ?)", [runId]);
  const row = database.get<[string]>("DELETE FROM runs WHERE run_id = ? RETURNING thread_id", [runId]);
  if (row !== undefined) checkpoints.deleteRun(row[0], runId);
}

/** Gives the run its last status. Its events may be trimmed from now on, unless it is resumable and can be found. */
export function markEnded({ database, now }: QueueTables, runId: string, status: RunRecord["status"]): void {
  database.run(
    `UPDATE runs SET status = ?2, is_active = 0, is_ready = 0, not_before = NULL, worker_id = NULL, lease_until = NULL,
       updated_at = ?3, trim_after = iif(is_resumable = 1 AND is_temporary = 0, NULL, ?3) WHERE run_id = ?1`,
    [runId, status, now.toISOString()],
  );
}

/** After a run was ended or removed without an outcome: the thread is as it was before it, or goes on to the next run. */
export function restThread(tables: QueueTables, { threadSeq, isTemporary }: RunRef): void {
  const { database, checkpoints, now } = tables;
  if (hasActiveRun(database, threadSeq)) promoteNext(database, threadSeq);
  else if (isTemporary) removeThreadRow(database, checkpoints, threadSeq);
  else {
    database.run("UPDATE threads SET status = resting_status, updated_at = ? WHERE seq = ?", [
      now.toISOString(),
      threadSeq,
    ]);
  }
}

/**
 * Writes what a run leaves on its thread, and lets the next run of the thread be ready. A temporary thread goes; its runs and
 * their events outlive it, for readers who come late, until EventLog.trim removes them.
 */
export function writeOutcome(tables: QueueTables, run: RunRef, settlement: Settlement): void {
  const { database, checkpoints, now } = tables;
  const { threadSeq } = run;
  const { threadStatus, valuesJson = null, interrupts = {}, error } = settlement;
  const hasNext = hasActiveRun(database, threadSeq);
  if (!hasNext && run.isTemporary) {
    removeThreadRow(database, checkpoints, threadSeq);
    return;
  }
  database.run(
    "UPDATE threads SET status = ?2, resting_status = ?3, updated_at = ?4, state_updated_at = ?4 WHERE seq = ?1",
    [threadSeq, hasNext && threadStatus === "idle" ? "busy" : threadStatus, threadStatus, now.toISOString()],
  );
  database.run(
    `INSERT INTO thread_states (seq, values_json, interrupts, error) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET values_json = coalesce(excluded.values_json, values_json),
       interrupts = excluded.interrupts, error = excluded.error`,
    [threadSeq, valuesJson, JSON.stringify(interrupts), error === undefined ? null : JSON.stringify(error)],
  );
  if (hasNext) promoteNext(database, threadSeq);
}

/** See RunQueue.cancel, for one run. */
export function cancelRun(tables: QueueTables, runId: string, action: CancelAction): CancelOutcome | undefined {
  const run = findRun(tables.database, runId);
  if (run === undefined) return undefined;
  if (!run.isActive) return { runId, status: "ended" };
  if (run.status === "pending") {
    cancelAtRest(tables, run, action);
    return { runId, status: "cancelled" };
  }
  tables.database.run("UPDATE runs SET cancel_action = coalesce(cancel_action, ?) WHERE run_id = ?", [action, runId]);
  return { runId, status: "cancelling" };
}

function hasActiveRun(database: Database, threadSeq: number): boolean {
  return database.get("SELECT 1 FROM runs WHERE thread_seq = ? AND is_active = 1 LIMIT 1", [threadSeq]) !== undefined;
}
