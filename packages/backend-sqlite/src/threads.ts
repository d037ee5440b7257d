import type {
  NewThread,
  Page,
  RunListeners,
  ThreadFilter,
  ThreadQuery,
  ThreadRecord,
  ThreadStateSummary,
  Threads,
  ThreadTtl,
} from "@heddle/backend";
import { mergeRecords } from "@heddle/backend";
import type { CheckpointTables } from "./checkpoint-tables.ts";
import type { Connection } from "./connection.ts";
import { copyThread } from "./copy-thread.ts";
import type { Transaction } from "./group-commit.ts";
import type { Leases } from "./leases.ts";
import type { BackendParts } from "./queue-tables.ts";
import { removeThread } from "./remove-thread.ts";
import { indexMetadata, unindexMetadata } from "./thread-metadata.ts";
import { readThread } from "./thread-row.ts";
import { countThreads, searchThreads } from "./thread-search.ts";
import { giveDefaultTtl, sweepExpired, ttlCheckAt } from "./thread-ttl.ts";

/** Threads in SQLite. */
export class SqliteThreads implements Threads {
  readonly #connection: Connection;
  readonly #checkpoints: CheckpointTables;
  readonly #leases: Leases;
  readonly #listeners: RunListeners;

  constructor({ connection, checkpoints, leases, listeners }: BackendParts) {
    this.#connection = connection;
    this.#checkpoints = checkpoints;
    this.#leases = leases;
    this.#listeners = listeners;
  }

  create({ threadId, metadata, createdAt, ttl }: NewThread): Promise<ThreadRecord | undefined> {
    const { database } = this.#connection;
    return this.#connection.write("disk", () => {
      const row = database.get<[number]>(
        `INSERT OR IGNORE INTO threads
           (thread_id, status, resting_status, created_at, updated_at, state_updated_at, metadata, config)
         VALUES (?1, 'idle', 'idle', ?2, ?2, ?2, ?3, '{}') RETURNING seq`,
        [threadId, createdAt, JSON.stringify(metadata)],
      );
      if (row === undefined) return undefined;
      indexMetadata(database, row[0], metadata);
      if (ttl !== undefined) giveDefaultTtl(database, row[0], ttl, this.#connection.now());
      return readThread(database, threadId);
    });
  }

  get(threadId: string): Promise<ThreadRecord | undefined> {
    return this.#connection.read(() => readThread(this.#connection.database, threadId));
  }

  search(query: ThreadQuery): Promise<Page<ThreadRecord>> {
    return searchThreads(this.#connection, query);
  }

  count(filter: ThreadFilter): Promise<number> {
    return countThreads(this.#connection, filter);
  }

  update(
    threadId: string,
    patch: { metadata?: Record<string, unknown>; ttl?: ThreadTtl },
  ): Promise<ThreadRecord | undefined> {
    const { database } = this.#connection;
    return this.#connection.write("disk", () => {
      const row = database.get<[number, string, string]>(
        "SELECT seq, metadata, updated_at FROM threads WHERE thread_id = ?",
        [threadId],
      );
      if (row === undefined) return undefined;
      const [seq, metadataJson, updatedAt] = row;
      const before: Record<string, unknown> = JSON.parse(metadataJson);
      const metadata = mergeRecords(before, patch.metadata ?? {});
      unindexMetadata(database, seq, before);
      indexMetadata(database, seq, metadata);
      database.run("UPDATE threads SET metadata = ?, updated_at = ? WHERE seq = ?", [
        JSON.stringify(metadata),
        laterThan(updatedAt, this.#connection.now()),
        seq,
      ]);
      if (patch.ttl !== undefined) this.#setTtl(seq, patch.ttl);
      return readThread(database, threadId);
    });
  }

  setState(
    threadId: string,
    { valuesJson, interrupts, status }: ThreadStateSummary,
  ): Promise<ThreadRecord | undefined> {
    const { database } = this.#connection;
    return this.#connection.write("disk", (transaction) => {
      const row = database.get<[number]>(
        `UPDATE threads SET status = ?2, resting_status = iif(?2 = 'busy', resting_status, ?2), updated_at = ?3,
           state_updated_at = ?3 WHERE thread_id = ?1 RETURNING seq`,
        [threadId, status, this.#connection.now().toISOString()],
      );
      if (row === undefined) return undefined;
      database.run(
        `INSERT INTO thread_states (seq, values_json, interrupts) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET values_json = excluded.values_json, interrupts = excluded.interrupts`,
        [row[0], valuesJson, JSON.stringify(interrupts)],
      );
      transaction.after("process", () => this.#listeners.notify(threadId));
      return readThread(database, threadId);
    });
  }

  delete(threadId: string): Promise<boolean> {
    return this.#connection.write("disk", (transaction) => {
      transaction.after("disk", () => this.#listeners.notify(threadId));
      return removeThread(this.#connection.database, this.#checkpoints, threadId, (runId) =>
        this.#onRunRemoved(transaction, runId),
      );
    });
  }

  copy(threadId: string, newThreadId: string, createdAt: string): Promise<ThreadRecord | undefined> {
    return this.#connection.write("disk", () =>
      copyThread(this.#connection.database, this.#checkpoints, { threadId, newThreadId, createdAt }),
    );
  }

  sweepExpired({ limit }: { limit: number }): Promise<{ deleted: string[]; toPrune: string[] }> {
    return this.#connection.write("disk", (transaction) =>
      sweepExpired(this.#connection.database, this.#checkpoints, {
        limit,
        now: this.#connection.now(),
        onRunRemoved: (runId) => this.#onRunRemoved(transaction, runId),
      }),
    );
  }

  #onRunRemoved(transaction: Transaction, runId: string): void {
    this.#leases.end(transaction, runId);
    transaction.after("disk", () => this.#listeners.notify(runId));
  }

  #setTtl(threadSeq: number, ttl: ThreadTtl): void {
    this.#connection.database.run(
      "UPDATE threads SET ttl_minutes = ?, ttl_strategy = ?, ttl_check_at = ? WHERE seq = ?",
      [ttl.minutes, ttl.strategy, ttlCheckAt(ttl, this.#connection.now()), threadSeq],
    );
  }
}

/** Now, or a millisecond after the former time, so that every update is seen as one. */
function laterThan(former: string, now: Date): string {
  const formerMs = Date.parse(former);
  return now.getTime() > formerMs ? now.toISOString() : new Date(formerMs + 1).toISOString();
}
