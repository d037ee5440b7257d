import type { Logger } from "pino";
import { toRun } from "../runs/run-json.ts";
import type { WebhookDelivery } from "./worker-tools.ts";

const TIMEOUT_MS = 10_000;
const MAX_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 500;

/**
 * Tells a webhook that a run has ended: the run's object with its times and values. Tried again with growing pauses after a
 * failure or a status of 5xx; never delays or fails the run. Redirects are not followed.
 */
export async function deliverWebhook(delivery: WebhookDelivery, logger: Logger): Promise<void> {
  const { run } = delivery.lease;
  const url = run.kwargs.webhook ?? "";
  const body = JSON.stringify(toPayload(delivery));
  for (let attempt = 1; ; attempt++) {
    const failure = await post(url, body);
    if (failure === undefined) return;
    if (attempt === MAX_ATTEMPTS) {
      logger.warn({ run_id: run.runId, url, failure }, "webhook was not delivered");
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** (attempt - 1)));
  }
}

/** Why it failed, when trying again may help. */
async function post(url: string, body: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.status >= 500 ? `status ${response.status}` : undefined;
  } catch (error) {
    return String(error);
  }
}

function toPayload({ lease, status, valuesJson, error, startedAt, endedAt }: WebhookDelivery): Record<string, unknown> {
  return {
    ...toRun(lease.run),
    status,
    run_started_at: startedAt,
    run_ended_at: endedAt,
    webhook_sent_at: new Date().toISOString(),
    ...(valuesJson === undefined ? {} : { values: JSON.parse(valuesJson) }),
    ...(error === undefined ? {} : { error: error.message }),
  };
}
