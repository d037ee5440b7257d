import type { CancelOutcome, RunRecord, Settlement } from "@heddle/backend";
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

export interface RunRef {
  runId: string;
  threadId: string;
}

type CancelAction = Parameters<typeof cancelAtRest>[2];

/** Ends a run that no worker holds: it stays as interrupted, or it and what it left go. */
export function cancelAtRest(tables: QueueTables, run: RunRef, action: "interrupt" | "rollback"): void {
  if (action === "rollback") removeRun(tables, run);
  else markEnded(tables, run.runId, "interrupted");
  restThread(tables, run.threadId);
}

/** Removes the run, its events and the checkpoints it made. */
export function removeRun({ database, checkpoints }: QueueTables, { runId, threadId }: RunRef): void {
  database.run("DELETE FROM runs WHERE run_id = ?", [runId]);
  database.run("DELETE FROM events WHERE run_id = ?", [runId]);
  checkpoints.deleteRun(threadId, runId);
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
export function restThread(tables: QueueTables, threadId: string): void {
  const { database, now } = tables;
  if (hasActiveRun(database, threadId)) {
    promoteNext(database, threadId);
    return;
  }
  if (removeTemporaryThread(tables, threadId)) return;
  database.run("UPDATE threads SET status = resting_status, updated_at = ? WHERE thread_id = ?", [
    now.toISOString(),
    threadId,
  ]);
}

/** Writes what a run leaves on its thread, and lets the next run of the thread be ready. */
export function writeOutcome(tables: QueueTables, threadId: string, settlement: Settlement): void {
  const { database, now } = tables;
  const { threadStatus, valuesJson = null, interrupts = {}, error } = settlement;
  const hasNext = hasActiveRun(database, threadId);
  if (!hasNext && removeTemporaryThread(tables, threadId)) return;
  const updated = database.run(
    `UPDATE threads SET status = ?2, resting_status = ?3, updated_at = ?4, state_updated_at = ?4 WHERE thread_id = ?1`,
    [threadId, hasNext && threadStatus === "idle" ? "busy" : threadStatus, threadStatus, now.toISOString()],
  );
  if (updated === 0) return;
  database.run(
    `INSERT INTO thread_states (thread_id, values_json, interrupts, error) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET values_json = coalesce(excluded.values_json, values_json),
       interrupts = excluded.interrupts, error = excluded.error`,
    [threadId, valuesJson, JSON.stringify(interrupts), error === undefined ? null : JSON.stringify(error)],
  );
  if (hasNext) promoteNext(database, threadId);
}

/** See RunQueue.cancel, for one run. */
export function cancelRun(tables: QueueTables, runId: string, action: CancelAction): CancelOutcome | undefined {
  const { database } = tables;
  const row = database.get<[string, string, number]>("SELECT thread_id, status, is_active FROM runs WHERE run_id = ?", [
    runId,
  ]);
  if (row === undefined) return undefined;
  const [threadId, status, isActive] = row;
  if (isActive === 0) return { runId, status: "ended" };
  if (status === "pending") {
    cancelAtRest(tables, { runId, threadId }, action);
    return { runId, status: "cancelled" };
  }
  database.run("UPDATE runs SET cancel_action = coalesce(cancel_action, ?) WHERE run_id = ?", [action, runId]);
  return { runId, status: "cancelling" };
}

function hasActiveRun(database: Database, threadId: string): boolean {
  return database.get("SELECT 1 FROM runs WHERE thread_id = ? AND is_active = 1 LIMIT 1", [threadId]) !== undefined;
}

/** The runs of a temporary thread and their events outlive it, for readers who come late; EventLog.trim removes them. */
function removeTemporaryThread({ database, checkpoints }: QueueTables, threadId: string): boolean {
  const isTemporary =
    database.get<[number]>("SELECT is_temporary FROM threads WHERE thread_id = ?", [threadId])?.[0] === 1;
  return isTemporary && removeThreadRow(database, checkpoints, threadId);
}
