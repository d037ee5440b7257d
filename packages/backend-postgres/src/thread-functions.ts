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
      metadata, config, values_json, interrupts, ttl_minutes, ttl_strategy, ttl_check_at)
    SELECT new_thread_id, 'idle', 'idle', created, created, created,
      t.metadata || jsonb_build_object('thread_id', new_thread_id), t.config, t.values_json, t.interrupts, t.ttl_minutes,
      t.ttl_strategy, t.ttl_check_at
    FROM heddle.threads t WHERE t.thread_id = of_thread_id
    RETURNING *;
  IF FOUND THEN
    PERFORM heddle.copy_checkpoint_thread(of_thread_id, new_thread_id);
  END IF;
END $$;

-- See Threads.sweepExpired. Threads at which someone works just now are left to the next sweep.
CREATE FUNCTION heddle.sweep_expired(at_most INTEGER, now_ms BIGINT, OUT deleted TEXT[], OUT to_prune TEXT[], OUT removed_runs TEXT[])
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  thread heddle.threads;
  expires_ms BIGINT;
BEGIN
  deleted := '{}'; to_prune := '{}'; removed_runs := '{}';
  FOR thread IN SELECT * FROM heddle.threads WHERE ttl_check_at <= now_ms ORDER BY ttl_check_at LIMIT at_most
                FOR UPDATE SKIP LOCKED LOOP
    expires_ms := ceil(extract(epoch FROM thread.updated_at::timestamptz) * 1000 + thread.ttl_minutes * 60000);
    IF EXISTS (SELECT 1 FROM heddle.runs WHERE thread_seq = thread.seq AND is_active) THEN
      UPDATE heddle.threads SET ttl_check_at = greatest(expires_ms, now_ms + 60000) WHERE seq = thread.seq;
    ELSIF expires_ms > now_ms THEN
      UPDATE heddle.threads SET ttl_check_at = expires_ms WHERE seq = thread.seq;
    ELSIF thread.ttl_strategy = 'keep_latest' THEN
      UPDATE heddle.threads SET ttl_check_at = now_ms + ceil(thread.ttl_minutes * 60000) WHERE seq = thread.seq;
      to_prune := to_prune || thread.thread_id;
    ELSE
      removed_runs := removed_runs || heddle.remove_thread(thread.seq);
      deleted := deleted || thread.thread_id;
    END IF;
  END LOOP;
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
