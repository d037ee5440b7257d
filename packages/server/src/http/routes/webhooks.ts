import type { WebhookDeliveryRecord } from "@heddle/backend";
import { type Context, Hono } from "hono";
import { ServerError } from "../../errors.ts";
import type { ServerTools } from "../../server-tools.ts";
import { readId } from "../request-input.ts";
import { findRun } from "./runs.ts";

/** `…/runs/:id/webhooks`: what the webhook of a run was told, and telling it again. */
export function webhookRoutes(tools: ServerTools): Hono {
  const routes = new Hono();
  for (const run of ["/threads/:thread_id/runs/:run_id", "/runs/:run_id"]) {
    routes.get(`${run}/webhooks`, async (context) => {
      const { runId } = await findRun(context, tools);
      return context.json((await tools.backend.webhooks.list(runId)).map(toDelivery));
    });
    routes.post(`${run}/webhooks/:delivery_id/replay`, async (context) =>
      context.json(toDelivery(await replay(context, tools))),
    );
  }
  return routes;
}

async function replay(context: Context, tools: ServerTools): Promise<WebhookDeliveryRecord> {
  const { runId } = await findRun(context, tools, "threads:update");
  const deliveryId = readId(context, "delivery_id");
  const delivery = await tools.backend.webhooks.replay(runId, deliveryId);
  if (delivery === undefined) {
    throw new ServerError("not_found", `Webhook delivery not found: ${deliveryId} of run ${runId}`);
  }
  tools.wakeWebhooks();
  return delivery;
}

function toDelivery(record: WebhookDeliveryRecord) {
  return {
    delivery_id: record.deliveryId,
    run_id: record.runId,
    thread_id: record.threadId,
    url: record.url,
    status: record.status,
    attempts: record.attempts,
    created_at: record.createdAt,
    next_attempt_at: record.dueAt,
    delivered_at: record.deliveredAt,
    last_error: record.lastError,
    payload: JSON.parse(record.payload) as unknown,
  };
}
