import type { Lease } from "@heddle/backend";
import { mergeWrites, type StoredWrite } from "@heddle/checkpoint";
import type { CheckpointScope } from "./checkpoint-reader.ts";
import type { Progress } from "./progress.ts";

export interface CheckpointRef extends CheckpointScope {
  checkpointId: string;
}

/** Stores what a task wrote on top of a checkpoint whose row is written already, or not put yet. */
export async function saveWrites(
  progress: Progress,
  { threadId, ns, checkpointId, lease }: CheckpointRef & { lease: Lease | undefined },
  writes: readonly StoredWrite[],
): Promise<void> {
  // A statement may change a row once.
  const rows = mergeWrites(writes);
  const texts = rows.flatMap(([, , , channel, value]) => [channel, value]);
  const [task = "", path = ""] = rows[0] ?? [];
  await progress.save({
    thread_id: threadId,
    ns,
    id: checkpointId,
    lease,
    task,
    path,
    indexes: rows.map(([, , index]) => index),
    texts: () => texts,
  });
}
