import type { StoredWrite } from "@heddle/checkpoint";
import type { Database } from "./database.ts";

/** Stores what was written on top of a checkpoint whose row is written already, or not put yet; within a transaction. */
export function insertWrites(
  database: Database,
  { threadSeq, ns, checkpointId }: { threadSeq: number; ns: string; checkpointId: string },
  writes: readonly StoredWrite[],
): void {
  for (const write of writes) {
    const [, , index] = write;
    database.run(index < 0 ? KEEP_LAST : KEEP_FIRST, [threadSeq, ns, checkpointId, ...write]);
  }
}

const ROW = `INTO checkpoint_writes (thread_seq, checkpoint_ns, checkpoint_id, task_id, task_path, idx, channel, value)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
const KEEP_LAST = `INSERT OR REPLACE ${ROW}`;
const KEEP_FIRST = `INSERT OR IGNORE ${ROW}`;

/** As JSON, the writes on top of the checkpoint `c` of a query: those of its own row, then those that came later. */
export const WRITES_OF_CHECKPOINT = `coalesce(c.writes, '[]'), (
  SELECT json_group_array(json_array(task_id, task_path, idx, channel, value)) FROM checkpoint_writes w
  WHERE w.thread_seq = c.thread_seq AND w.checkpoint_ns = c.checkpoint_ns AND w.checkpoint_id = c.checkpoint_id)`;
