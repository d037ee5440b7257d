// API keys beside a running server
export { openSqliteApiKeys } from "./api-keys.ts";
// The whole
export type { ConnectionOptions } from "./connection.ts";
export { openSqliteBackend, type SqliteBackendOptions } from "./open-sqlite-backend.ts";
// To be carried to another database
export { readTables } from "./read-tables.ts";
// Checkpoints alone, for a graph without a server
export { SqliteSaver, type SqliteSaverOptions } from "./sqlite-saver.ts";
// Long-term memory alone, likewise
export { SqliteStore, type SqliteStoreOptions } from "./sqlite-store.ts";
