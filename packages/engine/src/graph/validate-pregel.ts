import type { BaseChannel } from "../channels/channel.ts";
import { GraphValidationError } from "../errors.ts";
import { INTERRUPT, TASKS } from "../runtime/constants.ts";
import type { PregelNode } from "../step/pregel-node.ts";

export interface PregelParts {
  nodes: Record<string, PregelNode>;
  channels: Record<string, BaseChannel>;
  inputChannels: string | string[];
  outputChannels: string | string[];
  streamChannels?: string | string[] | undefined;
  interruptBefore?: string[] | "*" | undefined;
  interruptAfter?: string[] | "*" | undefined;
}

/** Throws when the parts of a low-level graph do not fit together. */
export function validatePregel(parts: PregelParts): void {
  const subscribed = new Set<string>();
  for (const [name, node] of Object.entries(parts.nodes)) {
    if (name === INTERRUPT) throw new GraphValidationError(`"Node name ${INTERRUPT} is reserved"`);
    for (const trigger of node.triggers) {
      if (!Object.hasOwn(parts.channels, trigger))
        throw new GraphValidationError(`Subscribed channel '${trigger}' not in channels`);
      subscribed.add(trigger);
    }
  }
  const inputs = listOf(parts.inputChannels);
  if (!inputs.some((channel) => subscribed.has(channel))) {
    const what = Array.isArray(parts.inputChannels)
      ? `None of the input channels ${inputs} are`
      : `Input channel ${inputs} is not`;
    throw new GraphValidationError(`${what} subscribed to by any node`);
  }
  for (const channel of [...listOf(parts.outputChannels), ...listOf(parts.streamChannels)]) {
    if (!Object.hasOwn(parts.channels, channel))
      throw new GraphValidationError(`Output channel '${channel}' not in channels`);
  }
  for (const name of [...nodesOf(parts.interruptBefore), ...nodesOf(parts.interruptAfter)]) {
    if (!Object.hasOwn(parts.nodes, name)) throw new GraphValidationError(`Node ${name} not in nodes`);
  }
}

/** The channel of packets belongs to the engine. */
export function refuseReservedChannels(channels: Record<string, BaseChannel>): void {
  if (channels[TASKS] !== undefined && channels[TASKS].lc_graph_name !== "Topic") {
    throw new Error(`Channel '${TASKS}' is reserved and cannot be used in the graph.`);
  }
}

function listOf(channels: string | string[] | undefined): string[] {
  if (channels === undefined) return [];
  return Array.isArray(channels) ? channels : [channels];
}

function nodesOf(points: string[] | "*" | undefined): string[] {
  return points === undefined || points === "*" ? [] : points;
}
