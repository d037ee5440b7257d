/** How runs end, as functions of the database; see QUEUE_FUNCTIONS for the rules they keep. */
export const END_FUNCTIONS = `
-- A NewWebhookDelivery. Its payload is JSON in TEXT, which comes back as it was.
CREATE FUNCTION heddle.insert_delivery(delivery JSON) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO heddle.webhook_deliveries (delivery_id, run_id, thread_id, url, payload, created_at, due_at, status)
  VALUES (delivery ->> 'deliveryId', delivery ->> 'runId', delivery ->> 'threadId', delivery ->> 'url',
    delivery ->> 'payload', delivery ->> 'createdAt', delivery ->> 'createdAt', 'pending');
END $$;

-- See RunQueue.settle, for many runs at once.
CREATE FUNCTION heddle.settle_runs(settlements JSON, values_texts TEXT[], now_iso TEXT) RETURNS TABLE (is_settled BOOLEAN, is_ready_now BOOLEAN, is_locked BOOLEAN)
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  s RECORD;
  run heddle.runs;
  can_wait BOOLEAN := json_array_length(settlements) = 1;
  n INTEGER := 0;
  values_text TEXT;
BEGIN
  FOR s IN SELECT * FROM json_to_recordset(settlements) AS settlement(
    run_id TEXT, worker TEXT, attempt INTEGER, status TEXT, thread_status TEXT, has_values BOOLEAN, interrupts TEXT, error TEXT,
    log JSON, delivery JSON
  ) LOOP
    is_settled := false; is_ready_now := false;
    n := n + s.has_values::integer;
    values_text := CASE WHEN s.has_values THEN values_texts[n] END;
    is_locked := NOT heddle.lock_thread_of(s.run_id, can_wait);
    IF NOT is_locked THEN
      SELECT * INTO run FROM heddle.runs
      WHERE run_id = s.run_id AND status = 'running' AND attempt = s.attempt AND worker_id = s.worker FOR UPDATE;
      is_settled := FOUND;
    END IF;
    IF is_settled AND run.cancel_action = 'rollback' THEN
      -- The thread's values are only written here, so those from before the run are still in place.
      PERFORM heddle.cancel_at_rest(run.seq, 'rollback', now_iso);
      is_ready_now := true;
    ELSIF is_settled THEN
      PERFORM heddle.mark_ended(run.seq, s.status, now_iso);
      IF s.log IS NOT NULL THEN
        PERFORM heddle.insert_events(s.log);
      END IF;
      IF s.delivery IS NOT NULL THEN
        PERFORM heddle.insert_delivery(s.delivery);
      END IF;
      is_ready_now := heddle.write_outcome(run.thread_seq, run.is_temporary, s.thread_status, values_text, s.interrupts, s.error, now_iso);
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;

-- See RunQueue.release. True when the run ended, because it was cancelled meanwhile.
CREATE FUNCTION heddle.release_run(of_run TEXT, of_worker TEXT, of_attempt INTEGER, now_iso TEXT) RETURNS BOOLEAN
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  run heddle.runs;
BEGIN
  PERFORM heddle.lock_thread_of(of_run, true);
  SELECT * INTO run FROM heddle.runs
  WHERE run_id = of_run AND status = 'running' AND attempt = of_attempt AND worker_id = of_worker FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  ELSIF run.cancel_action IS NOT NULL THEN
    PERFORM heddle.cancel_at_rest(run.seq, run.cancel_action, now_iso);
    RETURN true;
  END IF;
  UPDATE heddle.runs SET status = 'pending', worker_id = NULL, process_id = NULL, lease_until = NULL, released = released + 1, updated_at = now_iso
  WHERE seq = run.seq;
  PERFORM heddle.promote_next(run.thread_seq);
  RETURN false;
END $$;

-- See RunQueue.cancel. The action is that which stands.
CREATE FUNCTION heddle.cancel_runs(run_ids TEXT[], wanted TEXT, now_iso TEXT)
RETURNS TABLE (run_id TEXT, outcome TEXT, action TEXT) LANGUAGE plpgsql SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  id TEXT;
  run heddle.runs;
  locked BIGINT[];
BEGIN
  -- All threads first, in one order, so that two such calls never wait for each other. Runs that come later are unknown here.
  locked := ARRAY(
    SELECT t.seq FROM heddle.threads t WHERE t.seq IN (SELECT r.thread_seq FROM heddle.runs r WHERE r.run_id = ANY (run_ids))
    ORDER BY t.seq FOR UPDATE);
  FOREACH id IN ARRAY run_ids LOOP
    -- A temporary thread is gone when its run has ended.
    SELECT * INTO run FROM heddle.runs r WHERE r.run_id = id AND (NOT r.is_active OR r.thread_seq = ANY (locked));
    CONTINUE WHEN NOT FOUND;
    IF NOT run.is_active THEN
      RETURN QUERY SELECT id, 'ended', wanted;
    ELSIF run.status = 'pending' THEN
      PERFORM heddle.cancel_at_rest(run.seq, wanted, now_iso);
      RETURN QUERY SELECT id, 'cancelled', wanted;
    ELSE
      UPDATE heddle.runs SET cancel_action = coalesce(cancel_action, wanted) WHERE seq = run.seq;
      RETURN QUERY SELECT id, 'cancelling', coalesce(run.cancel_action, wanted);
    END IF;
  END LOOP;
END $$;

-- The lock of a process; its second part is the number of the process.
CREATE FUNCTION heddle.process_lock() RETURNS INTEGER LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN hashtext('heddle_channel');
END $$;

-- Gives the session that calls a new process number, whose lock it holds until it ends. What the process holds under its former
-- number, which has died with its session, and nobody has taken from it yet, is its own again.
CREATE FUNCTION heddle.begin_process(former INTEGER) RETURNS INTEGER LANGUAGE plpgsql AS $$
DECLARE
  new_id INTEGER := nextval('heddle.process_ids');
BEGIN
  PERFORM pg_advisory_lock(heddle.process_lock(), new_id);
  UPDATE heddle.runs SET process_id = new_id WHERE lease_until IS NOT NULL AND process_id = former;
  RETURN new_id;
END $$;

-- Whether a process beside this one lives.
CREATE FUNCTION heddle.has_other_processes(own INTEGER) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM heddle.live_processes() AS live WHERE live <> own);
END $$;

CREATE FUNCTION heddle.live_processes() RETURNS SETOF INTEGER LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT l.objid::bigint::integer FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
      AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
      AND l.classid::bigint = heddle.process_lock()::bigint & 4294967295;
END $$;

-- Processes that hold runs and are dead. After a start of the server all seem to be, until they have come back.
CREATE FUNCTION heddle.dead_processes() RETURNS INTEGER[] LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  holders INTEGER[];
BEGIN
  SELECT array_agg(DISTINCT process_id) INTO holders FROM heddle.runs WHERE lease_until IS NOT NULL AND process_id IS NOT NULL;
  IF holders IS NULL OR clock_timestamp() - pg_postmaster_start_time() < interval '3 seconds' THEN
    RETURN '{}';
  END IF;
  RETURN ARRAY(SELECT unnest(holders) EXCEPT SELECT heddle.live_processes());
END $$;

-- See RunQueue.sweep. Threads at which someone works just now are left to the next sweep. suspects were dead at the last sweep;
-- null when the process cannot tell, because its own connection was broken.
CREATE FUNCTION heddle.sweep_runs(max_attempts INTEGER, message TEXT, suspects INTEGER[], now_ms BIGINT, now_iso TEXT,
  OUT ended TEXT[], OUT records JSON, OUT is_changed BOOLEAN, OUT dead INTEGER[]) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  thread BIGINT;
  run heddle.runs;
  lost INTEGER[] := '{}';
BEGIN
  ended := '{}'; dead := '{}'; is_changed := false;
  IF suspects IS NOT NULL THEN
    dead := heddle.dead_processes();
    lost := ARRAY(SELECT unnest(dead) INTERSECT SELECT unnest(suspects));
  END IF;
  FOR thread IN
    SELECT t.seq FROM heddle.threads t WHERE t.seq IN (
      SELECT r.thread_seq FROM heddle.runs r WHERE r.lease_until <= now_ms
      UNION SELECT r.thread_seq FROM heddle.runs r WHERE r.lease_until IS NOT NULL AND r.process_id = ANY (lost)
      UNION SELECT r.thread_seq FROM heddle.runs r
      WHERE r.is_active AND r.status = 'pending' AND r.attempt > 0 AND r.attempt - r.released >= max_attempts)
    ORDER BY t.seq FOR UPDATE SKIP LOCKED
  LOOP
    is_changed := true;
    FOR run IN SELECT * FROM heddle.runs r WHERE r.thread_seq = thread AND r.is_active
                 AND (r.lease_until <= now_ms OR r.process_id = ANY (lost) OR r.status = 'pending') ORDER BY r.seq LOOP
      IF run.status = 'running' AND run.cancel_action IS NOT NULL THEN
        PERFORM heddle.cancel_at_rest(run.seq, run.cancel_action, now_iso);
        ended := ended || run.run_id;
      ELSIF run.attempt > 0 AND run.attempt - run.released >= max_attempts THEN
        PERFORM heddle.mark_ended(run.seq, 'error', now_iso);
        PERFORM heddle.write_outcome(thread, run.is_temporary, 'error', NULL, '{}',
          json_build_object('error', 'MaxAttemptsError', 'message', format(message, run.run_id))::text, now_iso);
        ended := ended || run.run_id;
      ELSIF run.status = 'running' THEN
        UPDATE heddle.runs SET status = 'pending', worker_id = NULL, process_id = NULL, lease_until = NULL, updated_at = now_iso WHERE seq = run.seq;
        PERFORM heddle.promote_next(thread);
      END IF;
    END LOOP;
  END LOOP;
  SELECT json_agg(r ORDER BY r.seq) INTO records FROM heddle.runs r WHERE r.run_id = ANY (ended);
END $$;

-- See Runs.delete.
CREATE FUNCTION heddle.delete_run(of_run TEXT, now_iso TEXT) RETURNS BOOLEAN LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  run heddle.runs;
BEGIN
  PERFORM heddle.lock_thread_of(of_run, true);
  SELECT * INTO run FROM heddle.runs WHERE run_id = of_run FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM heddle.remove_run(run.seq);
  IF run.is_active THEN
    PERFORM heddle.rest_thread(run.thread_seq, run.is_temporary, now_iso);
  END IF;
  RETURN true;
END $$;

-- See Assistants.delete. Returns the runs that were active, or null when the assistant is unknown.
CREATE FUNCTION heddle.delete_assistant(of_assistant TEXT, delete_threads BOOLEAN, now_iso TEXT) RETURNS TEXT[]
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  removed TEXT[] := '{}';
  thread BIGINT;
  locked BIGINT[];
  run heddle.runs;
BEGIN
  DELETE FROM heddle.assistants WHERE assistant_id = of_assistant;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  locked := ARRAY(SELECT t.seq FROM heddle.threads t WHERE t.seq IN (
    SELECT r.thread_seq FROM heddle.runs r WHERE r.assistant_id = of_assistant AND r.is_active
    UNION SELECT n.seq FROM heddle.threads n
    WHERE delete_threads AND NOT n.is_temporary AND n.metadata @> jsonb_build_object('assistant_id', of_assistant))
  ORDER BY t.seq FOR UPDATE);
  IF delete_threads THEN
    FOR thread IN SELECT t.seq FROM heddle.threads t
                  WHERE t.seq = ANY (locked) AND NOT t.is_temporary AND t.metadata @> jsonb_build_object('assistant_id', of_assistant) LOOP
      removed := removed || heddle.remove_thread(thread);
    END LOOP;
  END IF;
  DELETE FROM heddle.events WHERE run_seq IN (SELECT seq FROM heddle.runs WHERE assistant_id = of_assistant);
  FOR run IN DELETE FROM heddle.runs WHERE assistant_id = of_assistant AND (NOT is_active OR thread_seq = ANY (locked))
             RETURNING * LOOP
    IF run.is_active THEN
      removed := removed || run.run_id;
      PERFORM heddle.rest_thread(run.thread_seq, run.is_temporary, now_iso);
    END IF;
  END LOOP;
  RETURN removed;
END $$;
`;
