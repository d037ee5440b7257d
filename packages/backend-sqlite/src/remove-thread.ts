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
  const threadSeq = database.get<[number]>("SELECT seq FROM threads WHERE thread_id = ?", [threadId])?.[0];
  if (threadSeq === undefined) return false;
  const active = database.all<[string]>("SELECT run_id FROM runs WHERE thread_seq = ? AND is_active = 1", [threadSeq]);
  removeThreadRow(database, checkpoints, threadSeq);
  database.run("DELETE FROM events WHERE run_seq IN (SELECT seq FROM runs WHERE thread_seq = ?)", [threadSeq]);
  database.run("DELETE FROM runs WHERE thread_seq = ?", [threadSeq]);
  for (const [runId] of active) onRunRemoved(runId);
  return true;
}

/** Removes the thread and its checkpoints; its runs and their events stay. */
export function removeThreadRow(database: Database, checkpoints: CheckpointTables, threadSeq: number): void {
  const row = database.get<[threadId: string, metadata: string, isTemporary: number]>(
    "DELETE FROM threads WHERE seq = ? RETURNING thread_id, metadata, is_temporary",
    [threadSeq],
  );
  if (row === undefined) return;
  const [threadId, metadata, isTemporary] = row;
  if (isTemporary === 0) unindexMetadata(database, threadSeq, JSON.parse(metadata));
  checkpoints.deleteThread(threadId);
}
