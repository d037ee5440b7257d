import { type Lease, LeaseLostError, untilAvailable } from "@heddle/backend";
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
  lease: Lease | undefined;
}

/** See Checkpointer.putWrites: one statement. */
export async function insertWrites(
  database: Database,
  { threadId, ns, checkpointId, writes, taskId, taskPath, isDurable, lease }: TaskWrites,
  stringify: (value: unknown) => string,
): Promise<void> {
  const rows = new Map<number, [channel: string, text: string]>();
  for (const [position, [channel, value]] of writes.entries()) {
    // Special channels have one slot, whose last write counts; the index of an ordinary one is its place.
    const special = Object.hasOwn(WRITES_IDX_MAP, channel) ? WRITES_IDX_MAP[channel] : undefined;
    rows.set(special ?? position, [channel, stringify(value)]);
  }
  const put = () =>
    database.queryOne<{ is_held: boolean }>(PUT_WRITES, [
      threadId,
      ns,
      checkpointId,
      taskId,
      taskPath,
      [...rows.keys()],
      [...rows.values()].map(([channel]) => channel),
      [...rows.values()].map(([, text]) => text),
      isDurable,
      lease?.run.runId,
      lease?.attempt,
    ]);
  const { is_held } = await (lease === undefined ? put() : untilAvailable(put));
  if (!is_held && lease !== undefined) throw new LeaseLostError(lease.run.runId, lease.attempt);
}

const PUT_WRITES = "SELECT heddle.put_writes($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS is_held";
