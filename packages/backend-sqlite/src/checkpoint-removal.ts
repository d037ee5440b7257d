import { type CheckpointLinks, checkpointsToKeep } from "@heddle/checkpoint";
import { type StoredValues, toStoredValues } from "./channel-values.ts";
import type { CheckpointThread } from "./checkpoint-threads.ts";
import type { Database } from "./database.ts";

/** A checkpoint that was removed, and where its values lie. */
export interface RemovedCheckpoint {
  ns: string;
  id: string;
  values: StoredValues;
}

/** What `prune` with `keep_latest` removes of a thread. */
export function checkpointsToPrune(
  database: Database,
  { seq }: CheckpointThread,
  parseMetadata: (text: string) => Record<string, unknown>,
): CheckpointLinks[] {
  const all = database
    .all<[ns: string, id: string, parentId: string | null, v: number, metadata: string, values: string]>(
      `SELECT checkpoint_ns, checkpoint_id, parent_id, head ->> 'v', metadata, channel_values FROM checkpoints
       WHERE thread_seq = ?`,
      [seq],
    )
    .map(([ns, id, parentId, v, metadata, values]) => ({
      ns,
      id,
      parentId: parentId ?? undefined,
      v,
      metadata: parseMetadata(metadata),
      channels: Object.keys(JSON.parse(values)),
    }));
  const kept = checkpointsToKeep(all);
  return all.filter((checkpoint) => !kept.has(checkpoint));
}

/** The checkpoints of a thread which a run has made. */
export function checkpointsOfRun(
  database: Database,
  { seq }: CheckpointThread,
  runId: string,
): { ns: string; id: string }[] {
  return database
    .all<[string, string]>("SELECT checkpoint_ns, checkpoint_id FROM checkpoints WHERE thread_seq = ? AND run_id = ?", [
      seq,
      runId,
    ])
    .map(([ns, id]) => ({ ns, id }));
}

/** The threads on which these runs have made checkpoints. */
export function threadsOfRuns(database: Database, runIds: readonly string[]): { threadId: string; runId: string }[] {
  return database
    .all<[string, string]>(
      `SELECT DISTINCT t.thread_id, c.run_id FROM checkpoints c INDEXED BY checkpoints_of_run
       JOIN checkpoint_threads t ON t.seq = c.thread_seq WHERE c.run_id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(runIds)],
    )
    .map(([threadId, runId]) => ({ threadId, runId }));
}

/** Removes checkpoints and the writes on top of them; their values stay. Within a transaction. */
export function removeCheckpoints(
  database: Database,
  { seq }: CheckpointThread,
  checkpoints: readonly { ns: string; id: string }[],
): RemovedCheckpoint[] {
  return checkpoints.flatMap(({ ns, id }) => {
    const key = [seq, ns, id];
    database.run("DELETE FROM checkpoint_writes WHERE thread_seq = ? AND checkpoint_ns = ? AND checkpoint_id = ?", key);
    const row = database.get<[string]>(
      "DELETE FROM checkpoints WHERE thread_seq = ? AND checkpoint_ns = ? AND checkpoint_id = ? RETURNING channel_values",
      key,
    );
    return row === undefined ? [] : [{ ns, id, values: toStoredValues(row[0]) }];
  });
}

/** Of each stored value, how much of it checkpoints of the thread and its copies use. */
export function usedLengths(database: Database, { seq, family }: CheckpointThread): Map<number, number> {
  const rows = database.all<[string]>(
    `SELECT c.channel_values FROM checkpoint_threads t JOIN checkpoints c ON c.thread_seq = t.seq WHERE t.family = ? OR t.seq = ?`,
    [family, seq],
  );
  return lengthsOf(rows.map(([values]) => toStoredValues(values)));
}

/** The values of all checkpoints of a thread. */
export function storedValuesOf(database: Database, { seq }: CheckpointThread): StoredValues[] {
  return database
    .all<[string]>("SELECT channel_values FROM checkpoints WHERE thread_seq = ?", [seq])
    .map(([values]) => toStoredValues(values));
}

/** Value id → the greatest length named. */
export function lengthsOf(all: Iterable<StoredValues>): Map<number, number> {
  const lengths = new Map<number, number>();
  for (const values of all) {
    for (const value of values.values()) {
      if (typeof value === "string") continue;
      const [valueId, length] = value;
      lengths.set(valueId, Math.max(length, lengths.get(valueId) ?? 0));
    }
  }
  return lengths;
}
