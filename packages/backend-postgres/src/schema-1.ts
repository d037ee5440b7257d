/**
 * The first schema. `heddle.` stands for the schema the user has chosen (see Database).
 *
 * What must come back as it was written is JSON in TEXT: jsonb knows no \u0000 and sorts keys. Only what is searched or merged
 * in SQL is jsonb. Texts that are compared have the collation "C", so that their order is that of the program.
 *
 * All refers to the number of a row (`seq`), which grows: what is written together lies together in the indexes. Partial
 * indexes hold only what is alive, so that a million finished runs cost the queue nothing.
 */
export const SCHEMA_1 = `
CREATE TABLE heddle.assistants (
  assistant_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  graph_id TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  -- Folded by the program, whose alphabet does not depend on the locale of the database.
  name_folded TEXT COLLATE "C" NOT NULL,
  description TEXT,
  config TEXT NOT NULL,
  context TEXT NOT NULL,
  metadata JSONB NOT NULL,
  created_at TEXT COLLATE "C" NOT NULL,
  updated_at TEXT COLLATE "C" NOT NULL
);
CREATE TABLE heddle.assistant_versions (
  assistant_id TEXT COLLATE "C" NOT NULL REFERENCES heddle.assistants ON DELETE CASCADE,
  version INTEGER NOT NULL,
  graph_id TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  name_folded TEXT COLLATE "C" NOT NULL,
  description TEXT,
  config TEXT NOT NULL,
  context TEXT NOT NULL,
  metadata JSONB NOT NULL,
  created_at TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (assistant_id, version)
);

CREATE TABLE heddle.threads (
  seq BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  thread_id TEXT COLLATE "C" NOT NULL UNIQUE,
  -- Of a stateless run, removed at its end and never found by searches.
  is_temporary BOOLEAN NOT NULL DEFAULT false,
  status TEXT NOT NULL,
  -- The status when no run is pending or running.
  resting_status TEXT NOT NULL,
  created_at TEXT COLLATE "C" NOT NULL,
  updated_at TEXT COLLATE "C" NOT NULL,
  state_updated_at TEXT COLLATE "C" NOT NULL,
  metadata JSONB NOT NULL,
  config JSONB NOT NULL,
  values_json TEXT,
  interrupts TEXT NOT NULL DEFAULT '{}',
  error TEXT
  -- Room on each page: a run changes status and times of its thread twice, none of which is indexed.
) WITH (fillfactor = 80);
CREATE INDEX threads_by_creation ON heddle.threads (created_at, thread_id) WHERE NOT is_temporary;
CREATE INDEX threads_by_metadata ON heddle.threads USING gin (metadata jsonb_path_ops) WHERE NOT is_temporary;

CREATE TABLE heddle.runs (
  -- Order of creation.
  seq BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id TEXT COLLATE "C" NOT NULL UNIQUE,
  thread_id TEXT COLLATE "C" NOT NULL,
  thread_seq BIGINT NOT NULL,
  assistant_id TEXT COLLATE "C" NOT NULL,
  graph_id TEXT COLLATE "C" NOT NULL,
  status TEXT NOT NULL,
  -- Pending or running.
  is_active BOOLEAN NOT NULL,
  -- Pending, due, the oldest such run of its thread, and no run of the thread is running.
  is_ready BOOLEAN NOT NULL,
  is_temporary BOOLEAN NOT NULL,
  is_resumable BOOLEAN NOT NULL,
  created_at TEXT COLLATE "C" NOT NULL,
  updated_at TEXT COLLATE "C" NOT NULL,
  -- Milliseconds of the epoch, as lease_until; null once due.
  not_before BIGINT,
  attempt INTEGER NOT NULL,
  -- How many of the attempts were handed back.
  released INTEGER NOT NULL DEFAULT 0,
  worker_id TEXT,
  lease_until BIGINT,
  cancel_action TEXT,
  -- When the run ended, while its events may be trimmed.
  trim_after TEXT COLLATE "C",
  multitask_strategy TEXT NOT NULL,
  -- What the run was given, and the thread's config and metadata at that time; merged when it is read.
  given TEXT NOT NULL,
  thread_config TEXT,
  thread_metadata TEXT
);
CREATE INDEX runs_of_thread ON heddle.runs (thread_seq);
CREATE INDEX runs_active ON heddle.runs (thread_seq) WHERE is_active;
CREATE INDEX runs_ready ON heddle.runs (seq) WHERE is_ready;
CREATE INDEX runs_delayed ON heddle.runs (not_before) WHERE not_before IS NOT NULL;
CREATE INDEX runs_leased ON heddle.runs (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX runs_retried ON heddle.runs (attempt) WHERE is_active AND status = 'pending' AND attempt > 0;
CREATE INDEX runs_to_trim ON heddle.runs (trim_after) WHERE trim_after IS NOT NULL;

CREATE TABLE heddle.events (
  run_seq BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  event TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (run_seq, seq)
);

-- Threads that have checkpoints. Copies of a thread share the values of its family; the values go with the last member.
CREATE TABLE heddle.checkpoint_threads (
  seq BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  thread_id TEXT COLLATE "C" NOT NULL UNIQUE,
  -- seq of the thread that was copied first. Null for a thread that has no copies: a family of its own, named by its seq.
  family BIGINT
);
CREATE INDEX checkpoint_threads_of_family ON heddle.checkpoint_threads (family) WHERE family IS NOT NULL;
CREATE TABLE heddle.checkpoints (
  thread_seq BIGINT NOT NULL,
  checkpoint_ns TEXT COLLATE "C" NOT NULL,
  checkpoint_id TEXT COLLATE "C" NOT NULL,
  parent_id TEXT,
  run_id TEXT,
  -- All of the checkpoint but its channel values.
  head TEXT NOT NULL,
  metadata TEXT NOT NULL,
  -- Channel → serialized value, or where it is stored: [value_id, length, 1 for a list].
  channel_values TEXT NOT NULL,
  -- The same places, in their order.
  value_ids BIGINT[] NOT NULL,
  value_lengths INTEGER[] NOT NULL,
  PRIMARY KEY (thread_seq, checkpoint_ns, checkpoint_id)
);
CREATE TABLE heddle.checkpoint_writes (
  thread_seq BIGINT NOT NULL,
  checkpoint_ns TEXT COLLATE "C" NOT NULL,
  checkpoint_id TEXT COLLATE "C" NOT NULL,
  task_id TEXT COLLATE "C" NOT NULL,
  idx INTEGER NOT NULL,
  task_path TEXT COLLATE "C" NOT NULL,
  channel TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (thread_seq, checkpoint_ns, checkpoint_id, task_id, idx)
);
-- Processes take value ids a thousand at a time.
CREATE SEQUENCE heddle.value_id_blocks;
-- Large channel values. The text of a value is that of its pieces, in their order, up to the length a checkpoint names.
-- Lengths are counted as in JavaScript.
CREATE TABLE heddle.channel_values (
  value_id BIGINT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  family BIGINT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (value_id, starts_at)
);
CREATE INDEX channel_values_of_family ON heddle.channel_values (family);

CREATE TABLE heddle.items (
  -- Labels, each followed by a dot.
  namespace TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  value TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  -- Order of first writing.
  position BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (namespace, key)
);

-- A value for searches: jsonb where the text allows it, else with \\u0000 and broken surrogates made readable.
CREATE FUNCTION heddle.searchable(given TEXT) RETURNS JSONB LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN given::jsonb;
EXCEPTION WHEN OTHERS THEN
  BEGIN
    RETURN regexp_replace(given, '\\\\u(0000|d[89a-f][0-9a-f]{2})', '\\\\ufffd', 'gi')::jsonb;
  EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
  END;
END $$;
`;
