import type { Backend, Lease, StoreSettings } from "@heddle/backend";
import { RunListeners } from "@heddle/backend";
import type { CheckpointStorage, Serializer } from "@heddle/checkpoint";
import { SqliteApiKeys } from "./api-keys.ts";
import { SqliteAssistants } from "./assistants.ts";
import { CheckpointTables } from "./checkpoint-tables.ts";
import { SqliteCheckpointer } from "./checkpointer.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { SqliteCrons } from "./crons.ts";
import { SqliteEventLog } from "./event-log.ts";
import { SqliteItems } from "./items.ts";
import { Leases } from "./leases.ts";
import { SqliteRunQueue } from "./run-queue.ts";
import { SqliteRuns } from "./runs.ts";
import { SqliteThreads } from "./threads.ts";
import { SqliteWebhooks } from "./webhooks.ts";

export interface SqliteBackendOptions extends ConnectionOptions {
  store?: StoreSettings | undefined;
}

/**
 * Opens the embedded backend: one SQLite file, held by this process until it is closed. Runs which a dead process left
 * running are pending again.
 *
 * @example
 * await using backend = await openSqliteBackend({ file: ".heddle/heddle.db" });
 */
export async function openSqliteBackend({ store = {}, ...options }: SqliteBackendOptions): Promise<Backend> {
  const connection = Connection.open(options);
  const checkpoints = new CheckpointTables(connection);
  const leases = new Leases();
  const listeners = new RunListeners();
  const queue = new SqliteRunQueue({ connection, checkpoints, leases, listeners });
  const close = async () => {
    queue.close();
    await connection.close();
  };
  await queue.recover();
  return {
    assistants: new SqliteAssistants(connection, queue),
    threads: new SqliteThreads({ connection, checkpoints, leases, listeners }),
    runs: new SqliteRuns(connection, queue),
    queue,
    crons: new SqliteCrons(connection),
    events: new SqliteEventLog(connection, listeners),
    store: new SqliteItems(connection, store),
    apiKeys: new SqliteApiKeys(connection),
    webhooks: new SqliteWebhooks(connection),
    // A run's checkpoints survive the process at once, and a loss of power when the run is settled: until then it would be
    // begun again from an earlier one. So a superstep does not wait for the disk.
    checkpointer: (serializer: Serializer, lease?: Lease, beforePut?: () => Promise<void>): CheckpointStorage =>
      new SqliteCheckpointer({
        connection,
        tables: checkpoints,
        serializer,
        durability: "process",
        assertHeld: lease && (() => leases.assertHeld(lease)),
        beforePut,
      }),
    check: async () => {
      await connection.read(() => connection.database.get("SELECT 1"));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
