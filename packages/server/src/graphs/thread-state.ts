import type { CheckpointRef, Dict, Interrupt, ThreadState, ThreadTask } from "@heddle/protocol";
import type { CheckpointConfig, SnapshotTask, StateSnapshot } from "./runnable-graph.ts";
import { toJson } from "./to-json.ts";

/** A graph's snapshot as the wire shows it. */
export function toThreadState(snapshot: StateSnapshot, threadId: string): ThreadState {
  const tasks = snapshot.tasks.map((task) => toThreadTask(task, threadId));
  return {
    values: toJson(snapshot.values ?? {}),
    next: snapshot.next,
    tasks,
    interrupts: tasks.flatMap((task) => task.interrupts),
    metadata: toJson(snapshot.metadata ?? {}) as Dict,
    created_at: snapshot.createdAt ?? null,
    checkpoint: toCheckpointRef(snapshot.config, threadId),
    parent_checkpoint: snapshot.parentConfig === undefined ? null : toCheckpointRef(snapshot.parentConfig, threadId),
  };
}

/** The state of a thread that never ran. Every key is there, since RemoteGraph of the Python client reads them all; no checkpoint is null. */
export function emptyThreadState(): ThreadState {
  return {
    values: {},
    next: [],
    tasks: [],
    interrupts: [],
    metadata: {},
    created_at: null,
    checkpoint: null,
    parent_checkpoint: null,
  };
}

/** Task id → its open interrupts, of the tasks that have any. */
export function interruptsByTask(snapshot: StateSnapshot): Record<string, Interrupt[]> {
  const open = snapshot.tasks.filter((task) => task.interrupts.length > 0);
  return Object.fromEntries(open.map((task) => [task.id, toJson(task.interrupts) as Interrupt[]]));
}

function toThreadTask(task: SnapshotTask, threadId: string): ThreadTask {
  const state = task.state;
  const isSnapshot = state !== undefined && "values" in state && "next" in state;
  return {
    id: task.id,
    name: task.name,
    path: toJson(task.path ?? []) as unknown[],
    error: toTaskError(task.error),
    interrupts: toJson(task.interrupts) as Interrupt[],
    checkpoint: state === undefined || isSnapshot ? null : toSubgraphRef(state as CheckpointConfig),
    state: isSnapshot ? toThreadState(state as StateSnapshot, threadId) : null,
    result: toJson(task.result) ?? null,
  };
}

/** Tasks of a state carry their error as text (upstream's type); the official server puts JSON into that text. */
function toTaskError(error: unknown): unknown {
  if (error === undefined || error === null || typeof error === "string") return error ?? null;
  return JSON.stringify(toJson(error));
}

function toSubgraphRef(config: CheckpointConfig): Partial<CheckpointRef> {
  const { thread_id, checkpoint_ns } = config.configurable ?? {};
  return { thread_id: String(thread_id), checkpoint_ns: String(checkpoint_ns ?? "") };
}

function toCheckpointRef(config: CheckpointConfig, threadId: string): CheckpointRef {
  const configurable = config.configurable ?? {};
  return {
    thread_id: threadId,
    checkpoint_id: (configurable.checkpoint_id as string | undefined) ?? null,
    checkpoint_ns: (configurable.checkpoint_ns as string | undefined) ?? "",
    checkpoint_map: (configurable.checkpoint_map as Record<string, string> | undefined) ?? null,
  };
}
