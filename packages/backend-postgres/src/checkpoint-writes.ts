import type { Lease } from "@heddle/backend";
import { type PendingWrite, WRITES_IDX_MAP } from "@heddle/checkpoint";
import type { Progress } from "./progress.ts";

export interface TaskWrites {
  threadId: string;
  ns: string;
  checkpointId: string;
  writes: readonly PendingWrite[];
  taskId: string;
  taskPath: string;
  lease: Lease | undefined;
}

/** See Checkpointer.putWrites. */
export async function insertWrites(
  progress: Progress,
  { threadId, ns, checkpointId, writes, taskId, taskPath, lease }: TaskWrites,
  stringify: (value: unknown) => string,
): Promise<void> {
  const rows = new Map<number, [channel: string, value: string]>();
  for (const [position, [channel, value]] of writes.entries()) {
    // Special channels have one slot, whose last write counts; the index of an ordinary one is its place.
    const index = (Object.hasOwn(WRITES_IDX_MAP, channel) ? WRITES_IDX_MAP[channel] : undefined) ?? position;
    rows.set(index, [channel, stringify(value)]);
  }
  await progress.save({
    thread_id: threadId,
    ns,
    id: checkpointId,
    lease,
    task: taskId,
    path: taskPath,
    indexes: [...rows.keys()],
    texts: [...rows.values()].flat(),
  });
}
