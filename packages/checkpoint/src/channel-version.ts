import type { ChannelVersion } from "./checkpoint.ts";

/** Negative when `a` is older than `b`. Numbers compare as numbers, text as text; one checkpoint never mixes both. */
export function compareChannelVersions(a: ChannelVersion, b: ChannelVersion): number {
  if (typeof a === "number" && typeof b === "number") return Math.sign(a - b);
  const left = String(a);
  const right = String(b);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The newest of the versions; the null version (0) when there are none. */
export function maxChannelVersion(...versions: ChannelVersion[]): ChannelVersion {
  let max: ChannelVersion | undefined;
  for (const version of versions) {
    if (max === undefined || compareChannelVersions(version, max) > 0) max = version;
  }
  return max ?? 0;
}
