import type { ThreadRecord, ThreadTtl } from "@heddle/backend";
import type { Database } from "./database.ts";

const COLUMNS = `t.thread_id, t.created_at, t.updated_at, t.state_updated_at, t.metadata, t.status, t.config,
  s.values_json, s.interrupts, s.error, t.ttl_minutes, t.ttl_strategy`;

type ThreadRow = [
  threadId: string,
  createdAt: string,
  updatedAt: string,
  stateUpdatedAt: string,
  metadata: string,
  status: string,
  config: string,
  valuesJson: string | null,
  interrupts: string | null,
  error: string | null,
  ttlMinutes: number | null,
  ttlStrategy: string | null,
];

/** The thread with its state, or undefined. */
export function readThread(database: Database, threadId: string): ThreadRecord | undefined {
  const row = database.get<ThreadRow>(
    `SELECT ${COLUMNS} FROM threads t LEFT JOIN thread_states s USING (seq) WHERE t.thread_id = ?`,
    [threadId],
  );
  return row && toThreadRecord(row);
}

/** The threads in the order of their ids as given; missing ones are left out. */
export function readThreads(database: Database, threadIds: readonly string[]): ThreadRecord[] {
  const rows = database.all<ThreadRow>(
    `SELECT ${COLUMNS} FROM json_each(?) wanted JOIN threads t ON t.thread_id = wanted.value
     LEFT JOIN thread_states s USING (seq) ORDER BY wanted.key`,
    [JSON.stringify(threadIds)],
  );
  return rows.map(toThreadRecord);
}

function toThreadRecord(row: ThreadRow): ThreadRecord {
  const status = row[5] as ThreadRecord["status"];
  return {
    threadId: row[0],
    createdAt: row[1],
    updatedAt: row[2],
    stateUpdatedAt: row[3],
    metadata: JSON.parse(row[4]),
    status,
    config: JSON.parse(row[6]),
    context: {},
    values: row[7] === null ? null : JSON.parse(row[7]),
    interrupts: row[8] === null ? {} : JSON.parse(row[8]),
    // A former error is kept while the next run is under way, for its rollback, but it is nobody's business then.
    error: status === "error" && row[9] !== null ? JSON.parse(row[9]) : null,
    ttl: row[10] === null ? null : { minutes: row[10], strategy: row[11] as ThreadTtl["strategy"] },
  };
}
