import type { ThreadSize } from "@heddle/checkpoint";
import { findThread } from "./checkpoint-threads.ts";
import type { Database } from "./database.ts";

/** See CheckpointStorage.sizeOfThread. */
export function sizeOfThread(database: Database, threadId: string): ThreadSize {
  const thread = findThread(database, threadId);
  if (thread === undefined) return { checkpoints: 0, bytes: 0 };
  const row = database.get<[number, number]>(SIZE, [thread.seq, thread.family]);
  return { checkpoints: row?.[0] ?? 0, bytes: row?.[1] ?? 0 };
}

const SIZE = `SELECT (SELECT count(*) FROM checkpoints WHERE thread_seq = ?1),
  (SELECT coalesce(sum(octet_length(head) + octet_length(metadata) + octet_length(channel_values)
     + coalesce(octet_length(writes), 0)), 0)
   FROM checkpoints WHERE thread_seq = ?1)
  + (SELECT coalesce(sum(octet_length(channel) + octet_length(value)), 0) FROM checkpoint_writes WHERE thread_seq = ?1)
  + (SELECT coalesce(sum(octet_length(text)), 0) FROM channel_values WHERE family = ?2)`;
