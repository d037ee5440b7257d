import type { StoredWrite } from "@heddle/checkpoint";
import type { Database, SqlValue } from "./database.ts";

/** A checkpoint that was put by the open transaction and waits to be written. */
export interface OpenCheckpoint {
  threadSeq: number;
  ns: string;
  checkpointId: string;
  parentId: string | null;
  runId: string | null;
  head: string;
  metadata: string;
  values: string;
  writes: StoredWrite[];
}

/**
 * Checkpoints that the open transaction has put: they are written when it ends, or before somebody reads the tables. So what the
 * tasks of a quick step write on top of them needs no rows of its own, and several are one statement.
 */
export class OpenCheckpoints {
  readonly #database: Database;
  readonly #rows: OpenCheckpoint[] = [];
  /** The last one of each graph of each thread. */
  readonly #last = new Map<string, OpenCheckpoint>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** `scope` names the graph of the thread. */
  add(scope: string, row: OpenCheckpoint): void {
    this.#database.announceWrite([
      row.ns,
      row.checkpointId,
      row.parentId,
      row.runId,
      row.head,
      row.metadata,
      row.values,
    ]);
    this.#rows.push(row);
    this.#last.set(scope, row);
  }

  /** Whether there are any, of one graph of one thread if it is named. */
  has(scope: string | undefined): boolean {
    return scope === undefined ? this.#rows.length > 0 : this.#last.has(scope);
  }

  /** Adds to the row of the checkpoint; false when it is not open. */
  addWrites(scope: string, checkpointId: string, writes: readonly StoredWrite[]): boolean {
    const row = this.#last.get(scope);
    if (row?.checkpointId !== checkpointId) return false;
    this.#database.announceWrite([]);
    row.writes.push(...writes);
    return true;
  }

  write(): void {
    for (let from = 0; from < this.#rows.length; from += MAX_ROWS) {
      const rows = this.#rows.slice(from, from + MAX_ROWS);
      this.#database.run(INSERT[rows.length] ?? "", rows.flatMap(toParameters));
    }
    this.clear();
  }

  clear(): void {
    this.#rows.length = 0;
    this.#last.clear();
  }
}

function toParameters(row: OpenCheckpoint): SqlValue[] {
  const { threadSeq, ns, checkpointId, parentId, runId, head, metadata, values, writes } = row;
  const writesText = writes.length === 0 ? null : JSON.stringify(writes);
  return [threadSeq, ns, checkpointId, parentId, runId, head, metadata, values, writesText];
}

/** How many checkpoints one statement writes. */
const MAX_ROWS = 8;

/** Of so many rows. A checkpoint that is put again keeps what was written on top of it. */
const INSERT = Array.from({ length: MAX_ROWS + 1 }, (_, rows) => {
  const row = "(?, ?, ?, ?, ?, ?, ?, ?, ?)";
  return `INSERT INTO checkpoints
    (thread_seq, checkpoint_ns, checkpoint_id, parent_id, run_id, head, metadata, channel_values, writes)
  VALUES ${Array.from({ length: rows }, () => row).join(", ")}
  ON CONFLICT (thread_seq, checkpoint_ns, checkpoint_id) DO UPDATE SET parent_id = excluded.parent_id,
    run_id = excluded.run_id, head = excluded.head, metadata = excluded.metadata, channel_values = excluded.channel_values,
    writes = coalesce(substr(writes, 1, length(writes) - 1) || ',' || substr(excluded.writes, 2), writes, excluded.writes)`;
});
