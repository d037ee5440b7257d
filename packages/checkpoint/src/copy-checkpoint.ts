import type { ChannelVersions, Checkpoint } from "./checkpoint.ts";

/** A copy whose records can be changed without changing the original; the channel values themselves are shared. */
export function copyCheckpoint(checkpoint: Checkpoint): Checkpoint {
  return {
    v: checkpoint.v,
    id: checkpoint.id,
    ts: checkpoint.ts,
    channel_values: { ...checkpoint.channel_values },
    channel_versions: { ...checkpoint.channel_versions },
    versions_seen: copyVersionsSeen(checkpoint.versions_seen),
  };
}

function copyVersionsSeen(seen: Record<string, ChannelVersions>): Record<string, ChannelVersions> {
  const copy: Record<string, ChannelVersions> = {};
  for (const node in seen) copy[node] = { ...seen[node] };
  return copy;
}

/** A copy of plain data: arrays and objects all the way down; everything else is shared. */
export function deepCopy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(deepCopy) as T;
  if (value === null || typeof value !== "object") return value;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    Object.defineProperty(copy, key, { value: deepCopy(item), writable: true, enumerable: true, configurable: true });
  }
  return copy as T;
}
