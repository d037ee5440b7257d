import { maxChannelVersion } from "./channel-version.ts";
import type { Checkpoint, CheckpointPendingWrite } from "./checkpoint.ts";
import { TASKS } from "./special-channels.ts";

/** Whether a checkpoint is of a format before 4, in which what was sent lay beside the parent instead of in a channel. */
export function lacksPendingSends({ v }: Checkpoint): boolean {
  return v < 4;
}

/** Puts what the parent's tasks have sent where format 4 has it. */
export function addPendingSends(checkpoint: Checkpoint, parentWrites: readonly CheckpointPendingWrite[]): void {
  const versions = Object.values(checkpoint.channel_versions);
  checkpoint.channel_values[TASKS] = parentWrites.filter(([, channel]) => channel === TASKS).map(([, , sent]) => sent);
  checkpoint.channel_versions[TASKS] = versions.length === 0 ? 1 : maxChannelVersion(...versions);
}
