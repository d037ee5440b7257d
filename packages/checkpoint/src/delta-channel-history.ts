import type { CheckpointPendingWrite } from "./checkpoint.ts";
import type { CheckpointConfig, CheckpointTuple } from "./checkpointer.ts";

/** What one delta channel received between its last stored value and the checkpoint asked for. */
export interface DeltaChannelHistory {
  /** Oldest first; the writes pending on the checkpoint itself are not among them. */
  writes: CheckpointPendingWrite[];
  /** The value at the nearest ancestor that stored one; absent when none did. */
  seed?: unknown;
}

/** Walks the parents of a checkpoint once for all channels; each channel stops at its nearest stored value. */
export async function readDeltaChannelHistory(
  getTuple: (config: CheckpointConfig) => Promise<CheckpointTuple | undefined>,
  options: { config: CheckpointConfig; channels: string[] },
): Promise<Record<string, DeltaChannelHistory>> {
  const open = new Map<string, CheckpointPendingWrite[][]>(options.channels.map((channel) => [channel, []]));
  const result: Record<string, DeltaChannelHistory> = {};
  const target = await getTuple(options.config);
  let parent = target?.parentConfig;
  while (parent !== undefined && open.size > 0) {
    const tuple = await getTuple(parent);
    if (tuple === undefined) break;
    for (const [channel, batches] of open) {
      batches.push((tuple.pendingWrites ?? []).filter((write) => write[1] === channel));
      const seed = tuple.checkpoint.channel_values[channel];
      if (seed === undefined) continue;
      result[channel] = { writes: batches.reverse().flat(), seed };
      open.delete(channel);
    }
    parent = tuple.parentConfig;
  }
  for (const [channel, batches] of open) result[channel] = { writes: batches.reverse().flat() };
  return result;
}
