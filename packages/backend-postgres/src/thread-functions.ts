/** Changes of threads and of the event log, as functions of the database: one round trip each. */
export const THREAD_FUNCTIONS = `
-- See Threads.delete. Returns the runs that were active, or null when the thread is unknown.
CREATE FUNCTION heddle.delete_thread(of_thread_id TEXT) RETURNS TEXT[] LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  thread BIGINT;
BEGIN
  SELECT seq INTO thread FROM heddle.threads WHERE thread_id = of_thread_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN heddle.remove_thread(thread);
END $$;

-- See Threads.copy.
CREATE FUNCTION heddle.copy_thread(of_thread_id TEXT, new_thread_id TEXT, created TEXT) RETURNS SETOF heddle.threads
LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY INSERT INTO heddle.threads (thread_id, status, resting_status, created_at, updated_at, state_updated_at,
      metadata, config, values_json, interrupts)
    SELECT new_thread_id, 'idle', 'idle', created, created, created,
      t.metadata || jsonb_build_object('thread_id', new_thread_id), t.config, t.values_json, t.interrupts
    FROM heddle.threads t WHERE t.thread_id = of_thread_id
    RETURNING *;
  IF FOUND THEN
    PERFORM heddle.copy_checkpoint_thread(of_thread_id, new_thread_id);
  END IF;
END $$;

-- See EventLog.append. Events of a run that is gone have no readers; they are dropped.
CREATE FUNCTION heddle.append_events(log JSON) RETURNS VOID LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM heddle.insert_events(log);
END $$;

-- See EventLog.trim; at most as many runs as the limit says.
CREATE FUNCTION heddle.trim_events(before TEXT, at_most INTEGER, OUT seen INTEGER, OUT trimmed INTEGER) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  runs BIGINT[];
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT coalesce(array_agg(r.seq), '{}') INTO runs FROM (
    SELECT seq FROM heddle.runs WHERE trim_after < before ORDER BY trim_after LIMIT at_most FOR UPDATE SKIP LOCKED
  ) r;
  seen := cardinality(runs);
  WITH gone AS (DELETE FROM heddle.events e WHERE e.run_seq = ANY (runs) RETURNING e.run_seq)
  SELECT count(DISTINCT run_seq) INTO trimmed FROM gone;
  -- The thread of a temporary run is gone since its end; nobody finds the run any more.
  DELETE FROM heddle.runs r WHERE r.seq = ANY (runs) AND r.is_temporary;
  UPDATE heddle.runs r SET trim_after = NULL WHERE r.seq = ANY (runs);
END $$;
`;
