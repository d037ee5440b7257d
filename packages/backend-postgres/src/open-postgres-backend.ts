import { type Backend, type Lease, RunListeners, type StoreSettings } from "@heddle/backend";
import type { CheckpointStorage, Serializer } from "@heddle/checkpoint";
import { PostgresApiKeys } from "./api-keys.ts";
import { PostgresAssistants } from "./assistants.ts";
import { CheckpointTables } from "./checkpoint-tables.ts";
import { PostgresCheckpointer } from "./checkpointer.ts";
import { PostgresCrons } from "./crons.ts";
import { PostgresEventLog } from "./event-log.ts";
import { PostgresItems } from "./items.ts";
import { Notifications } from "./notifications.ts";
import { type OpenDatabaseOptions, openDatabase } from "./open-database.ts";
import { PostgresRunQueue } from "./run-queue.ts";
import { PostgresRuns } from "./runs.ts";
import { PostgresThreads } from "./threads.ts";
import { PostgresWebhooks } from "./webhooks.ts";

export interface PostgresBackendOptions extends OpenDatabaseOptions {
  /** The clock. Tests move it. */
  now?: () => Date;
  /**
   * Whether to hear other processes by LISTEN, on a connection of its own. A pooler in transaction mode (PgBouncer) cannot do
   * that: with false this process looks for news ten times a second instead.
   * @default true
   */
  listen?: boolean;
  store?: StoreSettings | undefined;
}

/** How often to look for what no news has told. */
const LOOK_AROUND_MS = 2000;
const POLL_MS = 100;

/**
 * Opens the production backend: one schema of one PostgreSQL, shared by as many processes as like.
 *
 * @example
 * await using backend = await openPostgresBackend({ url: "postgres://localhost/agents" });
 */
export async function openPostgresBackend(options: PostgresBackendOptions): Promise<Backend> {
  const { now = () => new Date(), listen = true } = options;
  const database = await openDatabase(options);
  const listeners = new RunListeners();
  const lookAround = () => {
    queue.lookAround();
    listeners.notifyAll();
  };
  const notifications = new Notifications(database, {
    onNews: (news) => (news.kind === "changed" ? listeners.notify(news.id) : queue.hear(news)),
    onGap: lookAround,
  });
  const parts = { database, listeners, notifications, now };
  const queue = new PostgresRunQueue(parts);
  const tables = new CheckpointTables(database, false);
  const look = () => {
    lookAround();
    void notifications.lookForOthers();
  };
  const timer = setInterval(look, listen ? LOOK_AROUND_MS : POLL_MS);
  timer.unref();
  const closeAll = async () => {
    clearInterval(timer);
    queue.close();
    await notifications.close();
    await database.close();
  };
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeAll();
    return closing;
  };
  try {
    if (listen) await notifications.begin();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    assistants: new PostgresAssistants(database, queue, now),
    threads: new PostgresThreads(parts),
    runs: new PostgresRuns(database, queue),
    queue,
    crons: new PostgresCrons(database, now),
    events: new PostgresEventLog(database, listeners, notifications),
    store: new PostgresItems({ database, settings: options.store ?? {}, now }),
    apiKeys: new PostgresApiKeys(database),
    webhooks: new PostgresWebhooks(database, now),
    // A run's checkpoints survive the process at once, and a loss of power at the database when the run is settled: until then
    // it would be begun again from an earlier one. So a superstep does not wait for the disk.
    checkpointer: (serializer: Serializer, lease?: Lease, beforePut?: () => Promise<void>): CheckpointStorage =>
      new PostgresCheckpointer({
        database,
        tables,
        serializer,
        lease,
        beforePut,
        latest: lease && queue.takeLatest(lease),
      }),
    check: async () => {
      await database.query("SELECT 1");
    },
    pool: () => database.pool(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
