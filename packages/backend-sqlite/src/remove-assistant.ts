import { findRun, restThread } from "./end-run.ts";
import type { QueueTables } from "./queue-tables.ts";
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
  const { database, checkpoints, leases, transaction } = tables;
  if (database.run("DELETE FROM assistants WHERE assistant_id = ?", [assistantId]) === 0) return undefined;
  const removed: string[] = [];
  const onRunRemoved = (runId: string) => {
    leases.end(transaction, runId);
    removed.push(runId);
  };
  if (deleteThreads) {
    const threads = database.all<[string]>(
      `SELECT t.thread_id FROM thread_metadata m JOIN threads t USING (seq) WHERE m.key = 'assistant_id' AND m.value = ?`,
      [JSON.stringify(assistantId)],
    );
    for (const [threadId] of threads) removeThread(database, checkpoints, threadId, onRunRemoved);
  }
  const active = database
    .all<[string]>("SELECT run_id FROM runs WHERE assistant_id = ? AND is_active = 1", [assistantId])
    .flatMap(([runId]) => findRun(database, runId) ?? []);
  database.run("DELETE FROM events WHERE run_seq IN (SELECT seq FROM runs WHERE assistant_id = ?)", [assistantId]);
  database.run("DELETE FROM runs WHERE assistant_id = ?", [assistantId]);
  for (const run of active) {
    onRunRemoved(run.runId);
    restThread(tables, run);
  }
  return removed;
}
