import { type Checkpoint, uuid6 } from "@heddle/checkpoint";
import type { BaseChannel } from "./channel.ts";
import { type ChannelMap, channelsFromCheckpoint, storedValues } from "./channel-map.ts";

// Public helpers for those who drive channels themselves.

/** New channels with the values of a checkpoint, by name. */
export function empty<Channels extends Record<string, BaseChannel>>(
  channels: Channels,
  checkpoint: Checkpoint,
): Channels {
  return Object.fromEntries(channelsFromCheckpoint(channels, checkpoint)) as Channels;
}

/** The checkpoint that follows another: its values read from channels, or kept when there are none. */
export function createCheckpoint(
  checkpoint: Checkpoint,
  channels: Record<string, BaseChannel> | undefined,
  step: number,
): Checkpoint {
  const map: ChannelMap | undefined = channels === undefined ? undefined : new Map(Object.entries(channels));
  return {
    v: 4,
    id: uuid6(step),
    ts: new Date().toISOString(),
    channel_values: map === undefined ? { ...checkpoint.channel_values } : storedValues(map),
    channel_versions: { ...checkpoint.channel_versions },
    versions_seen: structuredClone(checkpoint.versions_seen),
  };
}
