import { createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Backend, NewWebhookDelivery, WebhookDeliveryRecord } from "@heddle/backend";
import { openSqliteBackend } from "@heddle/backend-sqlite";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { postWebhook } from "./post-webhook.ts";
import { WebhookSender, type WebhookSenderOptions } from "./webhook-sender.ts";

/** A busy machine takes its time. */
const WAIT = { timeout: 10_000, interval: 5 };

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

let backend: Backend;
let receiver: Server;
let url: string;
let received: Received[];
let answers: number[];
let now: Date;

beforeEach(async () => {
  now = new Date("2026-01-01T00:00:00Z");
  backend = await openSqliteBackend({ file: ":memory:", now: () => now });
  received = [];
  answers = [];
  receiver = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push({ headers: request.headers, body });
    response.writeHead(answers.shift() ?? 204, { location: "http://127.0.0.1:1/" }).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});

afterEach(async () => {
  receiver.close();
  await backend.close();
});

async function record(part: Partial<NewWebhookDelivery> = {}): Promise<NewWebhookDelivery> {
  const delivery = {
    deliveryId: randomUUID(),
    runId: randomUUID(),
    threadId: randomUUID(),
    url,
    payload: '{"status":"success"}',
    createdAt: now.toISOString(),
    ...part,
  };
  await backend.webhooks.record(delivery);
  return delivery;
}

function sender(part: Partial<WebhookSenderOptions> = {}): WebhookSender {
  return new WebhookSender({
    webhooks: backend.webhooks,
    headers: {},
    secret: undefined,
    mayReachPrivate: true,
    prefix: "",
    fetch: () => new Response(),
    onTried: () => {},
    logger: pino({ level: "silent" }),
    ...part,
  });
}

/** Lets a sender work until the delivery has been tried. */
async function tried(delivery: NewWebhookDelivery, working: WebhookSender): Promise<WebhookDeliveryRecord> {
  working.wake();
  return vi.waitFor(async () => {
    const [found] = await backend.webhooks.list(delivery.runId);
    if (found === undefined || (found.status === "pending" && found.lastError === null)) throw new Error("not yet");
    return found;
  }, WAIT);
}

test("a delivery is sent with its headers, and signed so that the receiver can check it", async () => {
  const secret = `whsec_${Buffer.from("0123456789abcdef").toString("base64")}`;
  const delivery = await record();
  expect(await tried(delivery, sender({ secret, headers: { "x-mine": "1" } }))).toMatchObject({ status: "delivered" });
  const [{ headers, body } = { headers: {}, body: "" }] = received;
  expect(JSON.parse(body)).toEqual({ status: "success", webhook_sent_at: expect.any(String) });
  expect(headers).toMatchObject({
    "x-mine": "1",
    "content-type": "application/json",
    "webhook-id": delivery.deliveryId,
  });
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const expected = createHmac("sha256", "0123456789abcdef").update(signed).digest("base64");
  expect(headers["webhook-signature"]).toBe(`v1,${expected}`);
});

test("what fails is tried again with growing pauses, then given up; 410 at once", async () => {
  answers = [500, 302];
  const working = sender();
  const delivery = await record();
  expect(await tried(delivery, working)).toMatchObject({ status: "pending", attempts: 1, lastError: "status 500" });
  const gone = await record();
  answers = [410];
  expect(await tried(gone, working)).toMatchObject({ status: "failed", lastError: "status 410", dueAt: null });
});

test("a relative address is answered by this server itself", async () => {
  const asked: string[] = [];
  const fetch = async (request: Request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname} ${(await request.json()).status}`);
    return new Response(null, { status: 200 });
  };
  expect(await tried(await record({ url: "/custom/hook" }), sender({ fetch }))).toMatchObject({ status: "delivered" });
  expect(asked).toEqual(["POST /custom/hook success"]);
});

test("a name that resolves to the own network is not called", async () => {
  const post = { url: url.replace("127.0.0.1", "localhost"), headers: {}, body: "{}", timeoutMs: 1000 };
  await expect(postWebhook({ ...post, mayReachPrivate: false })).rejects.toThrow("in the server's own network");
  expect(received).toEqual([]);
  expect(await postWebhook({ ...post, mayReachPrivate: true })).toBe(204);
});

test("a literal address of the own network is not called, though no name is resolved", async () => {
  await expect(postWebhook({ url, headers: {}, body: "", timeoutMs: 1000, mayReachPrivate: false })).rejects.toThrow(
    "in the server's own network",
  );
  expect(received).toEqual([]);
});

test("stop waits for what is being sent; the rest is for the next start", async () => {
  const working = sender();
  const first = await record();
  working.start();
  await tried(first, working);
  await working.stop();
  const second = await record();
  working.wake();
  expect(await backend.webhooks.list(second.runId)).toMatchObject([{ attempts: 0 }]);
  const next = sender();
  next.start();
  expect(await tried(second, next)).toMatchObject({ status: "delivered" });
  await next.stop();
});
