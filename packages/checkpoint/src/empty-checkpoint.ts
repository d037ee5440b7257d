import type { Checkpoint } from "./checkpoint.ts";
import { uuid6 } from "./uuid6.ts";

/** The checkpoint of a thread on which nothing has happened. Its clock sequence is 0. */
export function emptyCheckpoint(): Checkpoint {
  return {
    v: 4,
    id: uuid6(0),
    ts: new Date().toISOString(),
    channel_values: {},
    channel_versions: {},
    versions_seen: {},
  };
}
