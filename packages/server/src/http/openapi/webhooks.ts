import { many, type Operations, one } from "./operation.ts";

const LIST = {
  summary: "What the webhook of a run was told",
  description: "Each delivery with how often it was tried and what became of it; newest first.",
  answer: many("WebhookDelivery"),
};

const REPLAY = {
  summary: "Tell a webhook again",
  description: "The same payload under the same `webhook-id`, whatever became of it before.",
  answer: one("WebhookDelivery"),
};

export const WEBHOOK_OPERATIONS: Operations = {
  "GET /threads/{thread_id}/runs/{run_id}/webhooks": LIST,
  "POST /threads/{thread_id}/runs/{run_id}/webhooks/{delivery_id}/replay": REPLAY,
  "GET /runs/{run_id}/webhooks": LIST,
  "POST /runs/{run_id}/webhooks/{delivery_id}/replay": REPLAY,
};
