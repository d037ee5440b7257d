import type { RunRecord } from "@heddle/backend";
import type { Database } from "./database.ts";
import { RUN_COLUMNS, type RunRow, toRunRecord } from "./run-row.ts";

/*
 * Which run may start next. A run is ready when it is pending, due, the oldest such run of its thread, and no run of the
 * thread is running. Whatever changes that calls promoteNext, so that leasing is one step in an index of ready runs, however
 * many wait on busy threads or are finished.
 */

/** Who takes up a run, and until when. */
export interface Taker {
  workerId: string;
  leaseMs: number;
}

/** Makes the thread's oldest due run ready, unless one is running. */
export function promoteNext(database: Database, threadSeq: number): void {
  database.run(
    `UPDATE runs SET is_ready = 1
     WHERE seq = (SELECT seq FROM runs WHERE thread_seq = ?1 AND is_active = 1 AND status = 'pending' AND not_before IS NULL
                  ORDER BY seq LIMIT 1)
       AND NOT EXISTS (SELECT 1 FROM runs WHERE thread_seq = ?1 AND is_active = 1 AND status = 'running')`,
    [threadSeq],
  );
}

/** Makes runs whose time has come due. One of them may be older than the run that was ready on its thread until now. */
export function wakeDueRuns(database: Database, now: Date): void {
  if (!hasDueRun(database, now)) return;
  const threads = database.all<[number]>(
    "UPDATE runs SET not_before = NULL WHERE not_before <= ? RETURNING thread_seq",
    [now.getTime()],
  );
  for (const threadSeq of new Set(threads.map(([seq]) => seq))) {
    database.run(
      "UPDATE runs SET is_ready = 0 WHERE thread_seq = ? AND is_active = 1 AND status = 'pending' AND is_ready = 1",
      [threadSeq],
    );
    promoteNext(database, threadSeq);
  }
}

/** Whether a lease would find something to do. */
export function hasReadyRun(database: Database, now: Date): boolean {
  const sql =
    "SELECT EXISTS (SELECT 1 FROM runs WHERE is_ready = 1) OR EXISTS (SELECT 1 FROM runs WHERE not_before <= ?)";
  return database.get<[number]>(sql, [now.getTime()])?.[0] === 1;
}

/** When the next delayed run is due, in milliseconds of the epoch. */
export function nextDueAt(database: Database): number | undefined {
  return (
    database.get<[number | null]>("SELECT min(not_before) FROM runs WHERE not_before IS NOT NULL")?.[0] ?? undefined
  );
}

/** Marks the oldest ready run as running, and its thread as busy. */
export function takeNextRun(database: Database, { workerId, leaseMs }: Taker, now: Date): RunRecord | undefined {
  const row = database.get<RunRow>(TAKE_NEXT_RUN, [workerId, now.getTime() + leaseMs, now.toISOString()]);
  if (row === undefined) return undefined;
  const run = toRunRecord(row);
  database.run("UPDATE threads SET status = 'busy' WHERE thread_id = ? AND status <> 'busy'", [run.threadId]);
  return run;
}

/** Exported so that a test can look at its query plan. */
export const TAKE_NEXT_RUN = `
  UPDATE runs SET status = 'running', is_ready = 0, attempt = attempt + 1, worker_id = ?, lease_until = ?, updated_at = ?
  WHERE seq = (SELECT seq FROM runs WHERE is_ready = 1 ORDER BY seq LIMIT 1)
  RETURNING ${RUN_COLUMNS}`;

function hasDueRun(database: Database, now: Date): boolean {
  return database.get("SELECT 1 FROM runs WHERE not_before <= ? LIMIT 1", [now.getTime()]) !== undefined;
}
