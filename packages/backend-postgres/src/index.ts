// The whole
export type { DatabaseOptions } from "./database.ts";
// From elsewhere
export { type ImportedCheckpoints, type ImportOfficialOptions, importOfficialCheckpoints } from "./import-official.ts";
export { type ImportedTables, importTables } from "./import-tables.ts";
export type { OpenDatabaseOptions } from "./open-database.ts";
export { openPostgresBackend, type PostgresBackendOptions } from "./open-postgres-backend.ts";
// Checkpoints alone, for a graph without a server
export { PostgresSaver, type PostgresSaverOptions } from "./postgres-saver.ts";
// Long-term memory alone, likewise
export { PostgresStore, type PostgresStoreOptions } from "./postgres-store.ts";
