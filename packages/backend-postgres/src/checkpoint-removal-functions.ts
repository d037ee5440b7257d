/** Removals and copies of checkpoints, as functions of the database; see CHECKPOINT_FUNCTIONS. */
export const CHECKPOINT_REMOVAL_FUNCTIONS = `
-- Held by removals and copies, which look at all threads of a family.
CREATE FUNCTION heddle.lock_family(of_family BIGINT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('heddle_channel', of_family));
END $$;

-- Of values that were in use, removes what no checkpoint of the thread and its copies uses any more. The family is locked.
CREATE FUNCTION heddle.cut_values(of_thread BIGINT, of_family BIGINT, touched BIGINT[]) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM heddle.channel_values v USING (
    SELECT t.value_id, max(u.length) AS used
    FROM (SELECT DISTINCT unnest(touched) AS value_id) t LEFT JOIN (
      SELECT ref.value_id, ref.length FROM heddle.checkpoint_threads ct JOIN heddle.checkpoints c ON c.thread_seq = ct.seq
        CROSS JOIN LATERAL unnest(c.value_ids, c.value_lengths) AS ref(value_id, length)
      WHERE ct.family = of_family OR ct.seq = of_thread
    ) u USING (value_id) GROUP BY t.value_id
  ) kept WHERE v.value_id = kept.value_id AND v.starts_at >= coalesce(kept.used, 0);
END $$;

-- Removes a thread's checkpoints and writes, and the values that no copy has. Returns how many checkpoints.
CREATE FUNCTION heddle.delete_checkpoint_thread(of_thread_id TEXT) RETURNS INTEGER LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  thread heddle.checkpoint_threads;
  of_family BIGINT;
  touched BIGINT[];
  removed INTEGER;
BEGIN
  SELECT * INTO thread FROM heddle.checkpoint_threads WHERE thread_id = of_thread_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  of_family := coalesce(thread.family, thread.seq);
  PERFORM heddle.lock_family(of_family);
  IF thread.family IS NOT NULL THEN
    touched := ARRAY(SELECT DISTINCT unnest(value_ids) FROM heddle.checkpoints WHERE thread_seq = thread.seq);
  END IF;
  DELETE FROM heddle.checkpoint_threads WHERE seq = thread.seq;
  DELETE FROM heddle.checkpoint_writes WHERE thread_seq = thread.seq;
  DELETE FROM heddle.checkpoints WHERE thread_seq = thread.seq;
  GET DIAGNOSTICS removed = ROW_COUNT;
  IF NOT EXISTS (SELECT 1 FROM heddle.checkpoint_threads WHERE family = of_family) THEN
    DELETE FROM heddle.channel_values WHERE family = of_family;
  ELSE
    PERFORM heddle.cut_values(thread.seq, of_family, touched);
  END IF;
  RETURN removed;
END $$;

-- Removes checkpoints of a thread with the writes on top of them, and the values that nobody else has.
CREATE FUNCTION heddle.remove_checkpoints(of_thread_id TEXT, namespaces TEXT[], ids TEXT[]) RETURNS INTEGER
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  thread heddle.checkpoint_threads;
  gone BIGINT[];
  touched BIGINT[] := '{}';
  removed INTEGER := 0;
BEGIN
  SELECT * INTO thread FROM heddle.checkpoint_threads WHERE thread_id = of_thread_id FOR UPDATE;
  IF NOT FOUND OR cardinality(ids) = 0 THEN
    RETURN 0;
  END IF;
  DELETE FROM heddle.checkpoint_writes w USING unnest(namespaces, ids) AS g(ns, id)
  WHERE w.thread_seq = thread.seq AND w.checkpoint_ns = g.ns AND w.checkpoint_id = g.id;
  FOR gone IN DELETE FROM heddle.checkpoints c USING unnest(namespaces, ids) AS g(ns, id)
              WHERE c.thread_seq = thread.seq AND c.checkpoint_ns = g.ns AND c.checkpoint_id = g.id RETURNING c.value_ids LOOP
    touched := touched || gone;
    removed := removed + 1;
  END LOOP;
  IF cardinality(touched) > 0 THEN
    PERFORM heddle.lock_family(coalesce(thread.family, thread.seq));
    PERFORM heddle.cut_values(thread.seq, coalesce(thread.family, thread.seq), touched);
  END IF;
  RETURN removed;
END $$;

-- Removes the checkpoints whose metadata names the run.
CREATE FUNCTION heddle.delete_checkpoints_of_run(of_thread_id TEXT, of_run TEXT) RETURNS VOID LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  namespaces TEXT[];
  ids TEXT[];
BEGIN
  -- Locked before it is looked for: what is put meanwhile is found.
  PERFORM 1 FROM heddle.checkpoint_threads WHERE thread_id = of_thread_id FOR UPDATE;
  SELECT array_agg(c.checkpoint_ns), array_agg(c.checkpoint_id) INTO namespaces, ids
  FROM heddle.checkpoint_threads t JOIN heddle.checkpoints c ON c.thread_seq = t.seq
  WHERE t.thread_id = of_thread_id AND c.run_id = of_run;
  PERFORM heddle.remove_checkpoints(of_thread_id, coalesce(namespaces, '{}'), coalesce(ids, '{}'));
END $$;

-- The same for runs of any thread.
CREATE FUNCTION heddle.delete_checkpoints_of_runs(run_ids TEXT[]) RETURNS VOID LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  made RECORD;
BEGIN
  FOR made IN SELECT DISTINCT t.seq, t.thread_id, c.run_id FROM heddle.checkpoints c
              JOIN heddle.checkpoint_threads t ON t.seq = c.thread_seq WHERE c.run_id = ANY (run_ids) ORDER BY t.seq LOOP
    PERFORM heddle.delete_checkpoints_of_run(made.thread_id, made.run_id);
  END LOOP;
END $$;

-- Gives the new thread all checkpoints and writes of the other.
CREATE FUNCTION heddle.copy_checkpoint_thread(from_thread_id TEXT, to_thread_id TEXT) RETURNS VOID LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  source heddle.checkpoint_threads;
  copy_seq BIGINT;
BEGIN
  SELECT * INTO source FROM heddle.checkpoint_threads WHERE thread_id = from_thread_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT 1 FROM heddle.checkpoint_threads WHERE thread_id = to_thread_id) THEN
    RAISE EXCEPTION 'Thread "%" has checkpoints already; copy to a new thread, or remove them first.', to_thread_id;
  END IF;
  PERFORM heddle.lock_family(coalesce(source.family, source.seq));
  UPDATE heddle.checkpoint_threads SET family = coalesce(family, seq) WHERE seq = source.seq;
  INSERT INTO heddle.checkpoint_threads (thread_id, family) VALUES (to_thread_id, coalesce(source.family, source.seq))
  RETURNING seq INTO copy_seq;
  INSERT INTO heddle.checkpoints (thread_seq, checkpoint_ns, checkpoint_id, parent_id, run_id, head, metadata, channel_values,
    value_ids, value_lengths, writes)
  SELECT copy_seq, checkpoint_ns, checkpoint_id, parent_id, NULL, head, metadata, channel_values, value_ids, value_lengths, writes
  FROM heddle.checkpoints WHERE thread_seq = source.seq;
  INSERT INTO heddle.checkpoint_writes (thread_seq, checkpoint_ns, checkpoint_id, task_id, idx, task_path, channel, value)
  SELECT copy_seq, checkpoint_ns, checkpoint_id, task_id, idx, task_path, channel, value
  FROM heddle.checkpoint_writes WHERE thread_seq = source.seq;
END $$;
`;
