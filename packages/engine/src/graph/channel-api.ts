import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import { type NodeChannels, type NodeWriter, PregelNode } from "../step/pregel-node.ts";
import { ChannelWrite } from "./channel-write.ts";
import { toNodeFunction } from "./to-node-function.ts";

/** A node built step by step: what it subscribes to, what it runs, what it writes. Each call returns a new node. */
class ChannelSubscription extends PregelNode {
  /** Adds a function or runnable that takes what the one before returned, or a `Channel.writeTo`. */
  pipe(step: unknown): ChannelSubscription {
    if (step instanceof ChannelWrite) return this.#with({ writers: [...this.writers, toWriter(step)] });
    const before = this.run;
    const next = toNodeFunction(step);
    return this.#with({ run: async (input, config) => next(await before(input, config), config) });
  }

  /** Reads further channels whose change does not run the node. */
  join(channels: string[]): ChannelSubscription {
    if (typeof this.channels === "string" || Array.isArray(this.channels))
      throw new Error("Cannot join: the node subscribes to a single channel without a key.");
    return this.#with({ channels: { ...this.channels, ...byName(channels) } });
  }

  #with(changes: Partial<PregelNode>): ChannelSubscription {
    const node = new ChannelSubscription({ channels: this.channels, triggers: this.triggers, tags: this.tags });
    return Object.assign(node, { run: this.run, writers: this.writers }, changes);
  }
}

function toWriter(write: ChannelWrite): NodeWriter {
  return async (output, { writes, config }) => {
    writes.push(...(await write.writesOf(output, config as LangGraphRunnableConfig)));
  };
}

function byName(channels: string[]): Record<string, string> {
  return Object.fromEntries(channels.map((channel) => [channel, channel]));
}

/**
 * Builds the nodes of a low-level graph.
 *
 * @example Channel.subscribeTo("input").pipe((n: number) => n + 1).pipe(Channel.writeTo(["output"]))
 */
export const Channel = { subscribeTo, writeTo };

export interface MultipleChannelSubscriptionOptions {
  tags?: string[];
}

export interface SingleChannelSubscriptionOptions extends MultipleChannelSubscriptionOptions {
  /** The node's input is a record with this key. */
  key?: string;
}

/** A node that runs when a channel changes. With `key`, or several channels, its input is a record. */
function subscribeTo(channels: string | string[], options: SingleChannelSubscriptionOptions = {}): ChannelSubscription {
  const { key, tags = [] } = options;
  if (Array.isArray(channels) && key !== undefined) {
    throw new Error("Can't specify a key when subscribing to multiple channels");
  }
  const triggers = Array.isArray(channels) ? channels : [channels];
  let read: NodeChannels = Array.isArray(channels) ? byName(channels) : channels;
  if (typeof channels === "string" && key !== undefined) read = { [key]: channels };
  return new ChannelSubscription({ channels: read, triggers, tags });
}

/** A step that writes what it gets to `channels`, and what `writes` says to others. */
function writeTo(channels: string[], writes?: Record<string, unknown>): ChannelWrite {
  return new ChannelWrite(channels, writes);
}
