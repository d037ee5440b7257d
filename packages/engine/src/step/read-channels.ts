import type { ChannelMap } from "../channels/channel-map.ts";

/** The value of one channel (null when empty), or a record of those of several that have one. */
export function readChannels(channels: ChannelMap, keys: string | readonly string[]): unknown {
  if (typeof keys === "string") return channels.get(keys)?.isAvailable() === true ? readChannel(channels, keys) : null;
  const values: Record<string, unknown> = {};
  for (const key of keys) {
    const channel = channels.get(key);
    if (channel?.isAvailable() === true) values[key] = channel.get();
  }
  return values;
}

export function readChannel(channels: ChannelMap, key: string): unknown {
  const channel = channels.get(key);
  return channel?.isAvailable() === true ? channel.get() : undefined;
}
