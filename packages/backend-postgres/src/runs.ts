import type { PageRequest, RunRecord, Runs } from "@heddle/backend";
import type { Database } from "./database.ts";
import type { PostgresRunQueue } from "./run-queue.ts";
import { RUN_COLUMNS, type RunRow, toRunRecord } from "./run-row.ts";

/** Runs in PostgreSQL, for reading. What changes them goes through the queue. */
export class PostgresRuns implements Runs {
  readonly #database: Database;
  readonly #queue: PostgresRunQueue;

  constructor(database: Database, queue: PostgresRunQueue) {
    this.#database = database;
    this.#queue = queue;
  }

  async get(runId: string): Promise<RunRecord | undefined> {
    const [row] = await this.#database.query<RunRow>(`SELECT ${RUN_COLUMNS} FROM heddle.runs WHERE run_id = $1`, [
      runId,
    ]);
    return row && toRunRecord(row);
  }

  async list(threadId: string, query: PageRequest & { status?: RunRecord["status"] }): Promise<RunRecord[]> {
    const { status, limit, offset } = query;
    const rows = await this.#database.query<RunRow>(
      `SELECT ${RUN_COLUMNS} FROM heddle.runs
       WHERE thread_seq = (SELECT seq FROM heddle.threads WHERE thread_id = $1) AND ($2::text IS NULL OR status = $2)
       ORDER BY seq DESC LIMIT $3 OFFSET $4`,
      [threadId, status, limit, offset],
    );
    return rows.map(toRunRecord);
  }

  delete(runId: string): Promise<boolean> {
    return this.#queue.remove(runId);
  }
}
