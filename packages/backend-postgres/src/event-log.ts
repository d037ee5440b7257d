import {
  type EventLog,
  type LoggedEvent,
  MAX_READ_CHARACTERS,
  type NewEvent,
  type RunListeners,
} from "@heddle/backend";
import type { Database } from "./database.ts";
import type { Notifications } from "./notifications.ts";

/** How many runs one statement trims: a long one would hold up the others. */
const TRIM_BATCH = 200;

/** The events of runs in PostgreSQL. */
export class PostgresEventLog implements EventLog {
  readonly #database: Database;
  readonly #listeners: RunListeners;
  readonly #notifications: Notifications;

  constructor(database: Database, listeners: RunListeners, notifications: Notifications) {
    this.#database = database;
    this.#listeners = listeners;
    this.#notifications = notifications;
  }

  async append(events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#database.query("SELECT heddle.append_events($1)", [JSON.stringify(toEventCalls(events))]);
    for (const runId of new Set(events.map((event) => event.runId))) {
      this.#listeners.notify(runId);
      this.#notifications.tell({ kind: "changed", id: runId });
    }
  }

  async read(runId: string, afterSeq: number, limit: number): Promise<LoggedEvent[]> {
    const rows = await this.#database.query<Omit<LoggedEvent, "runId">>(READ, [
      runId,
      afterSeq,
      limit,
      MAX_READ_CHARACTERS,
    ]);
    return rows.map(({ seq, event, data }) => ({ runId, seq, event, data }));
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
      const { seen, trimmed } = await this.#database.queryOne<{ seen: number; trimmed: number }>(
        "SELECT * FROM heddle.trim_events($1, $2)",
        [before, TRIM_BATCH],
      );
      total += trimmed;
      if (seen < TRIM_BATCH) return total;
    }
  }
}

/** Events as long as what stands before them is not too long. */
const READ = `SELECT seq, event, data FROM (
    SELECT seq, event, data, sum(length(data)) OVER (ORDER BY seq) - length(data) AS before FROM (
      SELECT seq, event, data FROM heddle.events
      WHERE run_seq = (SELECT seq FROM heddle.runs WHERE run_id = $1) AND seq > $2 ORDER BY seq LIMIT $3) page
  ) summed WHERE before < $4 ORDER BY seq`;

/** What the functions of the database take as a log: short keys, for there are many. */
export function toEventCalls(events: readonly NewEvent[]): object[] {
  return events.map(({ runId, attempt, seq, event, data }) => ({ r: runId, a: attempt, s: seq, e: event, d: data }));
}
