import { mergeWrites, type StoredWrite } from "@heddle/checkpoint";
import { toStoredValues } from "./channel-values.ts";
import type { CheckpointRef } from "./checkpoint-tables.ts";
import { findThread } from "./checkpoint-threads.ts";
import type { Database } from "./database.ts";

/** What one delta channel received, as it is stored. */
export interface StoredDeltaHistory {
  /** Oldest first. */
  writes: StoredWrite[];
  /** The checkpoint that holds the value before them. */
  seedId: string | undefined;
}

/** Walks the parents of a checkpoint without reading their values; each channel stops at its nearest stored value. */
export function readDeltaHistory(
  database: Database,
  { threadId, ns, checkpointId }: CheckpointRef,
  channels: readonly string[],
): Map<string, StoredDeltaHistory> {
  const histories = new Map(
    channels.map((channel) => [channel, { batches: [] as StoredWrite[][], seedId: undefined as Id }]),
  );
  const open = new Set(channels);
  const thread = findThread(database, threadId);
  const seen = new Set<string>();
  let id = thread && parentOf(database, thread.seq, ns, checkpointId);
  while (thread !== undefined && id !== undefined && open.size > 0 && !seen.has(id)) {
    seen.add(id);
    const row = database.get<Row>(ANCESTOR, [thread.seq, ns, id]);
    if (row === undefined) break;
    const own: StoredWrite[] = JSON.parse(row[2] ?? "[]");
    const later = database.all<StoredWrite>(LATER_WRITES, [thread.seq, ns, id, JSON.stringify([...open])]);
    const writes = mergeWrites([...own, ...later]);
    const held = toStoredValues(row[1]);
    for (const channel of [...open]) {
      const history = histories.get(channel);
      history?.batches.push(writes.filter(([, , , written]) => written === channel));
      if (history === undefined || !held.has(channel)) continue;
      history.seedId = id;
      open.delete(channel);
    }
    id = row[0] ?? undefined;
  }
  return new Map(
    [...histories].map(([channel, { batches, seedId }]) => [channel, { writes: batches.reverse().flat(), seedId }]),
  );
}

type Id = string | undefined;

function parentOf(database: Database, threadSeq: number, ns: string, id: string): Id {
  return database.get<Row>(ANCESTOR, [threadSeq, ns, id])?.[0] ?? undefined;
}

type Row = [parentId: string | null, values: string, ownWrites: string | null];

const ANCESTOR = `SELECT parent_id, channel_values, writes FROM checkpoints
  WHERE thread_seq = ? AND checkpoint_ns = ? AND checkpoint_id = ?`;

const LATER_WRITES = `SELECT task_id, task_path, idx, channel, value FROM checkpoint_writes
  WHERE thread_seq = ? AND checkpoint_ns = ? AND checkpoint_id = ? AND channel IN (SELECT value FROM json_each(?))`;
