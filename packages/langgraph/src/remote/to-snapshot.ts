import type { Interrupt, StateSnapshot } from "@heddle/engine";
import type { CheckpointRef, ThreadState, ThreadTask } from "@heddle/sdk";
import type { RunnableConfig } from "@langchain/core/runnables";

/** A state as the server tells it, as this process has it. */
export function toSnapshot(state: ThreadState<unknown>): StateSnapshot {
  const { values, next, tasks, metadata, created_at: createdAt, checkpoint, parent_checkpoint: parent } = state;
  return {
    values,
    next: next ?? [],
    config: toConfig(checkpoint ?? {}),
    metadata: (metadata ?? {}) as NonNullable<StateSnapshot["metadata"]>,
    ...(createdAt ? { createdAt } : {}),
    ...(parent ? { parentConfig: toConfig(parent) } : {}),
    tasks: (tasks ?? []).map(toTask),
  };
}

function toTask({
  id,
  name,
  path,
  error,
  interrupts,
  checkpoint,
  state,
  result,
}: ThreadTask): StateSnapshot["tasks"][0] {
  const nested = state ? toSnapshot(state) : checkpoint ? toConfig(checkpoint) : undefined;
  return {
    id,
    name,
    ...(path ? { path: path as NonNullable<StateSnapshot["tasks"][0]["path"]> } : {}),
    interrupts: interrupts as Interrupt[],
    ...(error ? { error } : {}),
    ...(nested === undefined ? {} : { state: nested }),
    ...(result === undefined || result === null ? {} : { result }),
  };
}

export function toConfig({
  thread_id,
  checkpoint_ns,
  checkpoint_id,
  checkpoint_map,
}: Partial<CheckpointRef>): RunnableConfig {
  return {
    configurable: {
      thread_id,
      checkpoint_ns: checkpoint_ns ?? "",
      checkpoint_id,
      checkpoint_map: checkpoint_map ?? {},
    },
  };
}

/** The checkpoint that a config names; undefined when it means the latest of the graph itself. */
export function toCheckpoint({ configurable = {} }: RunnableConfig): CheckpointRef | undefined {
  const { thread_id, checkpoint_ns, checkpoint_id, checkpoint_map } = configurable;
  if (!checkpoint_id && !checkpoint_ns) return undefined;
  return {
    thread_id,
    checkpoint_ns: checkpoint_ns ?? "",
    checkpoint_id: checkpoint_id ?? null,
    checkpoint_map: checkpoint_map ?? null,
  };
}
