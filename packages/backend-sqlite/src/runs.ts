import type { PageRequest, RunRecord, Runs } from "@heddle/backend";
import type { Connection } from "./connection.ts";
import type { SqliteRunQueue } from "./run-queue.ts";
import { RUN_COLUMNS, type RunRow, toRunRecord } from "./run-row.ts";

/** Runs in SQLite, for reading. What changes them goes through the queue. */
export class SqliteRuns implements Runs {
  readonly #connection: Connection;
  readonly #queue: SqliteRunQueue;

  constructor(connection: Connection, queue: SqliteRunQueue) {
    this.#connection = connection;
    this.#queue = queue;
  }

  get(runId: string): Promise<RunRecord | undefined> {
    return this.#connection.read(() => {
      const row = this.#connection.database.get<RunRow>(`SELECT ${RUN_COLUMNS} FROM runs WHERE run_id = ?`, [runId]);
      return row && toRunRecord(row);
    });
  }

  list(threadId: string, query: PageRequest & { status?: RunRecord["status"] }): Promise<RunRecord[]> {
    const { status, limit, offset } = query;
    return this.#connection.read(() =>
      this.#connection.database
        .all<RunRow>(
          `SELECT ${RUN_COLUMNS} FROM runs WHERE thread_seq = (SELECT seq FROM threads WHERE thread_id = ?1) AND (?2 IS NULL OR status = ?2)
           ORDER BY seq DESC LIMIT ?3 OFFSET ?4`,
          [threadId, status ?? null, limit, offset],
        )
        .map(toRunRecord),
    );
  }

  delete(runId: string): Promise<boolean> {
    return this.#queue.remove(runId);
  }
}
