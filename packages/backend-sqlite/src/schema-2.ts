/** Persistence: what prune, leases and the store need beyond schema 1. */
export const SCHEMA_2 = `
CREATE INDEX checkpoints_of_run ON checkpoints (run_id) WHERE run_id IS NOT NULL;
`;
