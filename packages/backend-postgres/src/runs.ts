import { mergeRecords, type PageRequest, type RunRecord, type Runs } from "@heddle/backend";
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

  async listActive({ status, after, limit }: Parameters<Runs["listActive"]>[0]): Promise<RunRecord[]> {
    const rows = await this.#database.query<RunRow>(
      `SELECT ${RUN_COLUMNS} FROM heddle.runs WHERE is_active AND ($1::text IS NULL OR status = $1)
         AND seq > coalesce((SELECT seq FROM heddle.runs WHERE run_id = $2), 0) ORDER BY seq LIMIT $3`,
      [status, after, limit],
    );
    return rows.map(toRunRecord);
  }

  async note(runId: string, metadata: Record<string, unknown>): Promise<boolean> {
    return this.#database.transaction(async (query) => {
      const { rows } = await query("SELECT notes FROM heddle.runs WHERE run_id = $1 FOR UPDATE", [runId]);
      if (rows.length === 0) return false;
      const notes = mergeRecords(JSON.parse(rows[0].notes ?? "{}"), metadata);
      await query("UPDATE heddle.runs SET notes = $1 WHERE run_id = $2", [JSON.stringify(notes), runId]);
      return true;
    });
  }

  delete(runId: string): Promise<boolean> {
    return this.#queue.remove(runId);
  }
}
