import {
  type CronFilter,
  type CronFire,
  type CronPatch,
  type CronQuery,
  type CronRecord,
  type Crons,
  MAX_CRON_FIRES,
  type NewCron,
  type Page,
  type PageRequest,
} from "@heddle/backend";
import { Conditions } from "./conditions.ts";
import { CRON_COLUMNS, type CronRow, type FireRow, toCronFire, toCronRecord, toCronValues } from "./cron-row.ts";
import type { Database } from "./database.ts";
import { selectPage } from "./select-page.ts";

/** Crons in PostgreSQL. */
export class PostgresCrons implements Crons {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  create(cron: NewCron): Promise<CronRecord | undefined> {
    const values = toCronValues({ ...cron, updatedAt: cron.createdAt });
    return this.#one(
      `INSERT INTO heddle.crons (${CRON_COLUMNS}) VALUES (${values.map((_, index) => `$${index + 1}`).join(", ")})
       ON CONFLICT (cron_id) DO NOTHING RETURNING ${CRON_COLUMNS}`,
      values,
    );
  }

  get(cronId: string): Promise<CronRecord | undefined> {
    return this.#one(`SELECT ${CRON_COLUMNS} FROM heddle.crons WHERE cron_id = $1`, [cronId]);
  }

  async search(query: CronQuery): Promise<Page<CronRecord>> {
    const column = Object.hasOwn(SORT_COLUMNS, query.sortBy) ? SORT_COLUMNS[query.sortBy] : undefined;
    if (column === undefined) throw new Error(`Crons cannot be sorted by "${query.sortBy}".`);
    const direction = query.sortOrder === "asc" ? "ASC" : "DESC";
    const { items, total } = await selectPage<CronRow>(this.#database, {
      table: "heddle.crons",
      columns: CRON_COLUMNS,
      where: toConditions(query),
      orderBy: `${column} ${direction} NULLS LAST, cron_id ${direction}`,
      limit: query.limit,
      offset: query.offset,
    });
    return { items: items.map(toCronRecord), total };
  }

  async count(filter: CronFilter): Promise<number> {
    const where = toConditions(filter);
    const sql = `SELECT count(*) AS total FROM heddle.crons WHERE ${where}`;
    return (await this.#database.queryOne<{ total: number }>(sql, where.parameters)).total;
  }

  update(cronId: string, patch: CronPatch): Promise<CronRecord | undefined> {
    const given = Object.entries(COLUMNS_OF_PATCH).filter(([key]) => patch[key as keyof CronPatch] !== undefined);
    const parameters: unknown[] = [cronId, this.#now().toISOString()];
    const assignments = given.map(([key, column]) => {
      const value = patch[key as keyof CronPatch];
      const isJson = column === "payload" || column === "metadata";
      return `${column} = $${parameters.push(isJson ? JSON.stringify(value) : value)}`;
    });
    return this.#one(
      `UPDATE heddle.crons SET ${["updated_at = $2", "claimed_until = NULL", ...assignments].join(", ")}
       WHERE cron_id = $1 RETURNING ${CRON_COLUMNS}`,
      parameters,
    );
  }

  async delete(cronId: string): Promise<boolean> {
    const rows = await this.#database.query("DELETE FROM heddle.crons WHERE cron_id = $1 RETURNING seq", [cronId]);
    return rows.length > 0;
  }

  async claimDue({ limit, claimMs }: { limit: number; claimMs: number }): Promise<CronRecord[]> {
    const now = this.#now();
    const rows = await this.#database.query<CronRow>(CLAIM, [
      now.getTime() + claimMs,
      now.toISOString(),
      now.getTime(),
      limit,
    ]);
    return rows.map(toCronRecord);
  }

  async nextDueAt(): Promise<string | undefined> {
    const sql = "SELECT min(next_run_at) AS due FROM heddle.crons WHERE enabled AND next_run_at IS NOT NULL";
    return (await this.#database.queryOne<{ due: string | null }>(sql)).due ?? undefined;
  }

  async noteFire(cronId: string, fire: CronFire, next?: { nextRunAt: string | null }): Promise<boolean> {
    const { is_noted } = await this.#database.queryOne<{ is_noted: boolean }>(
      "SELECT heddle.note_fire($1, $2, $3, $4, $5) AS is_noted",
      [cronId, JSON.stringify(fire), next !== undefined, next?.nextRunAt, MAX_CRON_FIRES],
    );
    return is_noted;
  }

  async fires(cronId: string, { limit, offset }: PageRequest): Promise<CronFire[]> {
    const rows = await this.#database.query<FireRow>(
      `SELECT due_at, fired_at, status, is_manual, run_id, thread_id, message FROM heddle.cron_fires
       WHERE cron_seq = (SELECT seq FROM heddle.crons WHERE cron_id = $1) ORDER BY seq DESC LIMIT $2 OFFSET $3`,
      [cronId, limit, offset],
    );
    return rows.map(toCronFire);
  }

  async #one(sql: string, parameters: unknown[]): Promise<CronRecord | undefined> {
    const [row] = await this.#database.query<CronRow>(sql, parameters);
    return row && toCronRecord(row);
  }
}

const SORT_COLUMNS: Readonly<Record<CronQuery["sortBy"], string>> = {
  cronId: "cron_id",
  assistantId: "assistant_id",
  threadId: "thread_id",
  createdAt: "created_at",
  updatedAt: "updated_at",
  nextRunAt: "next_run_at",
  endTime: "end_time",
};

const COLUMNS_OF_PATCH: Readonly<Record<keyof CronPatch, string>> = {
  assistantId: "assistant_id",
  schedule: "schedule",
  timezone: "timezone",
  endTime: "end_time",
  enabled: "enabled",
  onRunCompleted: "on_run_completed",
  missedFires: "missed_fires",
  payload: "payload",
  metadata: "metadata",
  nextRunAt: "next_run_at",
};

function toConditions({ assistantId, threadId, enabled, metadata, access }: CronFilter): Conditions {
  const where = new Conditions();
  if (assistantId !== undefined) where.add("assistant_id = ?", assistantId);
  if (threadId !== undefined) where.add("thread_id = ?", threadId);
  if (enabled !== undefined) where.add("enabled = ?", enabled);
  where.addContains("metadata", metadata);
  where.addAccess("metadata", access);
  return where;
}

/** Processes that claim at the same time pass over each other's rows. */
const CLAIM = `UPDATE heddle.crons SET claimed_until = $1 WHERE seq IN (
    SELECT seq FROM heddle.crons WHERE enabled AND next_run_at IS NOT NULL AND next_run_at <= $2
      AND (claimed_until IS NULL OR claimed_until <= $3)
    ORDER BY next_run_at, seq LIMIT $4 FOR UPDATE SKIP LOCKED)
  RETURNING ${CRON_COLUMNS}`;
