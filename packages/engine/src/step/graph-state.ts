import { type ChannelVersion, type ChannelVersions, type Checkpoint, maxChannelVersion } from "@heddle/checkpoint";
import { type ChannelMap, channelsFromCheckpoint, storedValues } from "../channels/channel-map.ts";
import type { Program } from "./program.ts";

/** The living form of a checkpoint: what one run changes step by step. */
export interface GraphState {
  readonly channels: ChannelMap;
  readonly versions: ChannelVersions;
  /** Node → trigger → version consumed. The inner records are replaced, never changed: saved checkpoints share them. */
  readonly seen: Record<string, ChannelVersions>;
  /** The greatest of `versions`; undefined before the first write. */
  maxVersion: ChannelVersion | undefined;
  /** Channels that hold a value and may lose it without being written; looked at in every step. */
  readonly fleeting: Set<string>;
  /** Channels changed since the last saved checkpoint. */
  readonly changed: Set<string>;
  /** Channel → the number of the application that wrote it last: tells repetitions without a new set in each step. */
  readonly writtenIn: Map<string, number>;
  applications: number;
}

export function stateFromCheckpoint(program: Program, checkpoint: Checkpoint): GraphState {
  const channels = channelsFromCheckpoint(program.channels, checkpoint);
  const fleeting = new Set<string>();
  for (const [name, channel] of channels) {
    if (channel.changesWithoutWrites && channel.isAvailable()) fleeting.add(name);
  }
  const versions = Object.values(checkpoint.channel_versions);
  return {
    channels,
    versions: { ...checkpoint.channel_versions },
    seen: { ...checkpoint.versions_seen },
    maxVersion: versions.length === 0 ? undefined : maxChannelVersion(...versions),
    fleeting,
    changed: new Set(),
    writtenIn: new Map(),
    applications: 0,
  };
}

/** The stored form of a living state. Records are copied, so that later steps do not change it. */
export function toCheckpoint(
  state: GraphState,
  id: string,
  ts: string,
  values = storedValues(state.channels),
): Checkpoint {
  return {
    v: 4,
    id,
    ts,
    channel_values: values,
    channel_versions: { ...state.versions },
    versions_seen: { ...state.seen },
  };
}

/** The versions of the channels changed since the last saved checkpoint. */
export function changedVersions(state: GraphState): ChannelVersions {
  const versions: ChannelVersions = {};
  for (const channel of state.changed) {
    const version = state.versions[channel];
    if (version !== undefined) versions[channel] = version;
  }
  return versions;
}
