import { mergeWrites, type StoredWrite } from "@heddle/checkpoint";

/** A checkpoint with its values and the writes on top of it, as the functions `read_checkpoints` and `checkpoint_row` give it. */
export interface CheckpointRow {
  thread_id: string;
  checkpoint_ns: string;
  checkpoint_id: string;
  parent_id: string | null;
  head: string;
  metadata: string;
  channel_values: string;
  /** The texts of the values that are stored apart, in their order. */
  apart: (string | null)[] | null;
  /** JSON of StoredWrites. */
  own_writes: string | null;
  later_writes: StoredWrite[] | null;
}

/** All columns are null when there is none. */
export type FoundCheckpoint = CheckpointRow | { checkpoint_id: null };

/** In the order in which a run applies them. */
export function writesOf({
  own_writes,
  later_writes,
}: Pick<CheckpointRow, "own_writes" | "later_writes">): StoredWrite[] {
  if (own_writes === null && later_writes === null) return [];
  const own: StoredWrite[] = own_writes === null ? [] : JSON.parse(own_writes);
  return mergeWrites([...own, ...(later_writes ?? [])]);
}
