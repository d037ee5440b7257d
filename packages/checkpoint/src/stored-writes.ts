import type { CheckpointPendingWrite, PendingWrite } from "./checkpoint.ts";
import { WRITES_IDX_MAP } from "./checkpointer.ts";
import type { Serializer } from "./serializer.ts";
import { compareWritesSortKeys } from "./writes-sort-key.ts";

/** What a task wrote on top of a checkpoint. */
export interface NewWrites {
  taskId: string;
  taskPath: string;
  writes: readonly PendingWrite[];
}

/** A write as a database keeps it: whose it is, where it stands among the writes of its task, and its value as text. */
export type StoredWrite = [taskId: string, taskPath: string, index: number, channel: string, value: string];

/** The index of a write is its place, or the one slot that its special channel has. */
export function toStoredWrites(
  { taskId, taskPath, writes }: NewWrites,
  stringify: (value: unknown) => string,
): StoredWrite[] {
  return writes.map(([channel, value], place) => {
    const special = Object.hasOwn(WRITES_IDX_MAP, channel) ? WRITES_IDX_MAP[channel] : undefined;
    return [taskId, taskPath, special ?? place, channel, stringify(value)];
  });
}

/** As a run takes them. */
export function toPendingWrites(writes: readonly StoredWrite[], serializer: Serializer): CheckpointPendingWrite[] {
  return writes.map(([taskId, , , channel, value]) => [taskId, channel, serializer.parse(value)]);
}

/**
 * Of writes in the order in which they were stored, those that count (see Checkpointer.putWrites: of one slot the last, of one place
 * the first), in the order in which a run applies them.
 */
export function mergeWrites(writes: readonly StoredWrite[]): StoredWrite[] {
  const counting = new Map<string, StoredWrite>();
  for (const write of writes) {
    const [taskId, , index] = write;
    const place = `${index} ${taskId}`;
    if (index < 0 || !counting.has(place)) counting.set(place, write);
  }
  return [...counting.values()].sort((a, b) => compareWritesSortKeys([a[1], a[0], a[2]], [b[1], b[0], b[2]]));
}
