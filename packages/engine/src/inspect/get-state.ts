import type { Checkpointer, CheckpointTuple } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { PendingWrites } from "../runner/run-context.ts";
import { CONTROL_CHANNELS, INPUT, NULL_TASK_ID } from "../runtime/constants.ts";
import { applyWrites } from "../step/apply-writes.ts";
import { type GraphState, stateFromCheckpoint } from "../step/graph-state.ts";
import { isFinished } from "../step/is-finished.ts";
import { planTasks } from "../step/plan-tasks.ts";
import { readChannels } from "../step/read-channels.ts";
import type { Task } from "../step/task.ts";
import { stableTaskIds } from "../step/task-id.ts";
import { describeTasks, nestedNamespaceOf, type TaskStates } from "./describe-tasks.ts";
import { hydrateDelta } from "./hydrate-delta.ts";
import { type InspectedGraph, locate, saverFor } from "./inspected-graph.ts";
import type { GetStateOptions, StateSnapshot } from "./state-snapshot.ts";

/** The state of a thread: its latest checkpoint, or the one that `config` names. */
export async function getState(
  graph: InspectedGraph,
  config: RunnableConfig,
  options: GetStateOptions = {},
): Promise<StateSnapshot> {
  const saver = saverFor(graph, config);
  const { target, config: found } = locate(graph, config);
  return readState(target, saver, found, options);
}

/** The same for a graph known to own the namespace of `config`. */
async function readState(
  graph: InspectedGraph,
  saver: Checkpointer,
  config: RunnableConfig,
  options: GetStateOptions,
): Promise<StateSnapshot> {
  const tuple = await saver.getTuple(config);
  // At a named checkpoint the writes made after it are not part of the state.
  const isNamed = config.configurable?.checkpoint_id !== undefined;
  return snapshotOf(graph, saver, config, tuple, options, !isNamed);
}

/** A snapshot of a loaded checkpoint. */
export async function snapshotOf(
  graph: InspectedGraph,
  saver: Checkpointer,
  config: RunnableConfig,
  tuple: CheckpointTuple | undefined,
  options: GetStateOptions,
  appliesPending: boolean,
): Promise<StateSnapshot> {
  if (tuple === undefined) return { values: {}, next: [], config, tasks: [] };
  const { state, tasks, pendingWrites } = await restore(graph, saver, tuple);
  const states = await taskStates(graph, saver, config, tasks, options);
  const descriptions = describeTasks(tasks, pendingWrites, graph.program.streamChannels, states);
  const finished = appliesPending ? tasks.filter((task) => isFinished(pendingWrites.get(task.id))) : [];
  if (finished.length > 0) {
    const writing = finished.map((task) => ({ ...task, writes: pendingWrites.get(task.id) ?? [] }));
    applyWrites(graph.program, state, writing, (version) => saver.getNextVersion(version));
  }
  const next = tasks.filter((task) => !finished.includes(task)).map((task) => task.name);
  return {
    values: readChannels(state.channels, graph.program.streamChannels),
    next,
    tasks: descriptions,
    ...(tuple.metadata === undefined ? {} : { metadata: withThread(tuple.metadata, tuple.config) }),
    config: withCheckpointMap(tuple),
    createdAt: tuple.checkpoint.ts,
    parentConfig: tuple.parentConfig,
  };
}

interface Restored {
  state: GraphState;
  tasks: Task[];
  pendingWrites: PendingWrites;
}

/** Brings a checkpoint back to life, with the tasks that follow it. */
export async function restore(graph: InspectedGraph, saver: Checkpointer, tuple: CheckpointTuple): Promise<Restored> {
  const state = stateFromCheckpoint(graph.program, tuple.checkpoint);
  await hydrateDelta(graph.program, saver, tuple.config, tuple.checkpoint, state);
  const pendingWrites = groupPendingWrites(tuple);
  const plan = () =>
    planTasks(graph.program, state, {
      namespace: (tuple.config.configurable?.checkpoint_ns as string | undefined) ?? "",
      step: (tuple.metadata?.step ?? -1) + 1,
      makeId: stableTaskIds(tuple.checkpoint.id),
    });
  let tasks = plan();
  // What a command wrote is part of the values; where it went is shown only if nothing else was waiting.
  const nullWrites = pendingWrites.get(NULL_TASK_ID)?.filter(([channel]) => !CONTROL_CHANNELS.has(channel)) ?? [];
  if (nullWrites.length > 0) {
    const input = { name: INPUT, path: [], triggers: [], writes: nullWrites };
    applyWrites(graph.program, state, [input], (version) => saver.getNextVersion(version));
    if (tasks.length === 0) tasks = plan();
  }
  return { state, tasks, pendingWrites };
}

function groupPendingWrites(tuple: CheckpointTuple): PendingWrites {
  const grouped: PendingWrites = new Map();
  for (const [taskId, channel, value] of tuple.pendingWrites ?? []) {
    const writes = grouped.get(taskId);
    if (writes === undefined) grouped.set(taskId, [[channel, value]]);
    else writes.push([channel, value]);
  }
  return grouped;
}

async function taskStates(
  graph: InspectedGraph,
  saver: Checkpointer,
  config: RunnableConfig,
  tasks: readonly Task[],
  options: GetStateOptions,
): Promise<TaskStates> {
  const nested = new Map(graph.nestedGraphs());
  const states = new Map<string, RunnableConfig | StateSnapshot>();
  for (const task of tasks) {
    const child = nested.get(task.name);
    if (child === undefined || child.checkpointer === false) continue;
    const thread_id = config.configurable?.thread_id;
    if (options.subgraphs === true) {
      const checkpoint_ns = nestedNamespaceOf(task, child.checkpointer);
      states.set(task.id, await readState(child, saver, { configurable: { thread_id, checkpoint_ns } }, options));
    } else {
      states.set(task.id, { configurable: { thread_id, checkpoint_ns: task.checkpointNs } });
    }
  }
  return states as TaskStates;
}

function withThread(
  metadata: NonNullable<CheckpointTuple["metadata"]>,
  config: RunnableConfig,
): StateSnapshot["metadata"] & object {
  return { ...metadata, thread_id: config.configurable?.thread_id };
}

/** A snapshot of a nested graph names its ancestors' checkpoints, so that it can be replayed in place. */
function withCheckpointMap(tuple: CheckpointTuple): RunnableConfig {
  const parents = tuple.metadata?.parents;
  if (parents === undefined || Object.keys(parents).length === 0) return tuple.config;
  const { configurable } = tuple.config;
  const ns = (configurable?.checkpoint_ns as string | undefined) ?? "";
  return {
    ...tuple.config,
    configurable: { ...configurable, checkpoint_map: { ...parents, [ns]: tuple.checkpoint.id } },
  };
}
