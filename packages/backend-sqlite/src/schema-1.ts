/**
 * The first schema. JSON is kept as text. Partial indexes hold only what is alive, so that a million finished runs cost the
 * queue nothing.
 */
export const SCHEMA_1 = `
CREATE TABLE assistants (
  assistant_id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  graph_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  config TEXT NOT NULL,
  context TEXT NOT NULL,
  metadata TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);
CREATE TABLE assistant_versions (
  assistant_id TEXT NOT NULL REFERENCES assistants ON DELETE CASCADE,
  version INTEGER NOT NULL,
  graph_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  config TEXT NOT NULL,
  context TEXT NOT NULL,
  metadata TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (assistant_id, version)
) WITHOUT ROWID;

CREATE TABLE threads (
  thread_id TEXT NOT NULL PRIMARY KEY,
  -- Of a stateless run, removed at its end and never found by searches.
  is_temporary INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL,
  -- The status when no run is pending or running.
  resting_status TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  state_updated_at TEXT NOT NULL,
  metadata TEXT NOT NULL,
  config TEXT NOT NULL
);
CREATE INDEX threads_by_creation ON threads (created_at, thread_id) WHERE is_temporary = 0;
CREATE INDEX threads_by_update ON threads (updated_at, thread_id) WHERE is_temporary = 0;
-- Apart from threads, so that searches do not read past large values.
CREATE TABLE thread_states (
  thread_id TEXT NOT NULL PRIMARY KEY REFERENCES threads ON DELETE CASCADE,
  values_json TEXT,
  interrupts TEXT NOT NULL,
  error TEXT
);
-- One row per scalar at the top of a thread's metadata. value is JSON text.
CREATE TABLE thread_metadata (
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  thread_id TEXT NOT NULL,
  PRIMARY KEY (key, value, thread_id)
) WITHOUT ROWID;

CREATE TABLE runs (
  -- Order of creation.
  seq INTEGER NOT NULL PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  thread_id TEXT NOT NULL,
  assistant_id TEXT NOT NULL,
  graph_id TEXT NOT NULL,
  status TEXT NOT NULL,
  -- Pending or running.
  is_active INTEGER NOT NULL,
  -- Pending, due, the oldest such run of its thread, and no run of the thread is running.
  is_ready INTEGER NOT NULL,
  is_temporary INTEGER NOT NULL,
  is_resumable INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  -- Milliseconds of the epoch, as lease_until; null once due.
  not_before INTEGER,
  attempt INTEGER NOT NULL,
  -- How many of the attempts were handed back.
  released INTEGER NOT NULL DEFAULT 0,
  worker_id TEXT,
  lease_until INTEGER,
  cancel_action TEXT,
  -- When the run ended, while its events may be trimmed.
  trim_after TEXT,
  multitask_strategy TEXT NOT NULL,
  metadata TEXT NOT NULL,
  kwargs TEXT NOT NULL
);
CREATE INDEX runs_of_thread ON runs (thread_id);
CREATE INDEX runs_active ON runs (thread_id, status) WHERE is_active = 1;
CREATE INDEX runs_ready ON runs (is_ready) WHERE is_ready = 1;
CREATE INDEX runs_delayed ON runs (not_before) WHERE not_before IS NOT NULL;
CREATE INDEX runs_leased ON runs (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX runs_retried ON runs (attempt) WHERE is_active = 1 AND status = 'pending' AND attempt > 0;
CREATE INDEX runs_to_trim ON runs (trim_after) WHERE trim_after IS NOT NULL;

CREATE TABLE events (
  run_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  event TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) WITHOUT ROWID;

CREATE TABLE checkpoints (
  thread_id TEXT NOT NULL,
  checkpoint_ns TEXT NOT NULL,
  checkpoint_id TEXT NOT NULL,
  parent_id TEXT,
  run_id TEXT,
  -- All of the checkpoint but its channel values.
  head TEXT NOT NULL,
  metadata TEXT NOT NULL,
  -- Channel → serialized value, or where it is stored: [value_id, length, 1 for a list].
  channel_values TEXT NOT NULL,
  PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id)
);
CREATE TABLE checkpoint_writes (
  thread_id TEXT NOT NULL,
  checkpoint_ns TEXT NOT NULL,
  checkpoint_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  idx INTEGER NOT NULL,
  task_path TEXT NOT NULL,
  channel TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id, task_id, idx)
) WITHOUT ROWID;
-- Large channel values. The text of a value is that of its pieces, in their order, up to the length a checkpoint names.
CREATE TABLE channel_values (
  value_id INTEGER NOT NULL,
  start INTEGER NOT NULL,
  -- The thread that wrote it; copies of the thread share it.
  family TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (value_id, start)
);
CREATE INDEX channel_values_of_family ON channel_values (family);
-- Threads that were copied or are copies. Without a row a thread is a family of its own, named by its id.
CREATE TABLE checkpoint_families (
  thread_id TEXT NOT NULL PRIMARY KEY,
  family TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX threads_of_family ON checkpoint_families (family);

CREATE TABLE items (
  -- Labels, each followed by a dot.
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- Greater with each change of any item.
  change INTEGER NOT NULL,
  PRIMARY KEY (namespace, key)
);
`;
