import type { Database } from "./database.ts";

/** A thread that has checkpoints. */
export interface CheckpointThread {
  seq: number;
  /** Threads that are copies of each other share their values under this number. */
  family: number;
}

export function findThread(database: Database, threadId: string): CheckpointThread | undefined {
  const row = database.get<[number, number]>("SELECT seq, family FROM checkpoint_threads WHERE thread_id = ?", [
    threadId,
  ]);
  return row && { seq: row[0], family: row[1] };
}

/** Finds the thread or makes it, in the given family or one of its own; within a transaction. */
export function ensureThread(database: Database, threadId: string, family?: number): CheckpointThread {
  const found = findThread(database, threadId);
  if (found !== undefined) return found;
  const sql = "INSERT INTO checkpoint_threads (thread_id, family) VALUES (?, ?) RETURNING seq";
  const seq = database.get<[number]>(sql, [threadId, family ?? 0])?.[0] ?? 0;
  if (family !== undefined) return { seq, family };
  database.run("UPDATE checkpoint_threads SET family = seq WHERE seq = ?", [seq]);
  return { seq, family: seq };
}

/** Removes the thread; true when nobody of its family is left. Within a transaction. */
export function removeThread(database: Database, { seq, family }: CheckpointThread): boolean {
  database.run("DELETE FROM checkpoint_threads WHERE seq = ?", [seq]);
  return database.get("SELECT 1 FROM checkpoint_threads WHERE family = ? LIMIT 1", [family]) === undefined;
}
