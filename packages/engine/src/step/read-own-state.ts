import type { PendingWrite } from "@heddle/checkpoint";
import type { BaseChannel } from "../channels/channel.ts";
import type { ChannelMap } from "../channels/channel-map.ts";
import { isDeltaChannel } from "../channels/delta-channel.ts";
import { readChannel, readChannels } from "./read-channels.ts";

/** The state with a task's own writes applied, as its conditional edges see it. The channels themselves do not change. */
export function readOwnState(
  channels: ChannelMap,
  writes: readonly PendingWrite[],
  keys: string | readonly string[],
): unknown {
  const written = new Map<string, unknown[]>();
  for (const [channel, value] of writes) {
    const isRead = typeof keys === "string" ? channel === keys : keys.includes(channel);
    if (!isRead) continue;
    const values = written.get(channel);
    if (values === undefined) written.set(channel, [value]);
    else values.push(value);
  }
  if (written.size === 0) return readChannels(channels, keys);
  const local: ChannelMap = new Map();
  for (const key of typeof keys === "string" ? [keys] : keys) {
    const channel = channels.get(key);
    const values = written.get(key);
    if (channel !== undefined) local.set(key, values === undefined ? channel : updatedCopy(channel, values));
  }
  return typeof keys === "string" ? readChannel(local, keys) : readChannels(local, keys);
}

function updatedCopy(channel: BaseChannel, values: unknown[]): BaseChannel {
  const stored = isDeltaChannel(channel) ? channel.snapshot() : channel.isAvailable() ? channel.get() : undefined;
  const copy = channel.fromCheckpoint(stored);
  copy.update(values);
  return copy;
}
