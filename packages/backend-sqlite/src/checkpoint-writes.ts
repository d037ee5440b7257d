import { type PendingWrite, WRITES_IDX_MAP } from "@heddle/checkpoint";
import type { Database } from "./database.ts";

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
  for (const [position, [channel, value]] of writes.entries()) {
    const special = Object.hasOwn(WRITES_IDX_MAP, channel) ? WRITES_IDX_MAP[channel] : undefined;
    database.run(special === undefined ? KEEP_FIRST : KEEP_LAST, [
      threadSeq,
      ns,
      checkpointId,
      taskId,
      special ?? position,
      taskPath,
      channel,
      stringify(value),
    ]);
  }
}

/** The writes on top of a checkpoint, in the order in which a run applies them. */
export function readWrites(
  database: Database,
  { threadId, ns, checkpointId }: { threadId: string; ns: string; checkpointId: string },
): [taskId: string, channel: string, value: string][] {
  return database.all(
    `SELECT task_id, channel, value FROM checkpoint_writes
     WHERE thread_seq = (SELECT seq FROM checkpoint_threads WHERE thread_id = ?) AND checkpoint_ns = ? AND checkpoint_id = ?
     ORDER BY task_path, task_id, idx`,
    [threadId, ns, checkpointId],
  );
}

const INTO = `INTO checkpoint_writes (thread_seq, checkpoint_ns, checkpoint_id, task_id, idx, task_path, channel, value)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
const KEEP_FIRST = `INSERT OR IGNORE ${INTO}`;
const KEEP_LAST = `INSERT OR REPLACE ${INTO}`;
