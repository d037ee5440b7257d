import type { CheckpointTuple } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { CheckpointLog } from "./checkpoint-log.ts";
import type { GraphRun } from "./graph-run.ts";

/**
 * The checkpoint a run continues: the one its config names, or the latest. A graph nested in a replay continues from its
 * latest checkpoint before the replayed one, the first time it is visited.
 */
export function loadCheckpoint(run: GraphRun, log: CheckpointLog): Promise<CheckpointTuple | undefined> {
  const { replay } = run.scope;
  if (run.parent === undefined) {
    const named = run.config.configurable.checkpoint_id as string | undefined;
    if (named === undefined) return log.saver.getTuple(log.configFor(undefined));
    run.isReplay = true;
    return log.saver.getTuple(log.configFor(named));
  }
  if (replay === undefined || replay.visited.has(run.namespace)) return log.saver.getTuple(log.configFor(undefined));
  replay.visited.add(run.namespace);
  const named = replay.named[run.namespace];
  if (named !== undefined) {
    run.isReplay = true;
    return log.saver.getTuple(log.configFor(named));
  }
  const before = { configurable: { ...run.config.configurable, checkpoint_id: replay.checkpointId } };
  return latestBefore(log, before);
}

async function latestBefore(log: CheckpointLog, before: RunnableConfig): Promise<CheckpointTuple | undefined> {
  for await (const tuple of log.saver.list(log.configFor(undefined), { before, limit: 1 })) return tuple;
  return undefined;
}

/** Whether a loaded checkpoint is the latest of its thread: going on from there is not time travel. */
export async function isHead(run: GraphRun, tuple: CheckpointTuple | undefined): Promise<boolean> {
  const head = await run.log?.saver.getTuple(run.log.configFor(undefined));
  return head === undefined || head.checkpoint.id === tuple?.checkpoint.id;
}
