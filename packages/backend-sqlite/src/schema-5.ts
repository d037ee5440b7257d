/** Leases live in the memory of the process that holds the file. */
export const SCHEMA_5 = `
DROP INDEX runs_leased;
ALTER TABLE runs DROP COLUMN lease_until;
ALTER TABLE runs DROP COLUMN worker_id;
`;
