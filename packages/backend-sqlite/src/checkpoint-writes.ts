import { type PendingWrite, WRITES_IDX_MAP } from "@heddle/checkpoint";
import type { Database, SqlValue } from "./database.ts";

export interface TaskWrites {
  writes: readonly PendingWrite[];
  taskId: string;
  taskPath: string;
}

/** See Checkpointer.putWrites; within a transaction. */
export function insertWrites(
  database: Database,
  { threadSeq, ns, checkpointId }: { threadSeq: number; ns: string; checkpointId: string },
  { writes, taskId, taskPath }: TaskWrites,
  stringify: (value: unknown) => string,
): void {
  const task = [threadSeq, ns, checkpointId, taskId, taskPath];
  const ordinary: SqlValue[][] = [];
  for (const [position, [channel, value]] of writes.entries()) {
    const special = Object.hasOwn(WRITES_IDX_MAP, channel) ? WRITES_IDX_MAP[channel] : undefined;
    if (special === undefined) ordinary.push([position, channel, stringify(value)]);
    else database.run(KEEP_LAST, [...task, special, channel, stringify(value)]);
  }
  for (let from = 0; from < ordinary.length; from += MAX_ROWS) {
    const rows = ordinary.slice(from, from + MAX_ROWS);
    database.run(KEEP_FIRST[rows.length] ?? "", [...task, ...rows.flat()]);
  }
}

/** How many ordinary writes one statement stores. */
const MAX_ROWS = 8;

const INTO =
  "INTO checkpoint_writes (thread_seq, checkpoint_ns, checkpoint_id, task_id, task_path, idx, channel, value)";
const KEEP_LAST = `INSERT OR REPLACE ${INTO} VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`;
/** Of so many rows. */
const KEEP_FIRST = Array.from({ length: MAX_ROWS + 1 }, (_, rows) => {
  const values = Array.from(
    { length: rows },
    (_, n) => `(?1, ?2, ?3, ?4, ?5, ?${3 * n + 6}, ?${3 * n + 7}, ?${3 * n + 8})`,
  );
  return `INSERT OR IGNORE ${INTO} VALUES ${values.join(", ")}`;
});

/** A write as it is stored. */
export type StoredWrite = [taskId: string, channel: string, value: string];

/** As JSON, the writes on top of the checkpoint `c` of a query, in the order in which a run applies them. */
export const WRITES_OF_CHECKPOINT = `(
  SELECT json_group_array(json_array(task_id, channel, value) ORDER BY task_path, task_id, idx) FROM checkpoint_writes w
  WHERE w.thread_seq = c.thread_seq AND w.checkpoint_ns = c.checkpoint_ns AND w.checkpoint_id = c.checkpoint_id)`;
