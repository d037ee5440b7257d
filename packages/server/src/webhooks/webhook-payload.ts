import type { NewWebhookDelivery, RunRecord } from "@heddle/backend";
import { uuid7 } from "../ids.ts";
import { toRun } from "../runs/run-json.ts";

export interface EndedRun {
  run: RunRecord;
  status: string;
  /** JSON text. */
  valuesJson?: string | undefined;
  error?: { message: string } | undefined;
  /** Absent when it never started. */
  startedAt?: string;
}

/**
 * What the run's webhook is to be told of its end, if it has one: the run's object with its times and values, as upstream's
 * webhooks have it.
 */
export function toWebhookDelivery({
  run,
  status,
  valuesJson,
  error,
  startedAt,
}: EndedRun): NewWebhookDelivery | undefined {
  const { webhook } = run.kwargs;
  if (!webhook) return undefined;
  const now = Date.now();
  const endedAt = new Date(now).toISOString();
  const payload = {
    ...toRun(run),
    status,
    run_started_at: startedAt ?? null,
    run_ended_at: endedAt,
    ...(valuesJson === undefined ? {} : { values: JSON.parse(valuesJson) }),
    ...(error === undefined ? {} : { error: error.message }),
  };
  return {
    deliveryId: uuid7(now),
    runId: run.runId,
    threadId: run.threadId,
    url: webhook,
    payload: JSON.stringify(payload),
    createdAt: endedAt,
  };
}
