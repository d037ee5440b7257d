import {
  type EventLog,
  type LoggedEvent,
  MAX_READ_CHARACTERS,
  type NewEvent,
  type RunListeners,
} from "@heddle/backend";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";

/** How many runs one transaction trims: a long one would hold up the others. */
const TRIM_BATCH = 200;

/** The events of runs in SQLite. */
export class SqliteEventLog implements EventLog {
  readonly #connection: Connection;
  readonly #listeners: RunListeners;

  constructor(connection: Connection, listeners: RunListeners) {
    this.#connection = connection;
    this.#listeners = listeners;
  }

  append(events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return Promise.resolve();
    return this.#connection.write("process", (transaction) => {
      insertEvents(this.#connection.database, events);
      const runIds = new Set(events.map(({ runId }) => runId));
      transaction.after("process", () => {
        for (const runId of runIds) this.#listeners.notify(runId);
      });
    });
  }

  read(runId: string, afterSeq: number, limit: number): Promise<LoggedEvent[]> {
    return this.#connection.read(() =>
      this.#connection.database
        .all<[number, string, string]>(READ, [runId, afterSeq, limit, MAX_READ_CHARACTERS])
        .map(([seq, event, data]) => ({ runId, seq, event, data })),
    );
  }

  listen(runId: string, onChange: () => void): () => void {
    return this.#listeners.listen(runId, onChange);
  }

  listenThread(threadId: string, onChange: () => void): () => void {
    return this.#listeners.listen(threadId, onChange);
  }

  async trim({ endedBefore }: { endedBefore: string }): Promise<number> {
    const before = new Date(endedBefore).toISOString();
    let total = 0;
    for (;;) {
      const { seen, trimmed } = await this.#connection.write("process", () =>
        trimSome(this.#connection.database, before),
      );
      total += trimmed;
      if (seen < TRIM_BATCH) return total;
    }
  }
}

/** Events as long as what stands before them is not too long. */
const READ = `SELECT seq, event, data FROM (
    SELECT seq, event, data, sum(length(data)) OVER (ORDER BY seq) - length(data) AS before FROM (
      SELECT seq, event, data FROM events WHERE run_seq = (SELECT seq FROM runs WHERE run_id = ?) AND seq > ?
      ORDER BY seq LIMIT ?)) WHERE before < ? ORDER BY seq`;

/** Appends to the log within a transaction. Events of a run that is gone have no readers; they are dropped, as are those of a lost lease. */
export function insertEvents(database: Database, events: readonly NewEvent[]): void {
  for (const { runId, attempt = null, seq, event, data } of events) {
    database.run(
      `INSERT INTO events (run_seq, seq, event, data) SELECT seq, ?1, ?2, ?3 FROM runs
       WHERE run_id = ?4 AND (?5 IS NULL OR (attempt = ?5 AND status <> 'pending')) ON CONFLICT DO NOTHING`,
      [seq, event, data, runId, attempt],
    );
  }
}

function trimSome(database: Database, before: string): { seen: number; trimmed: number } {
  const runs = database.all<[seq: number, isTemporary: number]>(
    "SELECT seq, is_temporary FROM runs WHERE trim_after < ? ORDER BY trim_after LIMIT ?",
    [before, TRIM_BATCH],
  );
  let trimmed = 0;
  for (const [seq, isTemporary] of runs) {
    if (database.run("DELETE FROM events WHERE run_seq = ?", [seq]) > 0) trimmed++;
    // The thread of a temporary run is gone since its end; nobody finds the run any more.
    if (isTemporary === 1) database.run("DELETE FROM runs WHERE seq = ?", [seq]);
    else database.run("UPDATE runs SET trim_after = NULL WHERE seq = ?", [seq]);
  }
  return { seen: runs.length, trimmed };
}
