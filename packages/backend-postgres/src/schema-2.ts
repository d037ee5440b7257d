/** Persistence: what prune, leases and the store need beyond schema 1. */
export const SCHEMA_2 = "";
