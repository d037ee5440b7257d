import type { ThreadSize } from "@heddle/checkpoint";
import type { Database } from "./database.ts";

/** See CheckpointStorage.sizeOfThread. */
export async function sizeOfThread(database: Database, threadId: string): Promise<ThreadSize> {
  const [row] = await database.query<ThreadSize>(SIZE, [threadId]);
  return { checkpoints: row?.checkpoints ?? 0, bytes: row?.bytes ?? 0 };
}

const SIZE = `SELECT (SELECT count(*) FROM heddle.checkpoints WHERE thread_seq = t.seq) AS checkpoints,
  (SELECT coalesce(sum(octet_length(head) + octet_length(metadata) + octet_length(channel_values)
    + coalesce(octet_length(writes), 0)), 0)
   FROM heddle.checkpoints WHERE thread_seq = t.seq)
  + (SELECT coalesce(sum(octet_length(channel) + octet_length(value)), 0) FROM heddle.checkpoint_writes WHERE thread_seq = t.seq)
  + (SELECT coalesce(sum(octet_length(text)), 0) FROM heddle.channel_values WHERE family = coalesce(t.family, t.seq)) AS bytes
  FROM heddle.checkpoint_threads t WHERE t.thread_id = $1`;
