import type { StoredWrite } from "@heddle/checkpoint";
import { type CheckpointRow, writesOf } from "./checkpoint-row.ts";
import type { Database } from "./database.ts";

/** What one delta channel received, as it is stored. */
export interface StoredDeltaHistory {
  /** Oldest first. */
  writes: StoredWrite[];
  /** The checkpoint that holds the value before them. */
  seedId: string | undefined;
}

export interface DeltaHistoryRequest {
  threadId: string;
  ns: string;
  /** undefined for the latest. */
  checkpointId: string | undefined;
  channels: readonly string[];
}

type AncestorRow = Pick<CheckpointRow, "checkpoint_id" | "channel_values" | "own_writes" | "later_writes">;

/** How many ancestors one statement reads. */
const BATCH = 64;

/** Walks the parents of a checkpoint without reading their values, 64 with each statement; each channel stops at its nearest stored value. */
export async function readDeltaHistory(
  database: Database,
  { threadId, ns, checkpointId, channels }: DeltaHistoryRequest,
): Promise<Map<string, StoredDeltaHistory>> {
  const open = new Map(channels.map((channel) => [channel, [] as StoredDeltaHistory["writes"][]]));
  const histories = new Map<string, StoredDeltaHistory>();
  let from = checkpointId;
  while (open.size > 0) {
    const rows = await database.query<AncestorRow>(ANCESTORS, [threadId, ns, from, BATCH, [...open.keys()]]);
    for (const row of rows) {
      const held: Record<string, unknown> = JSON.parse(row.channel_values);
      const writes = writesOf(row);
      for (const [channel, batches] of open) {
        batches.push(writes.filter(([, , , written]) => written === channel));
        if (!Object.hasOwn(held, channel)) continue;
        histories.set(channel, { writes: batches.reverse().flat(), seedId: row.checkpoint_id });
        open.delete(channel);
      }
    }
    from = rows.at(-1)?.checkpoint_id;
    if (rows.length < BATCH) break;
  }
  for (const [channel, batches] of open)
    histories.set(channel, { writes: batches.reverse().flat(), seedId: undefined });
  return histories;
}

/** The ancestors of a checkpoint, nearest first, without itself, and what was written on top of them to some channels. */
const ANCESTORS = `WITH RECURSIVE thread AS MATERIALIZED (SELECT seq FROM heddle.checkpoint_threads WHERE thread_id = $1),
  line AS (
    SELECT c.checkpoint_id, c.parent_id, c.channel_values, c.writes, 0 AS n FROM heddle.checkpoints c
    WHERE c.thread_seq = (SELECT seq FROM thread) AND c.checkpoint_ns = $2 AND c.checkpoint_id = coalesce($3,
      (SELECT max(l.checkpoint_id) FROM heddle.checkpoints l WHERE l.thread_seq = (SELECT seq FROM thread) AND l.checkpoint_ns = $2))
    UNION ALL
    SELECT c.checkpoint_id, c.parent_id, c.channel_values, c.writes, line.n + 1 FROM line JOIN heddle.checkpoints c
      ON c.thread_seq = (SELECT seq FROM thread) AND c.checkpoint_ns = $2 AND c.checkpoint_id = line.parent_id
    WHERE line.n < $4)
  SELECT line.checkpoint_id, line.channel_values, line.writes AS own_writes,
    (SELECT json_agg(json_build_array(w.task_id, w.task_path, w.idx, w.channel, w.value))
     FROM heddle.checkpoint_writes w WHERE w.thread_seq = (SELECT seq FROM thread) AND w.checkpoint_ns = $2
       AND w.checkpoint_id = line.checkpoint_id AND w.channel = ANY ($5)) AS later_writes
  FROM line WHERE line.n > 0 ORDER BY line.n`;
