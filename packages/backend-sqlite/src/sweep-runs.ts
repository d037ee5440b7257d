import type { RunRecord } from "@heddle/backend";
import { cancelAtRest, markEnded, type QueueTables, type RunRef, writeOutcome } from "./end-run.ts";
import { promoteNext } from "./ready-runs.ts";
import { RUN_COLUMNS, type RunRow, toRunRecord } from "./run-row.ts";
import { makePending } from "./settle-run.ts";

/** See RunQueue.sweep. Runs that were being cancelled when their worker died end as it should have ended them. */
export function sweepRuns(tables: QueueTables, maxAttempts: number): RunRecord[] {
  const ended: RunRecord[] = [];
  for (const run of expiredRuns(tables)) {
    if (run.cancelAction !== null) cancelAtRest(tables, run, run.cancelAction);
    else {
      makePending(tables, run.runId, 0);
      promoteNext(tables.database, run.threadId);
      continue;
    }
    ended.push(...readRun(tables, run.runId));
  }
  for (const run of wornOutRuns(tables, maxAttempts)) {
    failRun(tables, run, maxAttempts);
    ended.push(...readRun(tables, run.runId));
  }
  return ended;
}

/** After the death of the process that held the file: nobody executes the runs it left running. */
export function recoverRuns(tables: QueueTables): void {
  tables.database.run("UPDATE runs SET lease_until = 0 WHERE lease_until IS NOT NULL");
  sweepRuns(tables, Number.MAX_SAFE_INTEGER);
}

function failRun(tables: QueueTables, { runId, threadId }: RunRef, maxAttempts: number): void {
  const message = `Run "${runId}" was begun ${maxAttempts} times, and each time its worker died or lost the lease.`;
  markEnded(tables, runId, "error");
  writeOutcome(tables, threadId, {
    status: "error",
    threadStatus: "error",
    error: { error: "MaxAttemptsError", message },
  });
}

function expiredRuns({ database, now }: QueueTables): (RunRef & { cancelAction: "interrupt" | "rollback" | null })[] {
  return database
    .all<[string, string, "interrupt" | "rollback" | null]>(
      "SELECT run_id, thread_id, cancel_action FROM runs WHERE lease_until <= ? ORDER BY seq",
      [now.getTime()],
    )
    .map(([runId, threadId, cancelAction]) => ({ runId, threadId, cancelAction }));
}

/** Runs at rest that were begun as often as allowed, not counting those times when they were handed back. */
function wornOutRuns({ database }: QueueTables, maxAttempts: number): RunRef[] {
  return database
    .all<[string, string]>(
      `SELECT run_id, thread_id FROM runs
       WHERE is_active = 1 AND status = 'pending' AND attempt > 0 AND attempt - released >= ? ORDER BY seq`,
      [maxAttempts],
    )
    .map(([runId, threadId]) => ({ runId, threadId }));
}

function readRun({ database }: QueueTables, runId: string): RunRecord[] {
  return database.all<RunRow>(`SELECT ${RUN_COLUMNS} FROM runs WHERE run_id = ?`, [runId]).map(toRunRecord);
}
