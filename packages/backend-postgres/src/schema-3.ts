/** The API: crons, time to live of threads, notes on runs. */
export const SCHEMA_3 = `
ALTER TABLE heddle.threads ADD COLUMN ttl_minutes DOUBLE PRECISION;
ALTER TABLE heddle.threads ADD COLUMN ttl_strategy TEXT;
-- When to look whether its time has passed, in milliseconds of the epoch: runs move that time, but not this one.
ALTER TABLE heddle.threads ADD COLUMN ttl_check_at BIGINT;
CREATE INDEX threads_by_ttl ON heddle.threads (ttl_check_at) WHERE ttl_check_at IS NOT NULL;

-- JSON that was added to the metadata after the run was created.
ALTER TABLE heddle.runs ADD COLUMN notes TEXT;

CREATE TABLE heddle.crons (
  seq BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cron_id TEXT COLLATE "C" NOT NULL UNIQUE,
  assistant_id TEXT COLLATE "C" NOT NULL REFERENCES heddle.assistants ON DELETE CASCADE,
  thread_id TEXT COLLATE "C" REFERENCES heddle.threads (thread_id) ON DELETE CASCADE,
  user_id TEXT,
  schedule TEXT NOT NULL,
  timezone TEXT,
  end_time TEXT COLLATE "C",
  enabled BOOLEAN NOT NULL,
  on_run_completed TEXT,
  missed_fires TEXT NOT NULL,
  payload TEXT NOT NULL,
  metadata JSONB NOT NULL,
  created_at TEXT COLLATE "C" NOT NULL,
  updated_at TEXT COLLATE "C" NOT NULL,
  next_run_at TEXT COLLATE "C",
  -- Milliseconds of the epoch.
  claimed_until BIGINT
);
CREATE INDEX crons_due ON heddle.crons (next_run_at) WHERE enabled AND next_run_at IS NOT NULL;
CREATE INDEX crons_of_assistant ON heddle.crons (assistant_id);
CREATE INDEX crons_of_thread ON heddle.crons (thread_id) WHERE thread_id IS NOT NULL;
CREATE TABLE heddle.cron_fires (
  seq BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cron_seq BIGINT NOT NULL REFERENCES heddle.crons ON DELETE CASCADE,
  due_at TEXT NOT NULL,
  fired_at TEXT NOT NULL,
  status TEXT NOT NULL,
  is_manual BOOLEAN NOT NULL,
  run_id TEXT,
  thread_id TEXT,
  message TEXT
);
CREATE INDEX cron_fires_of_cron ON heddle.cron_fires (cron_seq, seq);
`;
