/**
 * The first schema. JSON is kept as text.
 *
 * Ids given from outside are random, and each index on one costs a page of its own per row and commit. So they are indexed
 * once, and all else refers to the number of the row (`seq`), which grows: what is written together lies together.
 * AUTOINCREMENT where a number must never come again, because rows that refer to it outlive it.
 *
 * Partial indexes hold only what is alive, so that a million finished runs cost the queue nothing.
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
  seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  thread_id TEXT NOT NULL UNIQUE,
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
  seq INTEGER NOT NULL PRIMARY KEY REFERENCES threads ON DELETE CASCADE,
  values_json TEXT,
  interrupts TEXT NOT NULL,
  error TEXT
);
-- One row per scalar at the top of a thread's metadata. value is JSON text.
CREATE TABLE thread_metadata (
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (key, value, seq)
) WITHOUT ROWID;

CREATE TABLE runs (
  -- Order of creation.
  seq INTEGER NOT NULL PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  thread_id TEXT NOT NULL,
  thread_seq INTEGER NOT NULL,
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
CREATE INDEX runs_of_thread ON runs (thread_seq);
CREATE INDEX runs_active ON runs (thread_seq, status) WHERE is_active = 1;
CREATE INDEX runs_ready ON runs (is_ready) WHERE is_ready = 1;
CREATE INDEX runs_delayed ON runs (not_before) WHERE not_before IS NOT NULL;
CREATE INDEX runs_leased ON runs (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX runs_retried ON runs (attempt) WHERE is_active = 1 AND status = 'pending' AND attempt > 0;
CREATE INDEX runs_to_trim ON runs (trim_after) WHERE trim_after IS NOT NULL;

CREATE TABLE events (
  run_seq INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  event TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (run_seq, seq)
) WITHOUT ROWID;

-- Threads that have checkpoints. Copies of a thread share the values of its family; the values go with the last member.
CREATE TABLE checkpoint_threads (
  seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  thread_id TEXT NOT NULL UNIQUE,
  -- seq of the thread that was copied first. Null for a thread that has no copies: a family of its own, named by its seq.
  family INTEGER
);
CREATE INDEX checkpoint_threads_of_family ON checkpoint_threads (family) WHERE family IS NOT NULL;
CREATE TABLE checkpoints (
  thread_seq INTEGER NOT NULL,
  checkpoint_ns TEXT NOT NULL,
  checkpoint_id TEXT NOT NULL,
  parent_id TEXT,
  run_id TEXT,
  -- All of the checkpoint but its channel values.
  head TEXT NOT NULL,
  metadata TEXT NOT NULL,
  -- Channel → serialized value, or where it is stored: [value_id, length, 1 for a list].
  channel_values TEXT NOT NULL,
  PRIMARY KEY (thread_seq, checkpoint_ns, checkpoint_id)
);
CREATE TABLE checkpoint_writes (
  thread_seq INTEGER NOT NULL,
  checkpoint_ns TEXT NOT NULL,
  checkpoint_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  idx INTEGER NOT NULL,
  task_path TEXT NOT NULL,
  channel TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (thread_seq, checkpoint_ns, checkpoint_id, task_id, idx)
) WITHOUT ROWID;
-- Large channel values. The text of a value is that of its pieces, in their order, up to the length a checkpoint names.
CREATE TABLE channel_values (
  value_id INTEGER NOT NULL,
  start INTEGER NOT NULL,
  family INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (value_id, start)
);
CREATE INDEX channel_values_of_family ON channel_values (family);

CREATE TABLE items (
  -- Labels, each followed by a dot.
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- Greater with each item that is new.
  position INTEGER NOT NULL,
  PRIMARY KEY (namespace, key)
);
CREATE INDEX items_by_position ON items (position);
`;
