/** Crons as functions of the database, one round trip each. */
export const CRON_FUNCTIONS = `
-- See Crons.noteFire. With is_due the cron is moved on, if it still is due for that time.
CREATE FUNCTION heddle.note_fire(
  of_cron TEXT, fire JSON, is_due BOOLEAN, next_at TEXT, most_fires INTEGER
) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
  cron BIGINT;
BEGIN
  IF is_due THEN
    UPDATE heddle.crons SET next_run_at = next_at, claimed_until = NULL
    WHERE cron_id = of_cron AND next_run_at = fire ->> 'dueAt' RETURNING seq INTO cron;
  ELSE
    SELECT seq INTO cron FROM heddle.crons WHERE cron_id = of_cron FOR UPDATE;
  END IF;
  IF cron IS NULL THEN
    RETURN false;
  END IF;
  INSERT INTO heddle.cron_fires (cron_seq, due_at, fired_at, status, is_manual, run_id, thread_id, message)
  VALUES (cron, fire ->> 'dueAt', fire ->> 'firedAt', fire ->> 'status', (fire ->> 'isManual')::boolean,
    fire ->> 'runId', fire ->> 'threadId', fire ->> 'message');
  DELETE FROM heddle.cron_fires f WHERE f.cron_seq = cron
    AND f.seq <= (SELECT o.seq FROM heddle.cron_fires o WHERE o.cron_seq = cron ORDER BY o.seq DESC LIMIT 1 OFFSET most_fires);
  RETURN true;
END $$;
`;
