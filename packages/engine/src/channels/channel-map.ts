import type { Checkpoint } from "@heddle/checkpoint";
import { type BaseChannel, isEmptyChannelError } from "./channel.ts";

/** Channels of a run by name. */
export type ChannelMap = Map<string, BaseChannel>;

/** New channels holding the values of a checkpoint. */
export function channelsFromCheckpoint(
  specs: Readonly<Record<string, BaseChannel>>,
  checkpoint: Pick<Checkpoint, "channel_values">,
): ChannelMap {
  const channels: ChannelMap = new Map();
  for (const name of Object.keys(specs)) {
    const spec = specs[name] as BaseChannel;
    channels.set(name, spec.fromCheckpoint(readOwn(checkpoint.channel_values, name)));
  }
  return channels;
}

/** Channel names are free: "constructor" must not be found on the prototype. */
function readOwn(values: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** The stored form of every channel that has one. */
export function storedValues(channels: ChannelMap): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, channel] of channels) {
    const stored = storedValue(channel);
    if (stored !== undefined) values[name] = stored;
  }
  return values;
}

/** A channel's stored form; channels may say "nothing" by throwing `EmptyChannelError`. */
export function storedValue(channel: BaseChannel): unknown {
  try {
    return channel.checkpoint();
  } catch (error) {
    if (isEmptyChannelError(error)) return undefined;
    throw error;
  }
}
