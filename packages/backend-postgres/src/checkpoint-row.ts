/** A checkpoint with its values and the writes on top of it, as the functions `read_checkpoint` and `checkpoint_row` give it. */
export interface CheckpointRow {
  thread_id: string;
  thread_seq: number;
  removals: number;
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

/** Of a graph ($2) of a thread ($1), the named one ($3), or the latest one. */
export const READ_CHECKPOINT = "SELECT * FROM heddle.read_checkpoint($1, $2, $3)";
