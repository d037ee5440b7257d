import type { ThreadRecord } from "@heddle/backend";
import type { CheckpointTables } from "./checkpoint-tables.ts";
import type { Database } from "./database.ts";
import { indexMetadata } from "./thread-metadata.ts";
import { readThread } from "./thread-row.ts";

export interface ThreadCopy {
  threadId: string;
  newThreadId: string;
  createdAt: string;
}

/** See Threads.copy; within a transaction. */
export function copyThread(
  database: Database,
  checkpoints: CheckpointTables,
  { threadId, newThreadId, createdAt }: ThreadCopy,
): ThreadRecord | undefined {
  const source = readThread(database, threadId);
  if (source === undefined) return undefined;
  const metadata = { ...source.metadata, thread_id: newThreadId };
  const row = database.get<[number]>(
    `INSERT INTO threads
       (thread_id, status, resting_status, created_at, updated_at, state_updated_at, metadata, config, ttl_minutes,
        ttl_strategy, ttl_check_at)
     SELECT ?1, 'idle', 'idle', ?2, ?2, ?2, ?3, ?4, ttl_minutes, ttl_strategy, ttl_check_at FROM threads
     WHERE thread_id = ?5 RETURNING seq`,
    [newThreadId, createdAt, JSON.stringify(metadata), JSON.stringify(source.config), threadId],
  );
  if (row === undefined) throw new Error(`Thread "${newThreadId}" was not written.`);
  const newSeq = row[0];
  database.run(
    `INSERT INTO thread_states (seq, values_json, interrupts)
     SELECT ?1, values_json, interrupts FROM thread_states WHERE seq = (SELECT seq FROM threads WHERE thread_id = ?2)`,
    [newSeq, threadId],
  );
  indexMetadata(database, newSeq, metadata);
  checkpoints.copyThread(threadId, newThreadId);
  return readThread(database, newThreadId);
}
