import type { Database } from "./database.ts";

/*
 * Copies of a thread share its stored values. Threads that do are a family, named by the thread which wrote the values first;
 * a thread that was never copied is a family of its own and has no row. The values go when the last member goes.
 */

/** Under which name the thread's values are stored. */
export function familyOf(database: Database, threadId: string): string {
  return (
    database.get<[string]>("SELECT family FROM checkpoint_families WHERE thread_id = ?", [threadId])?.[0] ?? threadId
  );
}

/** Makes the new thread a member of the other's family. */
export function copyFamily(database: Database, threadId: string, newThreadId: string): void {
  const family = familyOf(database, threadId);
  for (const member of [threadId, newThreadId]) {
    database.run("INSERT OR IGNORE INTO checkpoint_families (thread_id, family) VALUES (?, ?)", [member, family]);
  }
}

/** All threads which share values with this one, itself included. */
export function threadsOfFamily(database: Database, threadId: string): string[] {
  const family = familyOf(database, threadId);
  const members = database.all<[string]>("SELECT thread_id FROM checkpoint_families WHERE family = ?", [family]);
  // A thread made anew under the name of the family has no row but uses the name.
  return [...new Set([threadId, family, ...members.map(([id]) => id)])];
}

/** Takes out a thread whose checkpoints are gone; returns the family when nobody is left of it. */
export function leaveFamily(database: Database, threadId: string): string | undefined {
  const family = familyOf(database, threadId);
  database.run("DELETE FROM checkpoint_families WHERE thread_id = ?", [threadId]);
  const isUsed = database.get(
    `SELECT 1 FROM checkpoint_families WHERE family = ?1
     UNION ALL SELECT 1 FROM checkpoints WHERE thread_id = ?1 LIMIT 1`,
    [family],
  );
  return isUsed === undefined ? family : undefined;
}
