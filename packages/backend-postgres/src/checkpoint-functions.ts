/**
 * Checkpoints as functions of the database: one round trip each. A put and a removal of one thread exclude each other by the
 * lock of its row in checkpoint_threads; a put for a run and the loss of its lease by the lock of the run's row.
 */
export const CHECKPOINT_FUNCTIONS = `
-- Whether this attempt still holds the lease of the run; if so, nobody takes it away before the transaction ends.
CREATE FUNCTION heddle.holds_lease(of_run TEXT, of_attempt INTEGER) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM heddle.runs WHERE run_id = of_run AND status = 'running' AND attempt = of_attempt FOR SHARE;
  RETURN FOUND;
END $$;

-- The thread, made if need be, locked against removals.
CREATE FUNCTION heddle.ensure_checkpoint_thread(of_thread_id TEXT) RETURNS heddle.checkpoint_threads LANGUAGE plpgsql AS $$
DECLARE
  thread heddle.checkpoint_threads;
BEGIN
  LOOP
    SELECT * INTO thread FROM heddle.checkpoint_threads WHERE thread_id = of_thread_id FOR KEY SHARE;
    EXIT WHEN FOUND;
    INSERT INTO heddle.checkpoint_threads (thread_id) VALUES (of_thread_id)
    ON CONFLICT (thread_id) DO NOTHING RETURNING * INTO thread;
    EXIT WHEN FOUND;
  END LOOP;
  RETURN thread;
END $$;

-- See Checkpointer.put. Stores nothing and says so when what the process remembers of the thread (known_seq, known_removals;
-- null when it builds on nothing) no longer holds. A piece that is appended to a list must begin where the list ends; that
-- somebody else has appended there already is a violation of the key.
CREATE FUNCTION heddle.put_checkpoint(
  of_thread_id TEXT, ns TEXT, id TEXT, parent TEXT, of_run TEXT, head_text TEXT, metadata_text TEXT, values_text TEXT,
  ids BIGINT[], lengths INTEGER[], known_seq BIGINT, known_removals INTEGER,
  piece_ids BIGINT[], piece_starts INTEGER[], piece_ends INTEGER[], piece_texts TEXT[], is_durable BOOLEAN,
  lease_run TEXT, lease_attempt INTEGER,
  OUT is_stored BOOLEAN, OUT is_held BOOLEAN, OUT thread_seq BIGINT, OUT removals INTEGER
) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  thread heddle.checkpoint_threads;
  of_family BIGINT;
BEGIN
  IF NOT is_durable THEN
    PERFORM set_config('synchronous_commit', 'off', true);
  END IF;
  is_stored := false;
  is_held := lease_run IS NULL OR heddle.holds_lease(lease_run, lease_attempt);
  IF NOT is_held THEN
    RETURN;
  END IF;
  thread := heddle.ensure_checkpoint_thread(of_thread_id);
  thread_seq := thread.seq;
  removals := thread.removals;
  is_stored := known_seq IS NULL OR (known_seq = thread.seq AND known_removals = thread.removals);
  IF NOT is_stored THEN
    RETURN;
  END IF;
  of_family := coalesce(thread.family, thread.seq);
  INSERT INTO heddle.channel_values (value_id, starts_at, ends_at, family, text)
  SELECT p.value_id, p.starts_at, p.ends_at, of_family, p.piece
  FROM unnest(piece_ids, piece_starts, piece_ends, piece_texts) AS p(value_id, starts_at, ends_at, piece);
  INSERT INTO heddle.checkpoints AS c (thread_seq, checkpoint_ns, checkpoint_id, parent_id, run_id, head, metadata,
    channel_values, value_ids, value_lengths)
  VALUES (thread.seq, ns, id, parent, of_run, head_text, metadata_text, values_text, ids, lengths)
  ON CONFLICT ON CONSTRAINT checkpoints_pkey DO UPDATE SET parent_id = excluded.parent_id, run_id = excluded.run_id,
    head = excluded.head, metadata = excluded.metadata, channel_values = excluded.channel_values,
    value_ids = excluded.value_ids, value_lengths = excluded.value_lengths;
END $$;

-- See Checkpointer.putWrites. Those with an index below zero replace former ones. False when the lease is lost.
CREATE FUNCTION heddle.put_writes(
  of_thread_id TEXT, ns TEXT, id TEXT, task TEXT, path TEXT, indexes INTEGER[], channels TEXT[], texts TEXT[], is_durable BOOLEAN,
  lease_run TEXT, lease_attempt INTEGER
) RETURNS BOOLEAN LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  thread heddle.checkpoint_threads;
BEGIN
  IF NOT is_durable THEN
    PERFORM set_config('synchronous_commit', 'off', true);
  END IF;
  IF lease_run IS NOT NULL AND NOT heddle.holds_lease(lease_run, lease_attempt) THEN
    RETURN false;
  END IF;
  thread := heddle.ensure_checkpoint_thread(of_thread_id);
  INSERT INTO heddle.checkpoint_writes (thread_seq, checkpoint_ns, checkpoint_id, task_id, idx, task_path, channel, value)
  SELECT thread.seq, ns, id, task, w.idx, path, w.channel, w.value
  FROM unnest(indexes, channels, texts) AS w(idx, channel, value)
  ON CONFLICT (thread_seq, checkpoint_ns, checkpoint_id, task_id, idx) DO UPDATE
    SET task_path = excluded.task_path, channel = excluded.channel, value = excluded.value WHERE excluded.idx < 0;
  RETURN true;
END $$;

-- A checkpoint with the texts of its values that are stored apart, in their order, and the writes on top of it, in the order in
-- which a run applies them.
CREATE FUNCTION heddle.checkpoint_row(of_thread BIGINT, ns TEXT, id TEXT) RETURNS TABLE (
  thread_id TEXT, thread_seq BIGINT, removals INTEGER, checkpoint_ns TEXT, checkpoint_id TEXT, parent_id TEXT, head TEXT,
  metadata TEXT, channel_values TEXT, apart JSON, writes JSON
) LANGUAGE plpgsql STABLE ROWS 1 SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT t.thread_id, t.seq, t.removals, c.checkpoint_ns, c.checkpoint_id, c.parent_id, c.head, c.metadata,
    c.channel_values,
    (SELECT json_agg((SELECT string_agg(p.text, '' ORDER BY p.starts_at) FROM heddle.channel_values p
                      WHERE p.value_id = place.value_id AND p.starts_at < place.length) ORDER BY place.n)
     FROM unnest(c.value_ids, c.value_lengths) WITH ORDINALITY AS place(value_id, length, n)),
    (SELECT json_agg(json_build_array(w.task_id, w.channel, w.value) ORDER BY w.task_path, w.task_id, w.idx)
     FROM heddle.checkpoint_writes w
     WHERE w.thread_seq = of_thread AND w.checkpoint_ns = ns AND w.checkpoint_id = id)
  FROM heddle.checkpoints c, heddle.checkpoint_threads t
  WHERE c.thread_seq = of_thread AND c.checkpoint_ns = ns AND c.checkpoint_id = id AND t.seq = of_thread;
END $$;

-- The named checkpoint, or without an id the latest one of the thread and namespace.
CREATE FUNCTION heddle.read_checkpoint(of_thread_id TEXT, ns TEXT, id TEXT) RETURNS TABLE (
  thread_id TEXT, thread_seq BIGINT, removals INTEGER, checkpoint_ns TEXT, checkpoint_id TEXT, parent_id TEXT, head TEXT,
  metadata TEXT, channel_values TEXT, apart JSON, writes JSON
) LANGUAGE plpgsql STABLE ROWS 1 SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  thread BIGINT;
  wanted TEXT := id;
BEGIN
  SELECT t.seq INTO thread FROM heddle.checkpoint_threads t WHERE t.thread_id = of_thread_id;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF wanted IS NULL THEN
    SELECT max(c.checkpoint_id) INTO wanted FROM heddle.checkpoints c WHERE c.thread_seq = thread AND c.checkpoint_ns = ns;
  END IF;
  RETURN QUERY SELECT * FROM heddle.checkpoint_row(thread, ns, wanted);
END $$;
`;
