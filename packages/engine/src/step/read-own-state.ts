import type { PendingWrite } from "@heddle/checkpoint";
import type { BaseChannel } from "../channels/channel.ts";
import type { ChannelMap } from "../channels/channel-map.ts";
import { isDeltaChannel } from "../channels/delta-channel.ts";
import { LastValue } from "../channels/last-value.ts";

/** The state with a task's own writes applied, as its conditional edges see it. The channels themselves do not change. */
export function readOwnState(
  channels: ChannelMap,
  writes: readonly PendingWrite[],
  keys: string | readonly string[],
): unknown {
  const last = new Map<string, unknown>(writes);
  if (typeof keys === "string") {
    const values = readInto({}, keys, channels, writes, last);
    return Object.hasOwn(values, keys) ? values[keys] : null;
  }
  const values: Record<string, unknown> = {};
  for (const key of keys) readInto(values, key, channels, writes, last);
  return values;
}

/** Adds the value of one channel, if it has one. `last` holds the last write to each channel. */
function readInto(
  values: Record<string, unknown>,
  key: string,
  channels: ChannelMap,
  writes: readonly PendingWrite[],
  last: ReadonlyMap<string, unknown>,
): Record<string, unknown> {
  const channel = channels.get(key);
  if (channel === undefined) return values;
  const isWritten = last.has(key);
  // Most channels keep what was written last; the others are asked, by a copy.
  if (isWritten && channel instanceof LastValue && last.size === writes.length) {
    values[key] = last.get(key);
    return values;
  }
  const current = isWritten ? updatedCopy(channel, writesTo(key, writes)) : channel;
  if (current.isAvailable()) values[key] = current.get();
  return values;
}

function writesTo(key: string, writes: readonly PendingWrite[]): unknown[] {
  return writes.filter(([channel]) => channel === key).map(([, value]) => value);
}

function updatedCopy(channel: BaseChannel, values: unknown[]): BaseChannel {
  const stored = isDeltaChannel(channel) ? channel.snapshot() : channel.isAvailable() ? channel.get() : undefined;
  const copy = channel.fromCheckpoint(stored);
  copy.update(values);
  return copy;
}
