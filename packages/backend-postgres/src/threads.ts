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
import { Conditions } from "./conditions.ts";
import type { Database } from "./database.ts";
import type { Notifications } from "./notifications.ts";
import { selectPage } from "./select-page.ts";
import { THREAD_COLUMNS, type ThreadRow, toThreadRecord } from "./thread-row.ts";

export interface ThreadsOptions {
  database: Database;
  listeners: RunListeners;
  notifications: Notifications;
  now: () => Date;
}

/** Threads in PostgreSQL. */
export class PostgresThreads implements Threads {
  readonly #options: ThreadsOptions;
  readonly #database: Database;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#database = options.database;
  }

  create({ threadId, metadata, createdAt, ttl }: NewThread): Promise<ThreadRecord | undefined> {
    return this.#one(
      `INSERT INTO heddle.threads (thread_id, status, resting_status, created_at, updated_at, state_updated_at, metadata, config,
         ttl_minutes, ttl_strategy, ttl_check_at)
       VALUES ($1, 'idle', 'idle', $2, $2, $2, $3, '{}', $4, $5, $6) ON CONFLICT DO NOTHING RETURNING ${THREAD_COLUMNS}`,
      [threadId, createdAt, JSON.stringify(metadata), ttl?.minutes, ttl?.strategy, this.#ttlCheckAt(ttl)],
    );
  }

  get(threadId: string): Promise<ThreadRecord | undefined> {
    return this.#one(`SELECT ${THREAD_COLUMNS} FROM heddle.threads WHERE thread_id = $1`, [threadId]);
  }

  async search(query: ThreadQuery): Promise<Page<ThreadRecord>> {
    const column = Object.hasOwn(SORT_COLUMNS, query.sortBy) ? SORT_COLUMNS[query.sortBy] : undefined;
    if (column === undefined) throw new Error(`Threads cannot be sorted by "${query.sortBy}".`);
    const direction = query.sortOrder === "asc" ? "ASC" : "DESC";
    const { limit, offset } = query;
    const { items, total } = await selectPage<ThreadRow>(this.#database, {
      table: "heddle.threads",
      columns: THREAD_COLUMNS,
      where: toConditions(query),
      orderBy: `${column} ${direction}, thread_id ${direction}`,
      limit,
      offset,
    });
    return { items: items.map(toThreadRecord), total };
  }

  async count(filter: ThreadFilter): Promise<number> {
    const where = toConditions(filter);
    const sql = `SELECT count(*) AS total FROM heddle.threads WHERE ${where}`;
    return (await this.#database.queryOne<{ total: number }>(sql, where.parameters)).total;
  }

  update(
    threadId: string,
    { metadata, ttl }: { metadata?: Record<string, unknown>; ttl?: ThreadTtl },
  ): Promise<ThreadRecord | undefined> {
    const json = JSON.stringify(metadata ?? {});
    return this.#one(UPDATE, [threadId, json, this.#nowIso(), ttl?.minutes, ttl?.strategy, this.#ttlCheckAt(ttl)]);
  }

  async setState(
    threadId: string,
    { valuesJson, interrupts, status }: ThreadStateSummary,
  ): Promise<ThreadRecord | undefined> {
    const thread = await this.#one(
      `UPDATE heddle.threads SET status = $2, resting_status = CASE WHEN $2 = 'busy' THEN resting_status ELSE $2 END,
         updated_at = $3, state_updated_at = $3, values_json = $4, interrupts = $5
       WHERE thread_id = $1 RETURNING ${THREAD_COLUMNS}`,
      [threadId, status, this.#nowIso(), valuesJson, JSON.stringify(interrupts)],
    );
    if (thread !== undefined) this.#announceChanged(threadId);
    return thread;
  }

  async delete(threadId: string): Promise<boolean> {
    const { active } = await this.#database.queryOne<{ active: string[] | null }>(
      "SELECT heddle.delete_thread($1) AS active",
      [threadId],
    );
    if (active === null) return false;
    this.#announceChanged(threadId);
    for (const runId of active) {
      this.#announceChanged(runId);
    }
    return true;
  }

  copy(threadId: string, newThreadId: string, createdAt: string): Promise<ThreadRecord | undefined> {
    return this.#one(`SELECT ${THREAD_COLUMNS} FROM heddle.copy_thread($1, $2, $3)`, [
      threadId,
      newThreadId,
      createdAt,
    ]);
  }

  async sweepExpired({ limit }: { limit: number }): Promise<{ deleted: string[]; toPrune: string[] }> {
    const { deleted, to_prune, removed_runs } = await this.#database.queryOne<{
      deleted: string[];
      to_prune: string[];
      removed_runs: string[];
    }>("SELECT * FROM heddle.sweep_expired($1, $2)", [limit, this.#options.now().getTime()]);
    for (const runId of removed_runs) this.#announceChanged(runId);
    return { deleted, toPrune: to_prune };
  }

  #announceChanged(id: string): void {
    this.#options.listeners.notify(id);
    this.#options.notifications.tell({ kind: "changed", id });
  }

  /** When to look at a thread that is changed now, in milliseconds of the epoch. */
  #ttlCheckAt(ttl: ThreadTtl | undefined): number | undefined {
    return ttl === undefined ? undefined : Math.ceil(this.#options.now().getTime() + ttl.minutes * 60_000);
  }

  async #one(sql: string, parameters: unknown[]): Promise<ThreadRecord | undefined> {
    const [row] = await this.#database.query<ThreadRow>(sql, parameters);
    return row && toThreadRecord(row);
  }

  #nowIso(): string {
    return this.#options.now().toISOString();
  }
}

const SORT_COLUMNS: Readonly<Record<ThreadQuery["sortBy"], string>> = {
  thread_id: "thread_id",
  status: "status",
  created_at: "created_at",
  updated_at: "updated_at",
  state_updated_at: "state_updated_at",
};

function toConditions({ ids, status, metadata, values, access }: ThreadFilter): Conditions {
  const where = new Conditions();
  where.add("NOT is_temporary");
  if (ids !== undefined) where.add("thread_id = ANY (?)", ids);
  if (status !== undefined) where.add("status = ?", status);
  where.addContains("metadata", metadata);
  where.addAccess("metadata", access);
  where.addContains("heddle.searchable(values_json)", values);
  return where;
}

/** Now, or a millisecond after the former time, so that every update is seen as one. */
const UPDATE = `UPDATE heddle.threads SET metadata = metadata || $2,
    updated_at = CASE WHEN $3 > updated_at THEN $3 ELSE
      to_char((updated_at::timestamptz + interval '1 millisecond') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') END,
    ttl_minutes = coalesce($4, ttl_minutes), ttl_strategy = coalesce($5, ttl_strategy),
    ttl_check_at = coalesce($6, ttl_check_at)
  WHERE thread_id = $1 RETURNING ${THREAD_COLUMNS}`;
