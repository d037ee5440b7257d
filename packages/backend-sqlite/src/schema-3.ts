/** The API: crons, time to live of threads, notes on runs. */
export const SCHEMA_3 = `
ALTER TABLE threads ADD COLUMN ttl_minutes REAL;
ALTER TABLE threads ADD COLUMN ttl_strategy TEXT;
-- When to look whether its time has passed, in milliseconds of the epoch: runs move that time, but not this one.
ALTER TABLE threads ADD COLUMN ttl_check_at INTEGER;
CREATE INDEX threads_by_ttl ON threads (ttl_check_at) WHERE ttl_check_at IS NOT NULL;

-- JSON that was added to the metadata after the run was created.
ALTER TABLE runs ADD COLUMN notes TEXT;

CREATE TABLE crons (
  seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  cron_id TEXT NOT NULL UNIQUE,
  assistant_id TEXT NOT NULL REFERENCES assistants ON DELETE CASCADE,
  thread_id TEXT REFERENCES threads (thread_id) ON DELETE CASCADE,
  user_id TEXT,
  schedule TEXT NOT NULL,
  timezone TEXT,
  end_time TEXT,
  enabled INTEGER NOT NULL,
  on_run_completed TEXT,
  missed_fires TEXT NOT NULL,
  payload TEXT NOT NULL,
  metadata TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  next_run_at TEXT,
  -- Milliseconds of the epoch.
  claimed_until INTEGER
);
CREATE INDEX crons_due ON crons (next_run_at) WHERE enabled = 1 AND next_run_at IS NOT NULL;
CREATE INDEX crons_of_assistant ON crons (assistant_id);
CREATE INDEX crons_of_thread ON crons (thread_id) WHERE thread_id IS NOT NULL;
CREATE TABLE cron_fires (
  seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  cron_seq INTEGER NOT NULL REFERENCES crons ON DELETE CASCADE,
  due_at TEXT NOT NULL,
  fired_at TEXT NOT NULL,
  status TEXT NOT NULL,
  is_manual INTEGER NOT NULL,
  run_id TEXT,
  thread_id TEXT,
  message TEXT
);
CREATE INDEX cron_fires_of_cron ON cron_fires (cron_seq, seq);
`;
