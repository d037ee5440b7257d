/** Persistence: what prune, leases and the store need beyond schema 1. */
export const SCHEMA_2 = `
-- Which process has leased the run: it holds the advisory lock of this number while its connection that listens lives. Null for
-- a process that does not listen.
ALTER TABLE heddle.runs ADD COLUMN process_id INTEGER;
CREATE SEQUENCE heddle.process_ids AS INTEGER CYCLE;

CREATE INDEX checkpoints_of_run ON heddle.checkpoints (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX runs_of_assistant ON heddle.runs (assistant_id);

-- Minutes from the last touch on, and milliseconds of the epoch.
ALTER TABLE heddle.items ADD COLUMN ttl_minutes DOUBLE PRECISION;
ALTER TABLE heddle.items ADD COLUMN expires_at BIGINT;
CREATE INDEX items_expiring ON heddle.items (expires_at) WHERE expires_at IS NOT NULL;
-- The value for filters; see heddle.searchable.
ALTER TABLE heddle.items ADD COLUMN searchable JSONB GENERATED ALWAYS AS (heddle.searchable(value)) STORED;
CREATE INDEX items_by_value ON heddle.items USING gin (searchable jsonb_path_ops);
CREATE UNIQUE INDEX items_at_position ON heddle.items (position);
-- Embeddings of items, each of length 1.
CREATE TABLE heddle.item_vectors (
  position BIGINT NOT NULL REFERENCES heddle.items (position) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  dims INTEGER NOT NULL,
  embedding REAL[] NOT NULL,
  PRIMARY KEY (position, n)
);
`;
