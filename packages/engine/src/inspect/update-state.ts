import {
  type Checkpointer,
  type CheckpointSource,
  type CheckpointTuple,
  compareChannelVersions,
  emptyCheckpoint,
  type PendingWrite,
  uuid5,
  uuid6,
} from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import { isDeltaChannel } from "../channels/delta-channel.ts";
import { InvalidUpdateError } from "../errors.ts";
import { runWithAmbientConfig } from "../runtime/ambient.ts";
import { COPY, END, INPUT, INTERRUPT, PUSH, TASKS } from "../runtime/constants.ts";
import { applyWrites, type WritingTask } from "../step/apply-writes.ts";
import { changedVersions, type GraphState, toCheckpoint } from "../step/graph-state.ts";
import { isFinished } from "../step/is-finished.ts";
import { mapInput } from "../step/map-input.ts";
import type { PregelNode } from "../step/pregel-node.ts";
import { readOwnState } from "../step/read-own-state.ts";
import { restore } from "./get-state.ts";
import { type InspectedGraph, locate, saverFor } from "./inspected-graph.ts";

/** One change of the state, made as if a node had returned it. */
export interface StateUpdate {
  values?: unknown;
  asNode?: string | undefined;
  taskId?: string | undefined;
}

/** Changes the state of a thread, superstep by superstep; returns the config of the last new checkpoint. */
export async function bulkUpdateState(
  graph: InspectedGraph,
  config: RunnableConfig,
  supersteps: readonly { updates: readonly StateUpdate[] }[],
): Promise<RunnableConfig> {
  if (supersteps.length === 0) throw new Error("No supersteps provided");
  if (supersteps.some(({ updates }) => updates.length === 0)) throw new Error("No updates provided");
  const saver = saverFor(graph, config);
  const { target, config: found } = locate(graph, config);
  let current = found;
  for (const { updates } of supersteps) current = await new StateEdit(target, saver, current).apply(updates);
  return current;
}

/** One superstep made from outside. */
class StateEdit {
  readonly #graph: InspectedGraph;
  readonly #saver: Checkpointer;
  readonly #config: RunnableConfig;

  constructor(graph: InspectedGraph, saver: Checkpointer, config: RunnableConfig) {
    this.#graph = graph;
    this.#saver = saver;
    this.#config = config;
  }

  async apply(updates: readonly StateUpdate[]): Promise<RunnableConfig> {
    const tuple = await this.#saver.getTuple(this.#config);
    const [first] = updates;
    if (updates.length === 1 && first !== undefined) {
      const { values, asNode } = first;
      if (isNothing(values) && asNode === undefined) return this.#copy(tuple);
      if (isNothing(values) && asNode === END) return this.#clearTasks(tuple);
      if (asNode === COPY) return this.#fork(tuple, values);
      if (asNode === INPUT) return this.#asInput(tuple, values);
    }
    return this.#asNodes(tuple, updates);
  }

