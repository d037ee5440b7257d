import type { CheckpointStorage, Serializer } from "@heddle/checkpoint";
import type { ApiKeys } from "./api-keys.ts";
import type { Assistants } from "./assistants.ts";
import type { Crons } from "./crons.ts";
import type { DurableStore } from "./durable-store.ts";
import type { EventLog } from "./event-log.ts";
import type { Lease, RunQueue } from "./run-queue.ts";
import type { Runs } from "./runs.ts";
import type { Threads } from "./threads.ts";
import type { Webhooks } from "./webhooks.ts";

/**
 * All an Agent Server asks of the world. What a method promises is durable once its promise resolves: it survives the death
 * of the process.
 *
 * @example
 * await using backend = await openSqliteBackend({ file: ".heddle/heddle.db" });
 * await backend.threads.create({ threadId, metadata: {}, createdAt: new Date().toISOString() });
 */
export interface Backend extends AsyncDisposable {
  readonly assistants: Assistants;
  readonly threads: Threads;
  readonly runs: Runs;
  readonly queue: RunQueue;
  readonly crons: Crons;
  readonly events: EventLog;
  readonly store: DurableStore;
  readonly apiKeys: ApiKeys;
  readonly webhooks: Webhooks;
  /**
   * The checkpoints of this backend's threads, revived by the given serializer: each user project brings its own classes. With
   * a lease they are written by that attempt of its run: when the lease is lost, `put` and `putWrites` store nothing and reject
   * with LeaseLostError, whatever the time between the loss and the call. `beforePut` is awaited before a checkpoint is written,
   * which is written as it was at the call of `put`: so what the run has said about it can be in the event log first.
   */
  checkpointer(serializer: Serializer, lease?: Lease, beforePut?: () => Promise<void>): CheckpointStorage;
  /** Resolves when the database answers. @throws Error that says why it does not. */
  check(): Promise<void>;
  /** The connections of this process, where it has several; `waiting` are the queries that have none. */
  pool?(): { open: number; idle: number; waiting: number };
  /** Waits for what is under way, then closes. Closing again is waiting for the first closing. */
  close(): Promise<void>;
}
