import type { Database } from "./database.ts";

/** A thread that has checkpoints. */
export interface CheckpointThread {
  seq: number;
  /** Threads that are copies of each other share their values under this number. */
  family: number;
}

export function findThread(database: Database, threadId: string): CheckpointThread | undefined {
  const row = database.get<[number, number]>(
    "SELECT seq, coalesce(family, seq) FROM checkpoint_threads WHERE thread_id = ?",
    [threadId],
  );
  return row && { seq: row[0], family: row[1] };
}

/** Finds the thread or makes it, a family of its own; within a transaction. */
export function ensureThread(database: Database, threadId: string): CheckpointThread {
  const found = findThread(database, threadId);
  if (found !== undefined) return found;
  const seq = insertThread(database, threadId, null);
  return { seq, family: seq };
}

/** Makes a new thread that shares the values of another; within a transaction. Returns its number. */
export function insertCopy(database: Database, { seq, family }: CheckpointThread, newThreadId: string): number {
  database.run("UPDATE checkpoint_threads SET family = ? WHERE seq = ?", [family, seq]);
  return insertThread(database, newThreadId, family);
}

/** Removes the thread; true when nobody of its family is left. Within a transaction. */
export function removeThread(database: Database, { seq, family }: CheckpointThread): boolean {
  database.run("DELETE FROM checkpoint_threads WHERE seq = ?", [seq]);
  return database.get("SELECT 1 FROM checkpoint_threads WHERE family = ? LIMIT 1", [family]) === undefined;
}

function insertThread(database: Database, threadId: string, family: number | null): number {
  const sql = "INSERT INTO checkpoint_threads (thread_id, family) VALUES (?, ?) RETURNING seq";
  const row = database.get<[number]>(sql, [threadId, family]);
  if (row === undefined) throw new Error(`Thread "${threadId}" was not written.`);
  return row[0];
}
