import type { RunListeners } from "@heddle/backend";
import type { CheckpointTables } from "./checkpoint-tables.ts";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";
import type { Transaction } from "./group-commit.ts";
import type { Leases } from "./leases.ts";
import type { ReadyCount } from "./ready-count.ts";

/** What the parts of a backend share. */
export interface BackendParts {
  connection: Connection;
  checkpoints: CheckpointTables;
  leases: Leases;
  listeners: RunListeners;
}

/** What a transaction of the queue works on: tables, and what is kept in memory beside them. */
export interface QueueTables {
  database: Database;
  checkpoints: CheckpointTables;
  leases: Leases;
  ready: ReadyCount;
  transaction: Transaction;
  now: Date;
}
