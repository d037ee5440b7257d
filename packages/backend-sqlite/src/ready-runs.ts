import type { RunRecord } from "@heddle/backend";
import type { Database } from "./database.ts";
import type { QueueTables } from "./queue-tables.ts";
import { RUN_COLUMNS, type RunRow, toRunRecord } from "./run-row.ts";

/*
 * Which run may start next. A run is ready when it is pending, due, the oldest such run of its thread, and no run of the
 * thread is running. Whatever changes that calls promoteNext, so that leasing is one step in an index of ready runs, however
 * many wait on busy threads or are finished.
 */

/** Who takes up a run, and for how long at first. */
export interface Taker {
  leaseMs: number;
}

/** Makes the thread's oldest due run ready, unless one is running. */
export function promoteNext({ database, ready, transaction }: QueueTables, threadSeq: number): void {
  const promoted = database.run(
    `UPDATE runs SET is_ready = 1
     WHERE seq = (SELECT seq FROM runs WHERE thread_seq = ?1 AND is_active = 1 AND status = 'pending' AND not_before IS NULL
                  ORDER BY seq LIMIT 1)
       AND NOT EXISTS (SELECT 1 FROM runs WHERE thread_seq = ?1 AND is_active = 1 AND status = 'running')`,
    [threadSeq],
  );
  if (promoted > 0) ready.add(transaction, 1);
}

/** Makes runs whose time has come due. One of them may be older than the run that was ready on its thread until now. */
export function wakeDueRuns(tables: QueueTables): void {
  const { database, now } = tables;
  const threads = database.all<[number]>(
    "UPDATE runs SET not_before = NULL WHERE not_before <= ? RETURNING thread_seq",
    [now.getTime()],
  );
  for (const threadSeq of new Set(threads.map(([seq]) => seq))) {
    database.run(
      "UPDATE runs SET is_ready = 0 WHERE thread_seq = ? AND is_active = 1 AND status = 'pending' AND is_ready = 1",
      [threadSeq],
    );
    promoteNext(tables, threadSeq);
  }
}

/** When the next delayed run is due, in milliseconds of the epoch. */
export function nextDueAt(database: Database): number | undefined {
  return (
    database.get<[number | null]>("SELECT min(not_before) FROM runs WHERE not_before IS NOT NULL")?.[0] ?? undefined
  );
}

/** Marks the oldest ready run as running, and its thread as busy. */
export function takeNextRun(tables: QueueTables, { leaseMs }: Taker): RunRecord | undefined {
  const { database, leases, ready, transaction, now } = tables;
  const row = database.get<[threadSeq: number, isTemporary: number, ...RunRow]>(TAKE_NEXT_RUN, [now.toISOString()]);
  if (row === undefined) {
    ready.clear(transaction);
    return undefined;
  }
  const [threadSeq, isTemporary, ...columns] = row;
  const run = toRunRecord(columns);
  const { runId, attempt } = run;
  const leaseUntil = now.getTime() + leaseMs;
  leases.begin(transaction, { runId, attempt, threadSeq, isTemporary: isTemporary === 1, leaseUntil });
  ready.add(transaction, -1);
  database.run("UPDATE threads SET status = 'busy' WHERE thread_id = ? AND status <> 'busy'", [run.threadId]);
  return run;
}

/** Exported so that a test can look at its query plan. */
export const TAKE_NEXT_RUN = `
  UPDATE runs SET status = 'running', is_ready = 0, attempt = attempt + 1, updated_at = ?
  WHERE seq = (SELECT seq FROM runs WHERE is_ready = 1 ORDER BY seq LIMIT 1)
  RETURNING thread_seq, is_temporary, ${RUN_COLUMNS}`;
