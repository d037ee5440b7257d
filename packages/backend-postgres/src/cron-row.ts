import type { CronFire, CronRecord } from "@heddle/backend";

/** A row of `crons`, as far as records need it. */
export interface CronRow {
  cron_id: string;
  assistant_id: string;
  thread_id: string | null;
  user_id: string | null;
  schedule: string;
  timezone: string | null;
  end_time: string | null;
  enabled: boolean;
  on_run_completed: CronRecord["onRunCompleted"];
  missed_fires: CronRecord["missedFires"];
  payload: string;
  metadata: Record<string, unknown>;
  created_at: string;
  updated_at: string;
  next_run_at: string | null;
}

export const CRON_COLUMNS =
  "cron_id, assistant_id, thread_id, user_id, schedule, timezone, end_time, enabled, on_run_completed, missed_fires, payload, metadata, created_at, updated_at, next_run_at";

export function toCronRecord(row: CronRow): CronRecord {
  return {
    cronId: row.cron_id,
    assistantId: row.assistant_id,
    threadId: row.thread_id,
    userId: row.user_id,
    schedule: row.schedule,
    timezone: row.timezone,
    endTime: row.end_time,
    enabled: row.enabled,
    onRunCompleted: row.on_run_completed,
    missedFires: row.missed_fires,
    payload: JSON.parse(row.payload),
    metadata: row.metadata,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    nextRunAt: row.next_run_at,
  };
}

/** The values of a row, in the order of CRON_COLUMNS. */
export function toCronValues(cron: CronRecord): unknown[] {
  return [
    cron.cronId,
    cron.assistantId,
    cron.threadId,
    cron.userId,
    cron.schedule,
    cron.timezone,
    cron.endTime,
    cron.enabled,
    cron.onRunCompleted,
    cron.missedFires,
    JSON.stringify(cron.payload),
    JSON.stringify(cron.metadata),
    cron.createdAt,
    cron.updatedAt,
    cron.nextRunAt,
  ];
}

export interface FireRow {
  due_at: string;
  fired_at: string;
  status: CronFire["status"];
  is_manual: boolean;
  run_id: string | null;
  thread_id: string | null;
  message: string | null;
}

export function toCronFire(row: FireRow): CronFire {
  return {
    dueAt: row.due_at,
    firedAt: row.fired_at,
    status: row.status,
    isManual: row.is_manual,
    runId: row.run_id,
    threadId: row.thread_id,
    message: row.message,
  };
}
