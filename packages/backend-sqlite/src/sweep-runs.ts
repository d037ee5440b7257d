import type { RunRecord } from "@heddle/backend";
import { cancelAtRest, findRun, markEnded, writeOutcome } from "./end-run.ts";
import type { CancelAction } from "./leases.ts";
import type { QueueTables } from "./queue-tables.ts";
import { RUN_COLUMNS, type RunRef, type RunRow, toRunRecord } from "./run-row.ts";
import { makePending } from "./settle-run.ts";

/** See RunQueue.sweep. Runs that were being cancelled when their worker died end as it should have ended them. */
export function sweepRuns(tables: QueueTables, maxAttempts: number): RunRecord[] {
  const ended: RunRef[] = tables.leases.expired(tables.now).filter((run) => abandon(tables, run));
  for (const run of wornOutRuns(tables, maxAttempts)) {
    failRun(tables, run, maxAttempts);
    ended.push(run);
  }
  return ended.flatMap(({ runId }) => readRun(tables, runId));
}

/** After the death of the process that held the file: nobody executes the runs it left running. */
export function recoverRuns(tables: QueueTables): void {
  for (const run of runningRuns(tables)) abandon(tables, run);
}

interface AbandonedRun extends RunRef {
  cancelAction?: CancelAction;
}

/** The run waits for another worker, or ends if it was being cancelled; true when it ends. */
function abandon(tables: QueueTables, run: AbandonedRun): boolean {
  if (run.cancelAction === undefined) makePending(tables, run, 0);
  else cancelAtRest(tables, run, run.cancelAction);
  return run.cancelAction !== undefined;
}

function failRun(tables: QueueTables, run: RunRef, maxAttempts: number): void {
  const message = `Run "${run.runId}" was begun ${maxAttempts} times, and each time its worker died or lost the lease.`;
  markEnded(tables, run.runId, "error");
  writeOutcome(tables, run, { status: "error", threadStatus: "error", error: { error: "MaxAttemptsError", message } });
}

// INDEXED BY, here and elsewhere: SQLite would rather read the whole table in its order than sort a few rows.

function runningRuns({ database }: QueueTables): AbandonedRun[] {
  return database
    .all<[string, number, number, CancelAction | null]>(
      `SELECT run_id, thread_seq, is_temporary, cancel_action FROM runs INDEXED BY runs_active
       WHERE is_active = 1 AND status = 'running' ORDER BY seq`,
    )
    .map(([runId, threadSeq, isTemporary, cancelAction]) => ({
      runId,
      threadSeq,
      isTemporary: isTemporary === 1,
      ...(cancelAction === null ? {} : { cancelAction }),
    }));
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
