import type { RunRecord } from "@heddle/backend";
import { cancelAtRest, findRun, markEnded, type QueueTables, type RunRef, writeOutcome } from "./end-run.ts";
import { RUN_COLUMNS, type RunRow, toRunRecord } from "./run-row.ts";
import { makePending } from "./settle-run.ts";

/** See RunQueue.sweep. Runs that were being cancelled when their worker died end as it should have ended them. */
export function sweepRuns(tables: QueueTables, maxAttempts: number): RunRecord[] {
  const ended: RunRef[] = [];
  for (const run of expiredRuns(tables)) {
    if (run.cancelAction === null) makePending(tables, run, 0);
    else {
      cancelAtRest(tables, run, run.cancelAction);
      ended.push(run);
    }
  }
  for (const run of wornOutRuns(tables, maxAttempts)) {
    failRun(tables, run, maxAttempts);
    ended.push(run);
  }
  return ended.flatMap(({ runId }) => readRun(tables, runId));
}

/** After the death of the process that held the file: nobody executes the runs it left running. */
export function recoverRuns(tables: QueueTables): void {
  tables.database.run("UPDATE runs SET lease_until = 0 WHERE lease_until IS NOT NULL");
  sweepRuns(tables, Number.MAX_SAFE_INTEGER);
}

function failRun(tables: QueueTables, run: RunRef, maxAttempts: number): void {
  const message = `Run "${run.runId}" was begun ${maxAttempts} times, and each time its worker died or lost the lease.`;
  markEnded(tables, run.runId, "error");
  writeOutcome(tables, run, { status: "error", threadStatus: "error", error: { error: "MaxAttemptsError", message } });
}

// INDEXED BY, here and elsewhere: SQLite would rather read the whole table in its order than sort a few rows.

function expiredRuns({ database, now }: QueueTables): RunRef[] {
  return database
    .all<[string]>("SELECT run_id FROM runs INDEXED BY runs_leased WHERE lease_until <= ? ORDER BY seq", [
      now.getTime(),
    ])
    .flatMap(([runId]) => findRun(database, runId) ?? []);
}

/** Runs at rest that were begun as often as allowed, not counting those times when they were handed back. */
function wornOutRuns({ database }: QueueTables, maxAttempts: number): RunRef[] {
  return database
    .all<[string]>(
      `SELECT run_id FROM runs INDEXED BY runs_retried
       WHERE is_active = 1 AND status = 'pending' AND attempt > 0 AND attempt - released >= ? ORDER BY seq`,
      [maxAttempts],
    )
    .flatMap(([runId]) => findRun(database, runId) ?? []);
}

function readRun({ database }: QueueTables, runId: string): RunRecord[] {
  return database.all<RunRow>(`SELECT ${RUN_COLUMNS} FROM runs WHERE run_id = ?`, [runId]).map(toRunRecord);
}
