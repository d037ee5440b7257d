import { type ChannelVersion, compareChannelVersions } from "@heddle/checkpoint";
import { isSendLike, type SendInterface } from "../runtime/command.ts";
import { NAMESPACE_END, NAMESPACE_SEPARATOR, PULL, PUSH, TASKS } from "../runtime/constants.ts";
import type { GraphState } from "./graph-state.ts";
import type { NodeChannels, PregelNode } from "./pregel-node.ts";
import type { Program } from "./program.ts";
import { readChannel } from "./read-channels.ts";
import type { Task } from "./task.ts";
import type { MakeTaskId } from "./task-id.ts";

export interface PlanOptions {
  /** Namespace of the run; "" for a root graph. */
  readonly namespace: string;
  readonly step: number;
  readonly makeId: MakeTaskId;
  /** The channels changed by the last step; undefined when not known, then every node is looked at. */
  readonly updated?: ReadonlySet<string> | undefined;
  /** Called for packets of a restored checkpoint that name no node of this graph. */
  onBadPacket?(packet: unknown): void;
}

/** The tasks of the next superstep: one per packet, then one per node with a trigger it has not seen. */
export function planTasks(program: Program, state: GraphState, options: PlanOptions): Task[] {
  const tasks: Task[] = [];
  planPackets(program, state, options, tasks);
  for (const name of candidates(program, options.updated)) {
    const node = program.nodes.get(name) as PregelNode;
    const trigger = node.triggers.find((channel) => isFresh(state, name, channel));
    if (trigger === undefined) continue;
    const input = readInput(state, node);
    if (input === NOT_READY) continue;
    tasks.push(makeTask(options, name, node, input.value, [trigger]));
  }
  return tasks;
}

function planPackets(program: Program, state: GraphState, options: PlanOptions, tasks: Task[]): void {
  const packets = readChannel(state.channels, TASKS) as unknown[] | undefined;
  if (packets === undefined) return;
  packets.forEach((packet, index) => {
    const node = isSendLike(packet) ? program.nodes.get(packet.node) : undefined;
    if (node === undefined) options.onBadPacket?.(packet);
    else tasks.push(makePushTask(options, packet as SendInterface, node, index));
  });
}

/** In a known step only what changed can trigger a node; the order is by name, as upstream's. */
function candidates(program: Program, updated: ReadonlySet<string> | undefined): Iterable<string> {
  if (updated === undefined) return program.nodes.keys();
  const names = new Set<string>();
  for (const channel of updated) {
    for (const name of program.triggered.get(channel) ?? []) names.add(name);
  }
  if (names.size <= 1) return names;
  return [...names].sort();
}

function isFresh(state: GraphState, node: string, channel: string): boolean {
  const version = state.versions[channel];
  if (version === undefined || state.channels.get(channel)?.isAvailable() !== true) return false;
  const seen = state.seen[node]?.[channel];
  return compareChannelVersions(version, seen ?? nullVersion(version)) > 0;
}

/** Older than every version of its kind. */
export function nullVersion(like: ChannelVersion): ChannelVersion {
  return typeof like === "string" ? "" : 0;
}

const NOT_READY = { value: undefined };

/** The node's input; `NOT_READY` when it maps a trigger that is empty. */
function readInput(state: GraphState, node: PregelNode): { value: unknown } {
  const { channels, mapper } = node;
  let value: unknown;
  if (typeof channels === "string" || isList(channels)) {
    const names = typeof channels === "string" ? [channels] : channels;
    const name = names.find((candidate) => state.channels.get(candidate)?.isAvailable() === true);
    if (name === undefined) return NOT_READY;
    value = readChannel(state.channels, name);
  } else {
    const record: Record<string, unknown> = {};
    for (const key in channels) {
      const name = channels[key] as string;
      const channel = state.channels.get(name);
      if (channel?.isAvailable() === true) record[key] = channel.get();
      else if (node.triggers.includes(name)) return NOT_READY;
    }
    value = record;
  }
  return { value: mapper === undefined ? value : mapper(value as never) };
}

function isList(channels: NodeChannels): channels is readonly string[] {
  return Array.isArray(channels);
}

function makeTask(options: PlanOptions, name: string, node: PregelNode, input: unknown, triggers: string[]): Task {
  const ns = taskNamespace(options.namespace, name);
  const id = options.makeId(ns, String(options.step), name, PULL, triggers);
  return {
    id,
    name,
    node,
    input,
    triggers,
    path: [PULL, name],
    checkpointNs: `${ns}${NAMESPACE_END}${id}`,
    writes: [],
  };
}

function makePushTask(options: PlanOptions, packet: SendInterface, node: PregelNode, index: number): Task {
  const { node: name, args: input, timeout } = packet;
  const ns = taskNamespace(options.namespace, name);
  const id = options.makeId(ns, String(options.step), name, PUSH, String(index));
  const checkpointNs = `${ns}${NAMESPACE_END}${id}`;
  return { id, name, node, input, triggers: [PUSH], path: [PUSH, index, false], checkpointNs, writes: [], timeout };
}

/** Namespace of a node below its run's, without the task id. */
export function taskNamespace(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}${NAMESPACE_SEPARATOR}${name}`;
}
