import type { CheckpointPendingWrite } from "@heddle/checkpoint";
import type { BaseChannel } from "./channel.ts";
import { type DeltaChannel, isDeltaChannel } from "./delta-channel.ts";

/** Channel → how many updates and supersteps ago its last snapshot was stored. */
export type DeltaCounters = Record<string, [updates: number, supersteps: number]>;

/** However rarely a channel is written, walking back to its snapshot must end. */
const MAX_SUPERSTEPS = 5000;

export function isSnapshotDue(
  channel: DeltaChannel<unknown>,
  [updates, supersteps]: readonly [updates: number, supersteps: number],
): boolean {
  return updates >= channel.snapshotFrequency || supersteps >= MAX_SUPERSTEPS;
}

/** The delta channels that store a snapshot now. With versions, a channel without one was never written and has nothing to store. */
export function deltaChannelsToSnapshot(
  channels: Record<string, BaseChannel>,
  counters: DeltaCounters,
  channelVersions: Record<string, number | string> | undefined,
): Set<string> {
  const due = new Set<string>();
  for (const [name, channel] of Object.entries(channels)) {
    if (!isDeltaChannel(channel)) continue;
    if (channelVersions !== undefined && channelVersions[name] === undefined) continue;
    if (isSnapshotDue(channel, counters[name] ?? [0, 0])) due.add(name);
  }
  return due;
}

/** The delta channels that pending writes touch: a new branch from their checkpoint stores snapshots of them. */
export function deltaChannelsWithPendingWrites(
  channels: Record<string, BaseChannel>,
  pendingWrites: readonly CheckpointPendingWrite[] | undefined,
): Set<string> {
  const written = (pendingWrites ?? []).map(([, name]) => name);
  return new Set(written.filter((name) => isDeltaChannel(channels[name])));
}

/** Id of a task whose writes are stored at the end of a run with exit durability: sorts by step, and is still a UUID. */
export function exitDeltaTaskId(step: number, taskId: string): string {
  return [String(step).padStart(8, "0"), ...taskId.split("-").slice(1)].join("-");
}

/** The same for supersteps after the stored checkpoint's own: sorts after the id of every real task. */
export function exitDeltaLateTaskId(step: number, taskId: string): string {
  const hex = step.toString(16).padStart(8, "0");
  return ["ffffffff", hex.slice(0, 4), hex.slice(4), ...taskId.split("-").slice(3)].join("-");
}
