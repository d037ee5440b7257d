import { mergeRecords, type PageRequest, type RunRecord, type Runs } from "@heddle/backend";
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

  listActive({ status, after, limit }: Parameters<Runs["listActive"]>[0]): Promise<RunRecord[]> {
    return this.#connection.read(() =>
      this.#connection.database
        .all<RunRow>(
          `SELECT ${RUN_COLUMNS} FROM runs
           WHERE is_active = 1 AND (?1 IS NULL OR status = ?1)
             AND seq > coalesce((SELECT seq FROM runs WHERE run_id = ?2), 0) ORDER BY seq LIMIT ?3`,
          [status ?? null, after ?? null, limit],
        )
        .map(toRunRecord),
    );
  }

  note(runId: string, metadata: Record<string, unknown>): Promise<boolean> {
    const { database } = this.#connection;
    return this.#connection.write("disk", () => {
      const row = database.get<[string | null]>("SELECT notes FROM runs WHERE run_id = ?", [runId]);
      if (row === undefined) return false;
      const notes = mergeRecords(JSON.parse(row[0] ?? "{}"), metadata);
      database.run("UPDATE runs SET notes = ? WHERE run_id = ?", [JSON.stringify(notes), runId]);
      return true;
    });
  }

  delete(runId: string): Promise<boolean> {
    return this.#queue.remove(runId);
  }
}
