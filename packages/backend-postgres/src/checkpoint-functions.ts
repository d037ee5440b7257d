/**
 * Checkpoints as functions of the database: one round trip each, for many threads at once (GroupedCalls). A put and a removal of
 * one thread exclude each other by the lock of its row in checkpoint_threads; a put for a run and the loss of its lease by the
 * lock of the run's row.
 */
export const CHECKPOINT_FUNCTIONS = `
-- Whether this attempt still holds the lease of the run: held, lost, or locked by somebody else. If held, nobody takes it away
-- before the transaction ends.
CREATE FUNCTION heddle.lock_lease(of_run TEXT, of_attempt INTEGER, can_wait BOOLEAN) RETURNS TEXT LANGUAGE plpgsql AS $$
BEGIN
  IF can_wait THEN
    PERFORM 1 FROM heddle.runs WHERE run_id = of_run AND status = 'running' AND attempt = of_attempt FOR SHARE;
  ELSE
    PERFORM 1 FROM heddle.runs WHERE run_id = of_run AND status = 'running' AND attempt = of_attempt FOR SHARE SKIP LOCKED;
  END IF;
  IF FOUND THEN
    RETURN 'held';
  END IF;
  PERFORM 1 FROM heddle.runs WHERE run_id = of_run AND status = 'running' AND attempt = of_attempt;
  RETURN CASE WHEN FOUND AND NOT can_wait THEN 'locked' ELSE 'lost' END;
END $$;

-- The thread, made if need be, locked against removals; null when somebody else has locked it.
CREATE FUNCTION heddle.lock_checkpoint_thread(of_thread_id TEXT, can_wait BOOLEAN) RETURNS heddle.checkpoint_threads LANGUAGE plpgsql AS $$
DECLARE
  thread heddle.checkpoint_threads;
BEGIN
  LOOP
    IF can_wait THEN
      SELECT * INTO thread FROM heddle.checkpoint_threads WHERE thread_id = of_thread_id FOR KEY SHARE;
    ELSE
      SELECT * INTO thread FROM heddle.checkpoint_threads WHERE thread_id = of_thread_id FOR KEY SHARE SKIP LOCKED;
    END IF;
    EXIT WHEN FOUND;
    INSERT INTO heddle.checkpoint_threads (thread_id) VALUES (of_thread_id)
    ON CONFLICT (thread_id) DO NOTHING RETURNING * INTO thread;
    EXIT WHEN FOUND OR NOT can_wait;
  END LOOP;
  RETURN thread;
END $$;

-- Whether these places are among those, up to these lengths.
CREATE FUNCTION heddle.are_among(needed JSON, value_ids BIGINT[], value_lengths INTEGER[]) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
BEGIN
  RETURN json_array_length(needed) = (
    SELECT count(*) FROM unnest(value_ids, value_lengths) AS had(id, length), json_to_recordset(needed) AS need(id BIGINT, length INTEGER)
    WHERE had.id = need.id AND had.length = need.length);
END $$;

-- Whether the checkpoint, which is stored or about to be, has these values, up to these lengths.
CREATE FUNCTION heddle.has_values(of_thread BIGINT, ns TEXT, of_id TEXT, needed JSON, about_to_be heddle.checkpoints[]) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
  c heddle.checkpoints;
BEGIN
  SELECT * INTO c FROM heddle.checkpoints WHERE thread_seq = of_thread AND checkpoint_ns = ns AND checkpoint_id = of_id;
  IF NOT FOUND THEN
    SELECT * INTO c FROM unnest(about_to_be) WHERE thread_seq = of_thread AND checkpoint_ns = ns AND checkpoint_id = of_id;
  END IF;
  RETURN FOUND AND heddle.are_among(needed, c.value_ids, c.value_lengths);
END $$;

-- See Checkpointer.put and Checkpointer.putWrites (calls with a task), of many threads at once. Each call is stored, or it is
-- not: lost says that its lease is; stale that the checkpoint names values it takes for those of its parent, which the parent does
-- not have. A piece that is appended to a list must begin where the list ends; that somebody else has appended there already is a
-- violation of the key.
-- First the calls are looked at one by one, then the rows of all of them are inserted, with one statement for each table.
CREATE FUNCTION heddle.save_progress(calls JSON, call_texts TEXT[], is_durable BOOLEAN) RETURNS TABLE (outcome TEXT, is_locked BOOLEAN)
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  c RECORD;
  can_wait BOOLEAN := json_array_length(calls) = 1;
  thread heddle.checkpoint_threads;
  former_run TEXT;
  former_attempt INTEGER;
  former heddle.checkpoints;
  lease TEXT := 'held';
  new_checkpoints heddle.checkpoints[] := '{}';
  new_writes heddle.checkpoint_writes[] := '{}';
  new_values heddle.channel_values[] := '{}';
  part JSON;
  -- Built by an append, an array is one whose elements are found without a search.
  texts TEXT[] := array_append(call_texts, '');
  n INTEGER := 1;
BEGIN
  IF NOT is_durable THEN
    PERFORM set_config('synchronous_commit', 'off', true);
  END IF;
  FOR c IN SELECT * FROM json_to_recordset(calls) AS call(
    thread_id TEXT, ns TEXT, id TEXT, lease_run TEXT, lease_attempt INTEGER,
    parent TEXT, run TEXT, ids TEXT, lengths TEXT, reused JSON, pieces JSON, task TEXT, path TEXT, indexes JSON
  ) LOOP
    is_locked := false;
    -- The calls of one run follow each other, mostly.
    IF c.lease_run IS DISTINCT FROM former_run OR c.lease_attempt IS DISTINCT FROM former_attempt THEN
      lease := CASE WHEN c.lease_run IS NULL THEN 'held' ELSE heddle.lock_lease(c.lease_run, c.lease_attempt, can_wait) END;
      former_run := c.lease_run;
      former_attempt := c.lease_attempt;
    END IF;
    IF lease = 'held' AND c.thread_id IS DISTINCT FROM thread.thread_id THEN
      thread := heddle.lock_checkpoint_thread(c.thread_id, can_wait);
    END IF;
    IF lease = 'lost' THEN
      outcome := 'lost';
    ELSIF lease = 'locked' OR thread.seq IS NULL THEN
      is_locked := true;
      outcome := 'locked';
    ELSIF c.task IS NOT NULL THEN
      FOR i IN 0 .. json_array_length(c.indexes) - 1 LOOP
        new_writes := array_append(new_writes,
          ROW(thread.seq, c.ns, c.id, c.task, c.indexes ->> i, c.path, texts[n + 2 * i], texts[n + 2 * i + 1])::heddle.checkpoint_writes);
      END LOOP;
      outcome := 'stored';
    ELSIF c.reused IS NOT NULL AND NOT (CASE
      WHEN former.thread_seq = thread.seq AND former.checkpoint_ns = c.ns AND former.checkpoint_id = c.parent
        THEN heddle.are_among(c.reused, former.value_ids, former.value_lengths)
      ELSE heddle.has_values(thread.seq, c.ns, c.parent, c.reused, new_checkpoints) END) THEN
      outcome := 'stale';
    ELSE
      IF c.pieces IS NOT NULL THEN
        FOR i IN 0 .. json_array_length(c.pieces) - 1 LOOP
          part := c.pieces -> i;
          new_values := array_append(new_values, ROW(part ->> 'id', part ->> 'start', part ->> 'end',
            coalesce(thread.family, thread.seq), texts[n + 4 + i])::heddle.channel_values);
        END LOOP;
      END IF;
      former := ROW(thread.seq, c.ns, c.id, c.parent, c.run, texts[n], texts[n + 1], texts[n + 2], c.ids::bigint[], c.lengths::integer[],
        nullif(texts[n + 3], ''));
      new_checkpoints := array_append(new_checkpoints, former);
      outcome := 'stored';
    END IF;
    RETURN NEXT;
    n := n + CASE WHEN c.task IS NULL THEN 4 + coalesce(json_array_length(c.pieces), 0) ELSE 2 * json_array_length(c.indexes) END;
  END LOOP;
  IF cardinality(new_values) > 0 THEN
    INSERT INTO heddle.channel_values SELECT * FROM unnest(new_values);
  END IF;
  IF cardinality(new_checkpoints) > 0 THEN
    -- A checkpoint that is put again keeps what was written on top of it.
    INSERT INTO heddle.checkpoints AS k SELECT * FROM unnest(new_checkpoints)
    ON CONFLICT ON CONSTRAINT checkpoints_pkey DO UPDATE SET parent_id = excluded.parent_id, run_id = excluded.run_id,
      head = excluded.head, metadata = excluded.metadata, channel_values = excluded.channel_values,
      value_ids = excluded.value_ids, value_lengths = excluded.value_lengths,
      writes = coalesce(left(k.writes, -1) || ',' || substr(excluded.writes, 2), k.writes, excluded.writes);
  END IF;
  IF cardinality(new_writes) > 0 THEN
    INSERT INTO heddle.checkpoint_writes SELECT * FROM unnest(new_writes)
    ON CONFLICT (thread_seq, checkpoint_ns, checkpoint_id, task_id, idx) DO UPDATE
      SET task_path = excluded.task_path, channel = excluded.channel, value = excluded.value WHERE excluded.idx < 0;
  END IF;
END $$;

-- A checkpoint with the texts of its values that are stored apart, in their order, and the writes on top of it: those of its own
-- row, then those that came later.
CREATE FUNCTION heddle.checkpoint_row(of_thread BIGINT, ns TEXT, id TEXT) RETURNS TABLE (
  thread_id TEXT, checkpoint_ns TEXT, checkpoint_id TEXT, parent_id TEXT, head TEXT,
  metadata TEXT, channel_values TEXT, apart JSON, own_writes TEXT, later_writes JSON
) LANGUAGE plpgsql STABLE ROWS 1 SET enable_seqscan = off AS $$
DECLARE
  c heddle.checkpoints;
BEGIN
  SELECT * INTO c FROM heddle.checkpoints k WHERE k.thread_seq = of_thread AND k.checkpoint_ns = ns AND k.checkpoint_id = id;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT t.thread_id INTO thread_id FROM heddle.checkpoint_threads t WHERE t.seq = of_thread;
  checkpoint_ns := c.checkpoint_ns; checkpoint_id := c.checkpoint_id; parent_id := c.parent_id;
  head := c.head; metadata := c.metadata; channel_values := c.channel_values; own_writes := c.writes;
  IF cardinality(c.value_ids) > 0 THEN
    SELECT json_agg((SELECT string_agg(p.text, '' ORDER BY p.starts_at) FROM heddle.channel_values p
                     WHERE p.value_id = place.value_id AND p.starts_at < place.length) ORDER BY place.n)
    INTO apart FROM unnest(c.value_ids, c.value_lengths) WITH ORDINALITY AS place(value_id, length, n);
  END IF;
  SELECT json_agg(json_build_array(w.task_id, w.task_path, w.idx, w.channel, w.value)) INTO later_writes FROM heddle.checkpoint_writes w
  WHERE w.thread_seq = of_thread AND w.checkpoint_ns = ns AND w.checkpoint_id = id;
  RETURN NEXT;
END $$;

-- The named checkpoint, or without an id the latest one of the thread and namespace.
CREATE FUNCTION heddle.read_checkpoint(of_thread_id TEXT, ns TEXT, id TEXT) RETURNS TABLE (
  thread_id TEXT, checkpoint_ns TEXT, checkpoint_id TEXT, parent_id TEXT, head TEXT,
  metadata TEXT, channel_values TEXT, apart JSON, own_writes TEXT, later_writes JSON
) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
  thread BIGINT;
  wanted TEXT := id;
BEGIN
  SELECT t.seq INTO thread FROM heddle.checkpoint_threads t WHERE t.thread_id = of_thread_id;
  IF wanted IS NULL THEN
    -- Not max(): without statistics it would read them all.
    SELECT l.checkpoint_id INTO wanted FROM heddle.checkpoints l WHERE l.thread_seq = thread AND l.checkpoint_ns = ns
    ORDER BY l.checkpoint_id DESC LIMIT 1;
  END IF;
  RETURN QUERY SELECT * FROM heddle.checkpoint_row(thread, ns, wanted);
END $$;

-- The same for each call; a row of nulls when there is none.
CREATE FUNCTION heddle.read_checkpoints(calls JSON) RETURNS TABLE (
  thread_id TEXT, checkpoint_ns TEXT, checkpoint_id TEXT, parent_id TEXT, head TEXT,
  metadata TEXT, channel_values TEXT, apart JSON, own_writes TEXT, later_writes JSON
) LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
DECLARE
  c RECORD;
BEGIN
  FOR c IN SELECT * FROM json_to_recordset(calls) AS call(thread_id TEXT, ns TEXT, id TEXT) LOOP
    RETURN QUERY SELECT * FROM heddle.read_checkpoint(c.thread_id, c.ns, c.id);
    IF NOT FOUND THEN
      RETURN NEXT;
    END IF;
  END LOOP;
END $$;
`;
