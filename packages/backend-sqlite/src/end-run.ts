import type { CancelOutcome, RunRecord, Settlement } from "@heddle/backend";
import type { Database } from "./database.ts";
import type { CancelAction } from "./leases.ts";
import type { QueueTables } from "./queue-tables.ts";
import { promoteNext } from "./ready-runs.ts";
import { removeThreadRow } from "./remove-thread.ts";
import type { RunRef } from "./run-row.ts";

/** Finds a run, whatever its state. */
export function findRun(
  database: Database,
  runId: string,
): (RunRef & { isActive: boolean; status: RunRecord["status"] }) | undefined {
  const row = database.get<[number, number, number, RunRecord["status"]]>(
    "SELECT thread_seq, is_temporary, is_active, status FROM runs WHERE run_id = ?",
    [runId],
  );
  if (row === undefined) return undefined;
  const [threadSeq, isTemporary, isActive, status] = row;
  return { runId, threadSeq, isTemporary: isTemporary === 1, isActive: isActive === 1, status };
}

/** Ends a run that no worker holds: it stays as interrupted, or it and what it left go. */
export function cancelAtRest(tables: QueueTables, run: RunRef, action: CancelAction): void {
  if (action === "rollback") removeRun(tables, run);
  else markEnded(tables, run.runId, "interrupted");
  restThread(tables, run);
}

/** Removes the run, its events and the checkpoints it made. */
export function removeRun({ database, checkpoints, leases, transaction }: QueueTables, { runId }: RunRef): void {
  leases.end(transaction, runId);
  database.run("DELETE FROM events WHERE run_seq = (SELECT seq FROM runs WHERE run_id = ?)", [runId]);
  const row = database.get<[string]>("DELETE FROM runs WHERE run_id = ? RETURNING thread_id", [runId]);
  if (row !== undefined) checkpoints.deleteRun(row[0], runId);
}

/** Gives the run its last status. Its events may be trimmed from now on, unless it is resumable and can be found. */
export function markEnded(tables: QueueTables, runId: string, status: RunRecord["status"]): void {
  const { database, leases, transaction, now } = tables;
  leases.end(transaction, runId);
  database.run(
    `UPDATE runs SET status = ?2, is_active = 0, is_ready = 0, not_before = NULL, updated_at = ?3,
       trim_after = iif(is_resumable = 1 AND is_temporary = 0, NULL, ?3) WHERE run_id = ?1`,
    [runId, status, now.toISOString()],
  );
}

/** After a run was ended or removed without an outcome: the thread is as it was before it, or goes on to the next run. */
export function restThread(tables: QueueTables, { threadSeq, isTemporary }: RunRef): void {
  const { database, checkpoints, now } = tables;
  if (hasActiveRun(database, threadSeq)) promoteNext(tables, threadSeq);
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
  if (run.isTemporary && !hasActiveRun(database, threadSeq)) {
    removeThreadRow(database, checkpoints, threadSeq);
    return;
  }
  const row = database.get<[number]>(END_ON_THREAD, [threadSeq, threadStatus, now.toISOString()]);
  const hasNext = row?.[0] === 1;
  database.run(
    `INSERT INTO thread_states (seq, values_json, interrupts, error) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET values_json = coalesce(excluded.values_json, values_json),
       interrupts = excluded.interrupts, error = excluded.error`,
    [threadSeq, valuesJson, JSON.stringify(interrupts), error === undefined ? null : JSON.stringify(error)],
  );
  if (hasNext) promoteNext(tables, threadSeq);
}

const HAS_ACTIVE_RUN = "EXISTS (SELECT 1 FROM runs r WHERE r.thread_seq = threads.seq AND r.is_active = 1)";

/** Another run that waits keeps an idle thread busy. */
const END_ON_THREAD = `UPDATE threads SET status = iif(?2 = 'idle' AND ${HAS_ACTIVE_RUN}, 'busy', ?2), resting_status = ?2,
  updated_at = ?3, state_updated_at = ?3 WHERE seq = ?1 RETURNING ${HAS_ACTIVE_RUN}`;

/** See RunQueue.cancel, for one run. */
export function cancelRun(tables: QueueTables, runId: string, action: CancelAction): CancelOutcome | undefined {
  const run = findRun(tables.database, runId);
  if (run === undefined) return undefined;
  if (!run.isActive) return { runId, status: "ended" };
  if (run.status === "pending") {
    cancelAtRest(tables, run, action);
    return { runId, status: "cancelled" };
  }
  tables.leases.cancel(tables.transaction, runId, action);
  // For whoever opens the file after the death of this process.
  tables.database.run("UPDATE runs SET cancel_action = coalesce(cancel_action, ?) WHERE run_id = ?", [action, runId]);
  return { runId, status: "cancelling" };
}

function hasActiveRun(database: Database, threadSeq: number): boolean {
  return database.get("SELECT 1 FROM runs WHERE thread_seq = ? AND is_active = 1 LIMIT 1", [threadSeq]) !== undefined;
}
