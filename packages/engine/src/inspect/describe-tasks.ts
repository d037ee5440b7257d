import type { PendingWrite } from "@heddle/checkpoint";
import type { PendingWrites } from "../runner/run-context.ts";
import { ERROR, NAMESPACE_SEPARATOR } from "../runtime/constants.ts";
import type { Interrupt } from "../runtime/interrupt.ts";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import type { Task } from "../step/task.ts";
import { interruptsIn, taskResult } from "../stream/modes/tasks.ts";
import { nodeNames } from "./inspected-graph.ts";
import type { PregelTaskDescription, StateSnapshot } from "./state-snapshot.ts";

/** Task id → the state of the graph it calls, or where to find it. */
export type TaskStates = ReadonlyMap<string, LangGraphRunnableConfig | StateSnapshot>;

/** Tasks as states and streams show them: with what is known of each from its pending writes. */
export function describeTasks(
  tasks: readonly Task[],
  pendingWrites: PendingWrites,
  streamKeys: string | readonly string[],
  states?: TaskStates,
): PregelTaskDescription[] {
  return tasks.map((task) => {
    const writes = pendingWrites.get(task.id) ?? [];
    const error = writes.find(([channel]) => channel === ERROR)?.[1];
    const state = states?.get(task.id);
    return {
      id: task.id,
      name: task.name,
      path: task.path,
      interrupts: interruptsIn(writes) as Interrupt[],
      ...(error === undefined ? {} : { error }),
      ...(state === undefined ? {} : { state }),
      result: resultOf(writes, streamKeys),
    };
  });
}

function resultOf(writes: readonly PendingWrite[], streamKeys: string | readonly string[]): unknown {
  // The one channel of a workflow, or of a state that is one value.
  if (typeof streamKeys === "string") return writes.findLast(([channel]) => channel === streamKeys)?.[1];
  const isResult = writes.some(([channel]) => !channel.startsWith("__") || channel === "__return__");
  return isResult ? taskResult(writes, streamKeys) : undefined;
}

/** Where the states of the graphs are that tasks call, without reading them. */
export function nestedStateConfigs(tasks: readonly Task[], threadId: unknown): TaskStates {
  const states = new Map<string, LangGraphRunnableConfig>();
  for (const task of tasks) {
    const graph = task.node.subgraphs.find(
      (nested): nested is { checkpointer?: unknown } => typeof nested === "object" && nested !== null,
    );
    if (graph === undefined) continue;
    states.set(task.id, { configurable: { thread_id: threadId, checkpoint_ns: task.checkpointNs } });
  }
  return states;
}

/** A graph that keeps its state across calls has a namespace without task ids. */
export function nestedNamespaceOf(task: Task, checkpointer: unknown): string {
  return checkpointer === true ? nodeNames(task.checkpointNs).join(NAMESPACE_SEPARATOR) : task.checkpointNs;
}
