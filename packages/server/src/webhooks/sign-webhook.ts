import { createHmac } from "node:crypto";

/**
 * The headers by which a receiver knows that a delivery is ours, new and whole, as Standard Webhooks 1.0 has them: an id that stays
 * the same when it is sent again, the time of sending in seconds, and an HMAC-SHA256 over `id.timestamp.body`. A secret that
 * begins with `whsec_` is base64; any other is taken as it is.
 */
export function signWebhook(id: string, body: string, secret: string, sentAt: Date): Record<string, string> {
  const timestamp = Math.floor(sentAt.getTime() / 1000).toString();
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : secret;
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
