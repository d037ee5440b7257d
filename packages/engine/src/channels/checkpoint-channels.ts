import { type Checkpoint, type Checkpointer, uuid6 } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { BaseChannel } from "./channel.ts";
import { type ChannelMap, channelsFromCheckpoint, storedValues } from "./channel-map.ts";
import { isDeltaChannel } from "./delta-channel.ts";
import { deltaHistoryReader } from "./delta-history.ts";

// Public helpers for those who drive channels themselves.

/** New channels with the values of a checkpoint, by name. */
export function empty<Channels extends Record<string, BaseChannel>>(
  channels: Channels,
  checkpoint: Checkpoint,
): Channels {
  return Object.fromEntries(channelsFromCheckpoint(channels, checkpoint)) as Channels;
}

/**
 * New channels with the values of a checkpoint; delta channels it holds no value of are rebuilt from the writes that
 * `saver` keeps of its ancestors.
 */
export async function hydrateChannels<Channels extends Record<string, BaseChannel>>(
  specs: Channels,
  checkpoint: Checkpoint,
  options: HydrateOptions = {},
): Promise<Channels> {
  const channels: Record<string, BaseChannel> = empty(specs, checkpoint);
  const { saver, config = {}, deltaWritesVersioned = false } = options;
  const missing = Object.keys(specs).filter(
    (name) =>
      isDeltaChannel(specs[name]) &&
      !Object.hasOwn(checkpoint.channel_values, name) &&
      !(deltaWritesVersioned && checkpoint.channel_versions[name] === undefined),
  );
  if (saver === undefined || missing.length === 0) return channels as Channels;
  const histories = await deltaHistoryReader(saver)({ config, channels: missing });
  for (const name of missing) {
    const channel = specs[name]?.fromCheckpoint(histories[name]?.seed);
    if (!isDeltaChannel(channel)) continue;
    channel.replay((histories[name]?.writes ?? []).map(([, , value]) => value));
    channels[name] = channel;
  }
  return channels as Channels;
}

export interface HydrateOptions {
  saver?: Pick<Checkpointer, "getTuple">;
  config?: RunnableConfig;
  /** Whether a delta channel without a version was never written. */
  deltaWritesVersioned?: boolean;
}

export interface CreateCheckpointOptions {
  id?: string;
  /** Delta channels that store their whole value. */
  channelsToSnapshot?: ReadonlySet<string>;
}

/** The checkpoint that follows another: its values read from channels, or kept when there are none. */
export function createCheckpoint(
  checkpoint: Checkpoint,
  channels: Record<string, BaseChannel> | undefined,
  step: number,
  options: CreateCheckpointOptions = {},
): Checkpoint {
  const map: ChannelMap | undefined = channels === undefined ? undefined : new Map(Object.entries(channels));
  const values = map === undefined ? { ...checkpoint.channel_values } : storedValues(map);
  for (const name of options.channelsToSnapshot ?? []) {
    const channel = map?.get(name);
    if (isDeltaChannel(channel)) values[name] = channel.snapshot();
  }
  return {
    v: 4,
    id: options.id ?? uuid6(step),
    ts: new Date().toISOString(),
    channel_values: values,
    channel_versions: { ...checkpoint.channel_versions },
    versions_seen: structuredClone(checkpoint.versions_seen),
  };
}
