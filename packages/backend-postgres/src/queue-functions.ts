/**
 * The queue as functions of the database: each call is one statement and one round trip, its plans are kept by the connection
 * (no named statements, which poolers in front of the database do not bear), and all of it is one transaction.
 *
 * Who changes the queue of a thread holds the lock of the thread's row: offer, settle, release, cancel and removals wait for it;
 * lease and sweep pass over what is locked, so they never wait and never close a circle. So per thread all changes come one
 * after the other, in all processes. Locks are taken in one order: threads, runs, checkpoint_threads.
 *
 * The functions a process calls forbid sequential scans: their plans are kept, and those made while the tables were empty, or by
 * statistics that take a tenth of the runs for ready, would read a million finished runs. The inner ones are in plpgsql because
 * functions in SQL are planned at each call.
 *
 * Nothing here notifies: a transaction with NOTIFY holds a lock of the whole database while it commits, which would make all
 * commits wait for each other's flush to the disk. The process tells others afterwards (see Notifications).
 */
export const QUEUE_FUNCTIONS = `
-- Later keys win; configurable and metadata are merged key by key.
CREATE FUNCTION heddle.merge_configs(a JSONB, b JSONB) RETURNS JSONB LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  merged JSONB := a || b;
  part TEXT;
BEGIN
  FOREACH part IN ARRAY ARRAY['configurable', 'metadata'] LOOP
    IF jsonb_typeof(a -> part) = 'object' AND jsonb_typeof(b -> part) = 'object' THEN
      merged := jsonb_set(merged, ARRAY[part], (a -> part) || (b -> part));
    END IF;
  END LOOP;
  RETURN merged;
END $$;

-- Makes the thread's oldest due run ready, unless one is running. True when there is one.
CREATE FUNCTION heddle.promote_next(of_thread BIGINT) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
BEGIN
  UPDATE heddle.runs SET is_ready = true
  WHERE seq = (SELECT min(r.seq) FROM heddle.runs r
               WHERE r.thread_seq = of_thread AND r.is_active AND r.status = 'pending' AND r.not_before IS NULL)
    AND NOT EXISTS (SELECT 1 FROM heddle.runs r WHERE r.thread_seq = of_thread AND r.is_active AND r.status = 'running');
  RETURN FOUND;
END $$;

CREATE FUNCTION heddle.insert_events(log JSON) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO heddle.events (run_seq, seq, event, data)
  SELECT r.seq, e.s, e.e, e.d FROM json_to_recordset(log) AS e(r TEXT, a INTEGER, s BIGINT, e TEXT, d TEXT)
  JOIN heddle.runs r ON r.run_id = e.r AND (e.a IS NULL OR (e.a = r.attempt AND r.status <> 'pending'))
  -- Whoever did not hear that they were stored comes again.
  ON CONFLICT DO NOTHING;
END $$;

-- Gives the run its last status. Its events may be trimmed from now on, unless it is resumable and can be found.
CREATE FUNCTION heddle.mark_ended(run BIGINT, end_status TEXT, now_iso TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  UPDATE heddle.runs SET status = end_status, is_active = false, is_ready = false, not_before = NULL, worker_id = NULL,
    lease_until = NULL, process_id = NULL, updated_at = now_iso,
    trim_after = CASE WHEN is_resumable AND NOT is_temporary THEN NULL ELSE now_iso END
  WHERE seq = run;
END $$;

CREATE FUNCTION heddle.remove_run(run BIGINT) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  removed heddle.runs;
BEGIN
  DELETE FROM heddle.events WHERE run_seq = run;
  DELETE FROM heddle.runs WHERE seq = run RETURNING * INTO removed;
  PERFORM heddle.delete_checkpoints_of_run(removed.thread_id, removed.run_id);
END $$;

-- Removes the thread and its checkpoints; its runs and their events stay.
CREATE FUNCTION heddle.remove_thread_row(of_thread BIGINT) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  removed TEXT;
BEGIN
  DELETE FROM heddle.threads WHERE seq = of_thread RETURNING thread_id INTO removed;
  PERFORM heddle.delete_checkpoint_thread(removed);
END $$;

-- Removes the thread with all that belongs to it. Returns the runs that were active.
CREATE FUNCTION heddle.remove_thread(of_thread BIGINT) RETURNS TEXT[] LANGUAGE plpgsql AS $$
DECLARE
  active TEXT[];
BEGIN
  SELECT coalesce(array_agg(run_id), '{}') INTO active FROM heddle.runs WHERE thread_seq = of_thread AND is_active;
  DELETE FROM heddle.events WHERE run_seq IN (SELECT seq FROM heddle.runs WHERE thread_seq = of_thread);
  DELETE FROM heddle.runs WHERE thread_seq = of_thread;
  PERFORM heddle.remove_thread_row(of_thread);
  RETURN active;
END $$;

-- After a run was ended or removed without an outcome: the thread is as it was before it, or goes on to the next run.
CREATE FUNCTION heddle.rest_thread(of_thread BIGINT, is_temporary BOOLEAN, now_iso TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM heddle.runs WHERE thread_seq = of_thread AND is_active) THEN
    PERFORM heddle.promote_next(of_thread);
  ELSIF is_temporary THEN
    PERFORM heddle.remove_thread_row(of_thread);
  ELSE
    UPDATE heddle.threads SET status = resting_status, updated_at = now_iso WHERE seq = of_thread;
  END IF;
END $$;

-- Ends a run that no worker holds: it stays as interrupted, or it and what it left go.
CREATE FUNCTION heddle.cancel_at_rest(run BIGINT, action TEXT, now_iso TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  found_run heddle.runs;
BEGIN
  SELECT * INTO found_run FROM heddle.runs WHERE seq = run;
  IF action = 'rollback' THEN
    PERFORM heddle.remove_run(run);
  ELSE
    PERFORM heddle.mark_ended(run, 'interrupted', now_iso);
  END IF;
  PERFORM heddle.rest_thread(found_run.thread_seq, found_run.is_temporary, now_iso);
END $$;

-- Writes what a run leaves on its thread, and lets the next run of the thread be ready. True when one is. A temporary thread
-- goes; its runs and their events outlive it, for readers who come late, until they are trimmed.
CREATE FUNCTION heddle.write_outcome(
  of_thread BIGINT, is_temporary BOOLEAN, thread_status TEXT, values_text TEXT, interrupts_text TEXT, error_text TEXT, now_iso TEXT
) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
  has_next BOOLEAN := EXISTS (SELECT 1 FROM heddle.runs WHERE thread_seq = of_thread AND is_active);
BEGIN
  IF is_temporary AND NOT has_next THEN
    PERFORM heddle.remove_thread_row(of_thread);
    RETURN false;
  END IF;
  UPDATE heddle.threads SET
    status = CASE WHEN has_next AND thread_status = 'idle' THEN 'busy' ELSE thread_status END,
    resting_status = thread_status, updated_at = now_iso, state_updated_at = now_iso,
    values_json = coalesce(values_text, values_json), interrupts = interrupts_text, error = error_text
  WHERE seq = of_thread;
  RETURN has_next AND heddle.promote_next(of_thread);
END $$;

-- Locks the run's thread. False when somebody else has locked it and the call cannot wait.
CREATE FUNCTION heddle.lock_thread_of(of_run TEXT, can_wait BOOLEAN) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
  thread BIGINT;
BEGIN
  SELECT thread_seq INTO thread FROM heddle.runs WHERE run_id = of_run;
  IF can_wait THEN
    PERFORM 1 FROM heddle.threads WHERE seq = thread FOR UPDATE;
    RETURN true;
  END IF;
  PERFORM 1 FROM heddle.threads WHERE seq = thread FOR UPDATE SKIP LOCKED;
  RETURN FOUND OR NOT EXISTS (SELECT 1 FROM heddle.threads WHERE seq = thread);
END $$;

-- See passesAccess of the backend's contracts. Without a filter everything passes.
CREATE FUNCTION heddle.passes_access(held JSONB, filter JSONB) RETURNS BOOLEAN LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  part JSONB;
BEGIN
  IF filter IS NULL THEN
    RETURN true;
  ELSIF filter ->> 'type' = 'equals' THEN
    RETURN held @> jsonb_build_object(filter ->> 'key', filter -> 'value');
  ELSIF filter ->> 'type' = 'contains' THEN
    RETURN held @> jsonb_build_object(filter ->> 'key', filter -> 'values');
  END IF;
  FOR part IN SELECT jsonb_array_elements(filter -> 'filters') LOOP
    IF heddle.passes_access(held, part) <> (filter ->> 'type' = 'all') THEN
      RETURN filter ->> 'type' = 'any';
    END IF;
  END LOOP;
  RETURN filter ->> 'type' = 'all';
END $$;

-- See RunQueue.offer, for many runs at once. Those that are taken belong to the process that calls; they come with the latest
-- checkpoint of their thread, which they are about to ask for.
CREATE FUNCTION heddle.offer_runs(offers JSON, given TEXT[], of_process INTEGER, now_ms BIGINT, now_iso TEXT) RETURNS TABLE (
  outcome TEXT, is_locked BOOLEAN, busy_with TEXT, cancelling TEXT[], actions TEXT[], cancelled TEXT[], is_taken BOOLEAN,
  is_ready_now BOOLEAN, thread_config TEXT, thread_metadata TEXT,
  thread_id TEXT, checkpoint_ns TEXT, checkpoint_id TEXT, parent_id TEXT, head TEXT, metadata TEXT, channel_values TEXT, apart JSON,
  own_writes TEXT, later_writes JSON
) LANGUAGE plpgsql SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  o RECORD;
  n INTEGER := 0;
  can_wait BOOLEAN := json_array_length(offers) = 1;
  is_durable BOOLEAN := false;
  thread heddle.threads;
  active heddle.runs;
  is_new BOOLEAN;
  is_blocked BOOLEAN;
  is_cancelling BOOLEAN;
  marks JSONB;
BEGIN
  <<offers>>
  FOR o IN SELECT * FROM json_to_recordset(offers) AS offer(
    run_id TEXT, thread_id TEXT, assistant_id TEXT, graph_id TEXT, strategy TEXT, thread_mode TEXT, created TEXT, due_ms BIGINT,
    resumable BOOLEAN, is_durable BOOLEAN, config JSONB, metadata JSONB, taker TEXT, lease_ms BIGINT,
    ttl_minutes DOUBLE PRECISION, ttl_strategy TEXT, access JSONB
  ) LOOP
    n := n + 1;
    is_durable := is_durable OR o.is_durable;
    outcome := NULL; is_locked := false; busy_with := NULL; cancelling := '{}'; actions := '{}'; cancelled := '{}';
    is_taken := false; is_ready_now := false; thread_config := NULL; thread_metadata := NULL; checkpoint_id := NULL;
    is_new := false; is_blocked := false; is_cancelling := o.strategy IN ('interrupt', 'rollback');
    marks := jsonb_build_object('graph_id', o.graph_id, 'assistant_id', o.assistant_id);
    LOOP
      IF can_wait THEN
        SELECT * INTO thread FROM heddle.threads t WHERE t.thread_id = o.thread_id FOR UPDATE;
      ELSE
        SELECT * INTO thread FROM heddle.threads t WHERE t.thread_id = o.thread_id FOR UPDATE SKIP LOCKED;
      END IF;
      EXIT WHEN FOUND;
      is_locked := NOT can_wait AND EXISTS (SELECT 1 FROM heddle.threads t WHERE t.thread_id = o.thread_id);
      IF is_locked OR o.thread_mode = 'must-exist' THEN
        outcome := 'thread-missing';
        RETURN NEXT;
        CONTINUE offers;
      END IF;
      INSERT INTO heddle.threads (thread_id, is_temporary, status, resting_status, created_at, updated_at, state_updated_at, metadata, config)
      VALUES (o.thread_id, o.thread_mode = 'temporary', 'busy', 'idle', o.created, now_iso, now_iso, o.metadata || marks,
        coalesce(o.config, '{}'))
      ON CONFLICT (thread_id) DO NOTHING RETURNING * INTO thread;
      is_new := FOUND;
      EXIT WHEN is_new;
    END LOOP;
    IF NOT is_new AND o.access IS NOT NULL AND NOT heddle.passes_access(thread.metadata, o.access) THEN
      outcome := 'thread-missing';
      RETURN NEXT;
      CONTINUE offers;
    END IF;
    IF NOT is_new THEN
      thread_config := thread.config::text;
      thread_metadata := thread.metadata::text;
      FOR active IN SELECT * FROM heddle.runs r WHERE r.thread_seq = thread.seq AND r.is_active
                    ORDER BY r.status = 'pending', r.seq LOOP
        IF o.strategy = 'reject' THEN
          outcome := 'busy';
          busy_with := active.run_id;
          RETURN NEXT;
          CONTINUE offers;
        ELSIF is_cancelling AND active.status = 'pending' THEN
          -- The thread itself is put right below.
          IF o.strategy = 'rollback' THEN
            PERFORM heddle.remove_run(active.seq);
          ELSE
            PERFORM heddle.mark_ended(active.seq, 'interrupted', now_iso);
          END IF;
          cancelled := cancelled || active.run_id;
        ELSIF is_cancelling THEN
          UPDATE heddle.runs r SET cancel_action = coalesce(r.cancel_action, o.strategy) WHERE r.seq = active.seq;
          cancelling := cancelling || active.run_id;
          actions := actions || coalesce(active.cancel_action, o.strategy);
          is_blocked := true;
        ELSIF active.status = 'running' OR active.not_before IS NULL OR active.not_before <= now_ms THEN
          is_blocked := true;
        END IF;
      END LOOP;
      UPDATE heddle.threads t SET status = 'busy', updated_at = now_iso,
        metadata = CASE WHEN t.metadata @> marks THEN t.metadata ELSE t.metadata || marks END,
        config = CASE WHEN o.config IS NULL THEN t.config ELSE heddle.merge_configs(t.config, o.config) END
      WHERE t.seq = thread.seq;
    END IF;
    is_taken := o.taker IS NOT NULL AND NOT is_blocked AND o.due_ms IS NULL;
    is_ready_now := NOT is_taken AND NOT is_blocked AND o.due_ms IS NULL;
    INSERT INTO heddle.runs (run_id, thread_id, thread_seq, assistant_id, graph_id, status, is_active, is_ready, is_temporary,
      is_resumable, created_at, updated_at, not_before, attempt, worker_id, process_id, lease_until, multitask_strategy, given,
      thread_config, thread_metadata)
    VALUES (o.run_id, o.thread_id, thread.seq, o.assistant_id, o.graph_id,
      CASE WHEN is_taken THEN 'running' ELSE 'pending' END, true, is_ready_now, thread.is_temporary,
      o.resumable, o.created, now_iso, o.due_ms, CASE WHEN is_taken THEN 1 ELSE 0 END,
      CASE WHEN is_taken THEN o.taker END, CASE WHEN is_taken THEN of_process END,
      CASE WHEN is_taken THEN now_ms + o.lease_ms END, o.strategy, given[n], thread_config, thread_metadata);
    IF o.ttl_minutes IS NOT NULL AND NOT thread.is_temporary AND thread.ttl_minutes IS NULL THEN
      UPDATE heddle.threads t SET ttl_minutes = o.ttl_minutes, ttl_strategy = o.ttl_strategy,
        ttl_check_at = now_ms + ceil(o.ttl_minutes * 60000) WHERE t.seq = thread.seq;
    END IF;
    SELECT * INTO thread_id, checkpoint_ns, checkpoint_id, parent_id, head, metadata, channel_values, apart, own_writes, later_writes
    FROM heddle.read_checkpoint(CASE WHEN is_taken AND NOT is_new THEN o.thread_id END, '', NULL);
    outcome := 'accepted';
    RETURN NEXT;
  END LOOP;
  IF NOT is_durable THEN
    PERFORM set_config('synchronous_commit', 'off', true);
  END IF;
END $$;

-- Makes runs whose time has come due. One of them may be older than the run that was ready on its thread until now.
CREATE FUNCTION heddle.wake_due_runs(now_ms BIGINT) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  thread BIGINT;
BEGIN
  FOR thread IN SELECT t.seq FROM heddle.threads t
                WHERE t.seq IN (SELECT r.thread_seq FROM heddle.runs r WHERE r.not_before <= now_ms)
                FOR UPDATE SKIP LOCKED LOOP
    UPDATE heddle.runs SET not_before = NULL WHERE thread_seq = thread AND is_active AND not_before <= now_ms;
    UPDATE heddle.runs SET is_ready = false WHERE thread_seq = thread AND is_active AND status = 'pending' AND is_ready;
    PERFORM heddle.promote_next(thread);
  END LOOP;
END $$;

-- Gives ready runs to workers, the oldest first. Ready runs of threads that are locked are passed over; has_more says that
-- there is something left to come back for, next_due_ms when the next delayed run is due.
CREATE FUNCTION heddle.lease_runs(
  takers TEXT[], of_process INTEGER, leases_until BIGINT[], now_ms BIGINT, now_iso TEXT,
  OUT leased JSON, OUT has_more BOOLEAN, OUT next_due_ms BIGINT
) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  n INTEGER := 0;
  leased_runs BIGINT[] := '{}';
  run BIGINT;
  thread BIGINT;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT min(not_before) INTO next_due_ms FROM heddle.runs WHERE not_before IS NOT NULL;
  IF next_due_ms <= now_ms THEN
    PERFORM heddle.wake_due_runs(now_ms);
    SELECT min(not_before) INTO next_due_ms FROM heddle.runs WHERE not_before IS NOT NULL;
  END IF;
  WHILE n < cardinality(takers) LOOP
    SELECT r.seq, t.seq INTO run, thread FROM heddle.runs r JOIN heddle.threads t ON t.seq = r.thread_seq
    WHERE r.is_ready ORDER BY r.seq LIMIT 1 FOR UPDATE OF r, t SKIP LOCKED;
    EXIT WHEN NOT FOUND;
    n := n + 1;
    UPDATE heddle.runs SET status = 'running', is_ready = false, attempt = attempt + 1, worker_id = takers[n],
      process_id = of_process, lease_until = leases_until[n], updated_at = now_iso WHERE seq = run;
    UPDATE heddle.threads SET status = 'busy' WHERE seq = thread AND status <> 'busy';
    leased_runs := leased_runs || run;
  END LOOP;
  IF n > 0 THEN
    SELECT json_agg(r ORDER BY array_position(leased_runs, r.seq)) INTO leased FROM heddle.runs r WHERE r.seq = ANY (leased_runs);
  END IF;
  has_more := (SELECT r.seq FROM heddle.runs r WHERE r.is_ready ORDER BY r.seq LIMIT 1) IS NOT NULL;
END $$;
`;
