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
  passesAccess,
} from "@heddle/backend";
import type { Connection } from "./connection.ts";
import { CRON_COLUMNS, type CronRow, type FireRow, toCronFire, toCronRecord, toCronRow } from "./cron-row.ts";
import { jsonContains } from "./json-contains.ts";

/** Crons in SQLite. There are few of them: searches look at each one. */
export class SqliteCrons implements Crons {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  create(cron: NewCron): Promise<CronRecord | undefined> {
    return this.#connection.write("disk", () => {
      if (this.#read(cron.cronId) !== undefined) return undefined;
      const record = { ...cron, updatedAt: cron.createdAt };
      this.#connection.database.run(
        `INSERT INTO crons (${CRON_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        toCronRow(record),
      );
      return record;
    });
  }

  get(cronId: string): Promise<CronRecord | undefined> {
    return this.#connection.read(() => this.#read(cronId));
  }

  async search(query: CronQuery): Promise<Page<CronRecord>> {
    const { sortBy, sortOrder, offset, limit } = query;
    if (!Object.hasOwn(SORT_COLUMNS, sortBy)) throw new Error(`Crons cannot be sorted by "${sortBy}".`);
    const direction = sortOrder === "asc" ? "ASC" : "DESC";
    const order = `${SORT_COLUMNS[sortBy]} ${direction} NULLS LAST, cron_id ${direction}`;
    const found = (await this.#all(order)).filter((cron) => matches(cron, query));
    return { items: found.slice(offset, offset + limit), total: found.length };
  }

  async count(filter: CronFilter): Promise<number> {
    return (await this.#all("cron_id")).filter((cron) => matches(cron, filter)).length;
  }

  update(cronId: string, patch: CronPatch): Promise<CronRecord | undefined> {
    return this.#connection.write("disk", () => {
      const before = this.#read(cronId);
      if (before === undefined) return undefined;
      const after = { ...before, ...patch, updatedAt: this.#connection.now().toISOString() };
      const assignments = CRON_COLUMNS.split(", ").map((column) => `${column} = ?`);
      this.#connection.database.run(
        `UPDATE crons SET ${assignments.join(", ")}, claimed_until = NULL WHERE cron_id = ?`,
        [...toCronRow(after), cronId],
      );
      return after;
    });
  }

  delete(cronId: string): Promise<boolean> {
    return this.#connection.write(
      "disk",
      () => this.#connection.database.run("DELETE FROM crons WHERE cron_id = ?", [cronId]) > 0,
    );
  }

  claimDue({ limit, claimMs }: { limit: number; claimMs: number }): Promise<CronRecord[]> {
    const now = this.#connection.now();
    return this.#connection.write("process", () =>
      this.#connection.database
        .all<CronRow>(
          `UPDATE crons SET claimed_until = ?1 WHERE seq IN (
             SELECT seq FROM crons WHERE enabled = 1 AND next_run_at IS NOT NULL AND next_run_at <= ?2
               AND (claimed_until IS NULL OR claimed_until <= ?3)
             ORDER BY next_run_at, seq LIMIT ?4)
           RETURNING ${CRON_COLUMNS}`,
          [now.getTime() + claimMs, now.toISOString(), now.getTime(), limit],
        )
        .map(toCronRecord),
    );
  }

  nextDueAt(): Promise<string | undefined> {
    return this.#connection.read(
      () =>
        this.#connection.database.get<[string | null]>(
          "SELECT min(next_run_at) FROM crons WHERE enabled = 1 AND next_run_at IS NOT NULL",
        )?.[0] ?? undefined,
    );
  }

  noteFire(cronId: string, fire: CronFire, next?: { nextRunAt: string | null }): Promise<boolean> {
    const { database } = this.#connection;
    return this.#connection.write("disk", () => {
      const row =
        next === undefined
          ? database.get<[number]>("SELECT seq FROM crons WHERE cron_id = ?", [cronId])
          : database.get<[number]>(
              `UPDATE crons SET next_run_at = ?, claimed_until = NULL WHERE cron_id = ? AND next_run_at = ? RETURNING seq`,
              [next.nextRunAt, cronId, fire.dueAt],
            );
      if (row === undefined) return false;
      this.#insertFire(row[0], fire);
      return true;
    });
  }

  fires(cronId: string, { limit, offset }: PageRequest): Promise<CronFire[]> {
    return this.#connection.read(() =>
      this.#connection.database
        .all<FireRow>(
          `SELECT f.due_at, f.fired_at, f.status, f.is_manual, f.run_id, f.thread_id, f.message FROM cron_fires f
           WHERE f.cron_seq = (SELECT seq FROM crons WHERE cron_id = ?) ORDER BY f.seq DESC LIMIT ? OFFSET ?`,
          [cronId, limit, offset],
        )
        .map(toCronFire),
    );
  }

  #insertFire(cronSeq: number, fire: CronFire): void {
    const { database } = this.#connection;
    database.run(
      `INSERT INTO cron_fires (cron_seq, due_at, fired_at, status, is_manual, run_id, thread_id, message)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [cronSeq, fire.dueAt, fire.firedAt, fire.status, fire.isManual ? 1 : 0, fire.runId, fire.threadId, fire.message],
    );
    database.run(
      `DELETE FROM cron_fires WHERE cron_seq = ?1
         AND seq <= (SELECT seq FROM cron_fires WHERE cron_seq = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)`,
      [cronSeq, MAX_CRON_FIRES],
    );
  }

  #all(order: string): Promise<CronRecord[]> {
    return this.#connection.read(() =>
      this.#connection.database.all<CronRow>(`SELECT ${CRON_COLUMNS} FROM crons ORDER BY ${order}`).map(toCronRecord),
    );
  }

  #read(cronId: string): CronRecord | undefined {
    const row = this.#connection.database.get<CronRow>(`SELECT ${CRON_COLUMNS} FROM crons WHERE cron_id = ?`, [cronId]);
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

function matches(cron: CronRecord, { assistantId, threadId, enabled, metadata, access }: CronFilter): boolean {
  if (assistantId !== undefined && cron.assistantId !== assistantId) return false;
  if (threadId !== undefined && cron.threadId !== threadId) return false;
  if (enabled !== undefined && cron.enabled !== enabled) return false;
  return jsonContains(cron.metadata, metadata ?? {}) && passesAccess(cron.metadata, access);
}
