import { type QueueTables, restThread } from "./end-run.ts";
import { removeThread } from "./remove-thread.ts";

/**
 * Removes the assistant, its versions and its runs; with `deleteThreads` also the threads whose metadata names it. Returns the
 * runs that were active, or undefined when the assistant is unknown. What its runs left on other threads stays.
 */
export function removeAssistant(
  tables: QueueTables,
  assistantId: string,
  { deleteThreads }: { deleteThreads: boolean },
): string[] | undefined {
  const { database, checkpoints } = tables;
  if (database.run("DELETE FROM assistants WHERE assistant_id = ?", [assistantId]) === 0) return undefined;
  const removed: string[] = [];
  if (deleteThreads) {
    const threads = database.all<[string]>(
      "SELECT thread_id FROM thread_metadata WHERE key = 'assistant_id' AND value = ?",
      [JSON.stringify(assistantId)],
    );
    for (const [threadId] of threads) removeThread(database, checkpoints, threadId, (runId) => removed.push(runId));
  }
  const active = database.all<[runId: string, threadId: string]>(
    "SELECT run_id, thread_id FROM runs WHERE assistant_id = ? AND is_active = 1",
    [assistantId],
  );
  database.run("DELETE FROM events WHERE run_id IN (SELECT run_id FROM runs WHERE assistant_id = ?)", [assistantId]);
  database.run("DELETE FROM runs WHERE assistant_id = ?", [assistantId]);
  for (const [runId, threadId] of active) {
    restThread(tables, threadId);
    removed.push(runId);
  }
  return removed;
}
