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
  writes: [taskId: string, channel: string, value: string][] | null;
}

/** All columns are null when there is none. */
export type FoundCheckpoint = CheckpointRow | { checkpoint_id: null };
