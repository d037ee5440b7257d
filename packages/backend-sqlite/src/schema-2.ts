/** Persistence: what prune, leases and the store need beyond schema 1. */
export const SCHEMA_2 = `
CREATE INDEX checkpoints_of_run ON checkpoints (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX runs_of_assistant ON runs (assistant_id);

-- Minutes from the last touch on, and milliseconds of the epoch.
ALTER TABLE items ADD COLUMN ttl_minutes REAL;
ALTER TABLE items ADD COLUMN expires_at INTEGER;
CREATE INDEX items_expiring ON items (expires_at) WHERE expires_at IS NOT NULL;
DROP INDEX items_by_position;
CREATE UNIQUE INDEX items_at_position ON items (position);
-- Embeddings of items, each of length 1, as libsql's vector functions take them.
CREATE TABLE item_vectors (
  position INTEGER NOT NULL REFERENCES items (position) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  dims INTEGER NOT NULL,
  embedding BLOB NOT NULL,
  PRIMARY KEY (position, n)
) WITHOUT ROWID;
`;
