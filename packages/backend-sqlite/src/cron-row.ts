import type { CronFire, CronRecord } from "@heddle/backend";

/** What `toCronRecord` needs, in its order. */
export const CRON_COLUMNS =
  "cron_id, assistant_id, thread_id, user_id, schedule, timezone, end_time, enabled, on_run_completed, missed_fires, payload, metadata, created_at, updated_at, next_run_at";

export type CronRow = [
  cronId: string,
  assistantId: string,
  threadId: string | null,
  userId: string | null,
  schedule: string,
  timezone: string | null,
  endTime: string | null,
  enabled: number,
  onRunCompleted: string | null,
  missedFires: string,
  payload: string,
  metadata: string,
  createdAt: string,
  updatedAt: string,
  nextRunAt: string | null,
];

export function toCronRecord(row: CronRow): CronRecord {
  return {
    cronId: row[0],
    assistantId: row[1],
    threadId: row[2],
    userId: row[3],
    schedule: row[4],
    timezone: row[5],
    endTime: row[6],
    enabled: row[7] === 1,
    onRunCompleted: row[8] as CronRecord["onRunCompleted"],
    missedFires: row[9] as CronRecord["missedFires"],
    payload: JSON.parse(row[10]),
    metadata: JSON.parse(row[11]),
    createdAt: row[12],
    updatedAt: row[13],
    nextRunAt: row[14],
  };
}

export function toCronRow(cron: CronRecord): CronRow {
  return [
    cron.cronId,
    cron.assistantId,
    cron.threadId,
    cron.userId,
    cron.schedule,
    cron.timezone,
    cron.endTime,
    cron.enabled ? 1 : 0,
    cron.onRunCompleted,
    cron.missedFires,
    JSON.stringify(cron.payload),
    JSON.stringify(cron.metadata),
    cron.createdAt,
    cron.updatedAt,
    cron.nextRunAt,
  ];
}

export type FireRow = [
  dueAt: string,
  firedAt: string,
  status: string,
  isManual: number,
  runId: string | null,
  threadId: string | null,
  message: string | null,
];

export function toCronFire(row: FireRow): CronFire {
  return {
    dueAt: row[0],
    firedAt: row[1],
    status: row[2] as CronFire["status"],
    isManual: row[3] === 1,
    runId: row[4],
    threadId: row[5],
    message: row[6],
  };
}
