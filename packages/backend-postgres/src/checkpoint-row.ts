/** A checkpoint with its values and the writes on top of it, as one query gives it. */
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

/** What a CheckpointRow needs of `checkpoint_threads t` and `checkpoints c`. Writes come in the order in which a run applies them. */
export const TUPLE_COLUMNS = `t.thread_id, t.seq AS thread_seq, t.removals, c.checkpoint_ns, c.checkpoint_id, c.parent_id,
  c.head, c.metadata, c.channel_values,
  (SELECT json_agg(v.text ORDER BY place.n)
   FROM unnest(c.value_ids, c.value_lengths) WITH ORDINALITY AS place(value_id, length, n)
   LEFT JOIN LATERAL (
     SELECT string_agg(p.text, '' ORDER BY p.starts_at) AS text FROM heddle.channel_values p
     WHERE p.value_id = place.value_id AND p.starts_at < place.length
   ) v ON true) AS apart,
  (SELECT json_agg(json_build_array(w.task_id, w.channel, w.value) ORDER BY w.task_path, w.task_id, w.idx)
   FROM heddle.checkpoint_writes w
   WHERE w.thread_seq = c.thread_seq AND w.checkpoint_ns = c.checkpoint_ns AND w.checkpoint_id = c.checkpoint_id) AS writes`;

/** Of one graph ($2) of one thread ($1). */
export const SELECT_TUPLE = `SELECT ${TUPLE_COLUMNS}
  FROM heddle.checkpoint_threads t JOIN heddle.checkpoints c ON c.thread_seq = t.seq
  WHERE t.thread_id = $1 AND c.checkpoint_ns = $2`;
