import { BaseChannel } from "../channels/channel.ts";
import type { PregelNode } from "./pregel-node.ts";

/** A compiled graph as data: what the loop executes. Shared by all runs, never changed by one. */
export interface Program {
  readonly nodes: ReadonlyMap<string, PregelNode>;
  readonly channels: Readonly<Record<string, BaseChannel>>;
  readonly inputChannels: string | readonly string[];
  readonly outputChannels: string | readonly string[];
  readonly streamChannels: string | readonly string[];
  /** Channel → the nodes it triggers, sorted by name: the order in which their tasks are planned. */
  readonly triggered: ReadonlyMap<string, readonly string[]>;
  /** The channels that react to `finish()`. */
  readonly finishing: readonly string[];
}

export function makeProgram(
  graph: Omit<Program, "triggered" | "finishing" | "nodes"> & { nodes: Record<string, PregelNode> },
): Program {
  const nodes = new Map(Object.entries(graph.nodes));
  const triggered = new Map<string, string[]>();
  for (const [name, node] of nodes) {
    for (const trigger of node.triggers) {
      const names = triggered.get(trigger);
      if (names === undefined) triggered.set(trigger, [name]);
      else names.push(name);
    }
  }
  const finishing = Object.keys(graph.channels).filter(
    (name) => graph.channels[name]?.finish !== BaseChannel.prototype.finish,
  );
  return { ...graph, nodes, triggered, finishing };
}
