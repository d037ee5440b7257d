import type { CronRecord, CronFire as FireRecord } from "@heddle/backend";
import type { Cron, CronFire } from "@heddle/protocol";
import { payloadOf } from "../schedules/cron-run.ts";

export function toCron(record: CronRecord): Cron {
  return {
    cron_id: record.cronId,
    assistant_id: record.assistantId,
    thread_id: record.threadId,
    user_id: record.userId,
    schedule: record.schedule,
    timezone: record.timezone,
    end_time: record.endTime,
    next_run_date: record.nextRunAt,
    enabled: record.enabled,
    on_run_completed: record.onRunCompleted,
    missed_fires: record.missedFires,
    payload: { ...payloadOf(record).run, assistant_id: record.assistantId, schedule: record.schedule },
    metadata: record.metadata,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}

export function toCronFire(record: FireRecord): CronFire {
  return {
    due_at: record.dueAt,
    fired_at: record.firedAt,
    status: record.status,
    is_manual: record.isManual,
    run_id: record.runId,
    thread_id: record.threadId,
    message: record.message,
  };
}
