import { type PendingWrite, WRITES_IDX_MAP } from "@heddle/checkpoint";
import type { Database } from "./database.ts";

export interface TaskWrites {
  threadId: string;
  ns: string;
  checkpointId: string;
  writes: readonly PendingWrite[];
  taskId: string;
  taskPath: string;
  isDurable: boolean;
}

/** See Checkpointer.putWrites: one statement. */
export async function insertWrites(
  database: Database,
  { threadId, ns, checkpointId, writes, taskId, taskPath, isDurable }: TaskWrites,
  stringify: (value: unknown) => string,
): Promise<void> {
  const rows = new Map<number, [channel: string, text: string]>();
  for (const [position, [channel, value]] of writes.entries()) {
    // Special channels have one slot, whose last write counts; the index of an ordinary one is its place.
    const special = Object.hasOwn(WRITES_IDX_MAP, channel) ? WRITES_IDX_MAP[channel] : undefined;
    rows.set(special ?? position, [channel, stringify(value)]);
  }
  await database.query("SELECT heddle.put_writes($1, $2, $3, $4, $5, $6, $7, $8, $9)", [
    threadId,
    ns,
    checkpointId,
    taskId,
    taskPath,
    [...rows.keys()],
    [...rows.values()].map(([channel]) => channel),
    [...rows.values()].map(([, text]) => text),
    isDurable,
  ]);
}