  /** A new checkpoint with the same state; the tasks stay. */
  async #copy(tuple: CheckpointTuple | undefined): Promise<RunnableConfig> {
    const { state } = await this.#restore(tuple);
    return this.#put(tuple, state, "update", stepOf(tuple) + 1);
  }

  /** Nothing is left to run; what finished tasks wrote is kept. */
  async #clearTasks(tuple: CheckpointTuple | undefined): Promise<RunnableConfig> {
    const { state, tasks, pendingWrites } = await this.#restore(tuple);
    const ended = tasks.map((task) => ({ ...task, writes: finishedWrites(pendingWrites.get(task.id)) }));
    this.#applyWrites(state, ended);
    return this.#put(tuple, state, "update", stepOf(tuple) + 1);
  }

  /** A sibling of the checkpoint: same parent, same state. With updates, those follow on it. */
  async #fork(tuple: CheckpointTuple | undefined, values: unknown): Promise<RunnableConfig> {
    if (tuple === undefined) throw new InvalidUpdateError("Cannot copy a non-existent checkpoint");
    const { state } = await this.#restore(tuple);
    const id = uuid6(stepOf(tuple) + 1);
    const parent = tuple.parentConfig ?? withoutCheckpoint(tuple.config);
    const metadata = { source: "fork", step: stepOf(tuple) + 1, parents: tuple.metadata?.parents ?? {} } as const;
    const checkpoint = toCheckpoint(state, id, new Date().toISOString(), {
      ...tuple.checkpoint.channel_values,
      ...this.#deltaSnapshots(state),
    });
    const forked = await this.#saver.put(parent, checkpoint, metadata, checkpoint.channel_versions);
    if (!Array.isArray(values)) return merged(this.#config, forked);
    const { tasks: before } = await this.#restore(tuple);
    const updates = (values as [unknown, string | undefined][]).map(([update, asNode]) => {
      const taskId = before.find((task) => task.name === asNode)?.id;
      return { values: update, asNode, taskId };
    });
    return new StateEdit(this.#graph, this.#saver, merged(this.#config, forked)).apply(updates);
  }

  /** As if the graph had been called with the values, without running it. */
  async #asInput(tuple: CheckpointTuple | undefined, values: unknown): Promise<RunnableConfig> {
    const { state } = await this.#restore(tuple);
    const writes = mapInput(this.#graph.program.inputChannels, values);
    if (writes.length === 0) throw new InvalidUpdateError("Received no input writes");
    // Unlike a call, this leaves the tasks that wait where they are.
    this.#applyWrites(state, [{ name: INPUT, path: [], triggers: [], writes }]);
    return this.#put(tuple, state, "input", tuple === undefined ? -1 : stepOf(tuple) + 1);
  }

  async #asNodes(tuple: CheckpointTuple | undefined, updates: readonly StateUpdate[]): Promise<RunnableConfig> {
    const { state, tasks, pendingWrites } = await this.#restore(tuple);
    if (this.#config.configurable?.checkpoint_id === undefined) {
      const finished = tasks.filter((task) => isFinished(pendingWrites.get(task.id)));
      this.#applyWrites(
        state,
        finished.map((task) => ({ ...task, writes: finishedWrites(pendingWrites.get(task.id)) })),
      );
    }
    const writing: (WritingTask & { id: string })[] = [];
    for (const [index, update] of updates.entries()) {
      const name = this.#asNode(state, update, updates.length);
      const node = this.#nodeNamed(name);
      const writes = await this.#runWriters(state, node, update.values);
      const id =
        update.taskId ??
        uuid5(updates.length === 1 ? INTERRUPT : `${INTERRUPT}${index}`, tuple?.checkpoint.id ?? emptyCheckpoint().id);
      writing.push({ name, path: [PUSH, name, index], triggers: [INTERRUPT], writes, id });
    }
    if (tuple !== undefined) {
      for (const { id, writes } of writing) {
        const kept = writes.filter(([channel]) => channel !== TASKS);
        if (kept.length > 0) await this.#saver.putWrites(tuple.config, kept, id);
      }
    }
    this.#applyWrites(state, writing);
    return this.#put(tuple, state, "update", stepOf(tuple) + 1);
  }

  /** The node whose update this is: named, the only one, the one that would read the input, or the one that ran last. */
  #asNode(state: GraphState, update: StateUpdate, count: number): string {
    if (update.asNode !== undefined) return update.asNode;
    if (count > 1) throw new InvalidUpdateError('"asNode" is required when applying multiple updates');
    const { nodes, inputChannels } = this.#graph.program;
    const names = [...nodes.keys()];
    if (names.length === 1) return names[0] as string;
    const seen = Object.entries(state.seen).filter(
      ([name, versions]) => nodes.has(name) && Object.keys(versions).length > 0,
    );
    if (seen.length === 0) {
      if (typeof inputChannels === "string" && nodes.has(inputChannels)) return inputChannels;
    } else {
      const last = seen.map(([name, versions]) => ({ name, version: newest(Object.values(versions)) }));
      last.sort((a, b) => compareChannelVersions(b.version, a.version));
      const [latest, second] = last;
      const isTie =
        latest !== undefined && second !== undefined && compareChannelVersions(latest.version, second.version) === 0;
      if (latest !== undefined && !isTie) return latest.name;
    }
    throw new InvalidUpdateError('Ambiguous update, specify "asNode"');
  }

  #nodeNamed(name: string): PregelNode {
    const node = this.#graph.program.nodes.get(name);
    if (node === undefined) throw new InvalidUpdateError(`Node "${name.toString()}" does not exist`);
    if (node.writers.length === 0) throw new InvalidUpdateError(`No writers found for node "${name.toString()}"`);
    return node;
  }

  async #runWriters(state: GraphState, node: PregelNode, values: unknown): Promise<PendingWrite[]> {
    const writes: PendingWrite[] = [];
    const readState = (keys: string | readonly string[]) => readOwnState(state.channels, writes, keys);
    const context = { config: this.#config, writes, readState };
    await runWithAmbientConfig(this.#config, async () => {
      for (const writer of node.writers) await writer(values, context);
    });
    return writes;
  }

  #applyWrites(state: GraphState, tasks: readonly WritingTask[]): void {
    if (tasks.length > 0)
      applyWrites(this.#graph.program, state, tasks, (version) => this.#saver.getNextVersion(version));
  }

  #restore(tuple: CheckpointTuple | undefined) {
    return restore(this.#graph, this.#saver, tuple ?? { config: this.#config, checkpoint: emptyCheckpoint() });
  }

  /** An edit may branch off: what led to its parent is not all that was written there. */
  #deltaSnapshots(state: GraphState): Record<string, unknown> {
    const snapshots: Record<string, unknown> = {};
    for (const name of this.#graph.program.deltaChannels) {
      const channel = state.channels.get(name);
      if (isDeltaChannel(channel)) snapshots[name] = channel.snapshot();
    }
    return snapshots;
  }

  async #put(
    tuple: CheckpointTuple | undefined,
    state: GraphState,
    source: CheckpointSource,
    step: number,
  ): Promise<RunnableConfig> {
    const checkpoint = toCheckpoint(state, uuid6(step), new Date().toISOString());
    Object.assign(checkpoint.channel_values, this.#deltaSnapshots(state));
    const metadata = { source, step, parents: tuple?.metadata?.parents ?? {} };
    const parent = tuple === undefined ? withoutCheckpoint(this.#config) : merged(this.#config, tuple.config);
    const saved = await this.#saver.put(parent, checkpoint, metadata, changedVersions(state));
    return merged(withCheckpointMap(this.#config, metadata.parents), saved);
  }
}

function isNothing(values: unknown): values is null | undefined {
  return values === null || values === undefined;
}

function stepOf(tuple: CheckpointTuple | undefined): number {
  return tuple?.metadata?.step ?? -1;
}

function finishedWrites(writes: PendingWrite[] | undefined): PendingWrite[] {
  return isFinished(writes) ? [...writes] : [];
}

function newest(versions: (string | number)[]): string | number {
  return versions.reduce((a, b) => (compareChannelVersions(a, b) >= 0 ? a : b));
}

/** What a saver returns names the checkpoint; the caller's own keys stay beside it. */
function merged(config: RunnableConfig, saved: RunnableConfig): RunnableConfig {
  const { thread_id, checkpoint_ns = "", checkpoint_id } = saved.configurable ?? {};
  const own = Object.entries(config.configurable ?? {}).filter(([key]) => !key.startsWith("__pregel_"));
  const configurable: Record<string, unknown> = { ...Object.fromEntries(own), thread_id, checkpoint_ns };
  // A nested graph's checkpoint is found through the map; it must name the new one.
  const map = configurable.checkpoint_map as Record<string, string> | undefined;
  if (map !== undefined && checkpoint_id !== undefined) {
    configurable.checkpoint_map = { ...map, [checkpoint_ns]: checkpoint_id };
  }
  return { configurable: checkpoint_id === undefined ? configurable : { ...configurable, checkpoint_id } };
}

/** A nested graph's checkpoint is named by those above it, also where the caller named only the namespace. */
function withCheckpointMap(config: RunnableConfig, parents: Record<string, string>): RunnableConfig {
  if (config.configurable?.checkpoint_map !== undefined || Object.keys(parents).length === 0) return config;
  return { ...config, configurable: { ...config.configurable, checkpoint_map: parents } };
}

function withoutCheckpoint(config: RunnableConfig): RunnableConfig {
  const { checkpoint_id: _, ...configurable } = config.configurable ?? {};
  return { ...config, configurable: { checkpoint_ns: "", ...configurable } };
}
