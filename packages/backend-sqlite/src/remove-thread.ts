import type { CheckpointTables } from "./checkpoint-tables.ts";
import type { Database } from "./database.ts";
import { unindexMetadata } from "./thread-metadata.ts";

/**
 * Removes the thread with its runs, events and checkpoints, within a transaction; `onRunRemoved` hears of each run that was
 * active. False when the thread is unknown.
 */
export function removeThread(
  database: Database,
  checkpoints: CheckpointTables,
  threadId: string,
  onRunRemoved: (runId: string) => void,
): boolean {
  const active = database.all<[string]>("SELECT run_id FROM runs WHERE thread_id = ? AND is_active = 1", [threadId]);
  if (!removeThreadRow(database, checkpoints, threadId)) return false;
  database.run("DELETE FROM events WHERE run_id IN (SELECT run_id FROM runs WHERE thread_id = ?)", [threadId]);
  database.run("DELETE FROM runs WHERE thread_id = ?", [threadId]);
  for (const [runId] of active) onRunRemoved(runId);
  return true;
}

/** Removes the thread and its checkpoints; its runs and their events stay for late readers. */
export function removeThreadRow(database: Database, checkpoints: CheckpointTables, threadId: string): boolean {
  const row = database.get<[metadata: string, isTemporary: number]>(
    "DELETE FROM threads WHERE thread_id = ? RETURNING metadata, is_temporary",
    [threadId],
  );
  if (row === undefined) return false;
  if (row[1] === 0) unindexMetadata(database, threadId, JSON.parse(row[0]));
  checkpoints.deleteThread(threadId);
  return true;
}
