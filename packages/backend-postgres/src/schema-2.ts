/** Persistence: what prune, leases and the store need beyond schema 1. */
export const SCHEMA_2 = `
-- Which process has leased the run: it holds the advisory lock of this number while its connection that listens lives. Null for
-- a process that does not listen.
ALTER TABLE heddle.runs ADD COLUMN process_id INTEGER;
CREATE SEQUENCE heddle.process_ids AS INTEGER CYCLE;

CREATE INDEX checkpoints_of_run ON heddle.checkpoints (run_id) WHERE run_id IS NOT NULL;
`;
