import type { RunStatus } from "@heddle/protocol";
import type { ServerTools } from "../server-tools.ts";
import { toWebhookDelivery } from "./webhook-payload.ts";

export interface EndWithoutWorker {
  status: RunStatus;
  error?: { message: string };
}

/**
 * Tells the webhook of a run that ended without a worker: cancelled while it waited, or given up. A run that a worker settles
 * is told with its settlement.
 */
export async function recordEnd(runId: string, end: EndWithoutWorker, tools: WebhookTools): Promise<void> {
  const run = await tools.backend.runs.get(runId);
  const delivery = run && toWebhookDelivery({ run, ...end });
  if (delivery === undefined) return;
  await tools.backend.webhooks.record(delivery);
  tools.wakeWebhooks();
}

type WebhookTools = Pick<ServerTools, "backend" | "wakeWebhooks">;
