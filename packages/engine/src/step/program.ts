import { BaseChannel } from "../channels/channel.ts";
import { isDeltaChannel } from "../channels/delta-channel.ts";
import type { PregelNode } from "./pregel-node.ts";

/** A compiled graph as data: what the loop executes. Shared by all runs, never changed by one. */
export interface Program {
  readonly nodes: ReadonlyMap<string, PregelNode>;
  readonly channels: Readonly<Record<string, BaseChannel>>;
  readonly inputChannels: string | readonly string[];
  readonly outputChannels: string | readonly string[];
  readonly streamChannels: string | readonly string[];
  /** Channel → the nodes it triggers. */
  readonly triggered: ReadonlyMap<string, readonly string[]>;
  /** The channels whose value is rebuilt from writes. */
  readonly deltaChannels: readonly string[];
  /** The channels whose value is never stored. */
  readonly untrackedChannels: readonly string[];
  /** The channels that react to `finish()`. */
  readonly finishing: readonly string[];
}

export function makeProgram(
  graph: Omit<Program, "triggered" | "finishing" | "deltaChannels" | "untrackedChannels" | "nodes"> & {
    nodes: Record<string, PregelNode>;
  },
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
  const deltaChannels = Object.keys(graph.channels).filter((name) => isDeltaChannel(graph.channels[name]));
  const untrackedChannels = Object.keys(graph.channels).filter(
    (name) => graph.channels[name]?.lc_graph_name === "UntrackedValue",
  );
  return { ...graph, nodes, triggered, finishing, deltaChannels, untrackedChannels };
}
