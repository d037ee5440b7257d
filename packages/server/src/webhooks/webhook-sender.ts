import {
  DatabaseUnavailableError,
  type WebhookAttempt,
  type WebhookDeliveryRecord,
  type Webhooks,
} from "@heddle/backend";
import type { Logger } from "pino";
import { toError } from "../errors.ts";
import { postWebhook } from "./post-webhook.ts";
import { signWebhook } from "./sign-webhook.ts";
import { isRelative } from "./webhook-policy.ts";

export interface WebhookSenderOptions {
  webhooks: Webhooks;
  /** Sent with every delivery. */
  headers: Record<string, string>;
  /** Without one, deliveries are not signed. */
  secret: string | undefined;
  mayReachPrivate: boolean;
  /** Before a relative address stands where this server is mounted. */
  prefix: string;
  /** Answers what has a relative address. */
  fetch(request: Request): Response | Promise<Response>;
  onTried(outcome: WebhookAttempt["status"]): void;
  logger: Logger;
}

const TIMEOUT_MS = 10_000;

/** Longer than any try takes: only what a dead process left is taken again. */
const LEASE_MS = 30_000;

/** How long after each failed try the next one comes; after the last one the delivery is given up. */
const PAUSES_MS = [1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000];

/** How many are sent at the same time. */
const AT_ONCE = 16;

/** How often to look for what nobody in this process has announced: retries, and deliveries of a process that died. */
const LOOK_EVERY_MS = 1_000;

/**
 * Sends what webhooks are to be told, at least once each, in no certain order. A receiver says with 2xx that it has it, with 410
 * that it wants none; everything else is tried again with growing pauses. `start` and `stop` come in a pair.
 */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  readonly #sending = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isDatabaseAway = false;
  #mustLookAgain = false;
  #isStopped = false;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), LOOK_EVERY_MS);
    this.#timer.unref();
    this.wake();
  }

  /** Something may be due. */
  wake(): void {
    if (this.#isStopped) return;
    this.#mustLookAgain = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Waits for what is being sent. What is left is sent by the next start, or by another process. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#looking;
    await Promise.all(this.#sending);
  }

  async #look(): Promise<void> {
    try {
      while (this.#mustLookAgain && !this.#isStopped && this.#sending.size < AT_ONCE) {
        this.#mustLookAgain = false;
        const limit = AT_ONCE - this.#sending.size;
        const due = await this.#options.webhooks.claim({ leaseMs: LEASE_MS, limit });
        this.#isDatabaseAway = false;
        for (const delivery of due) this.#begin(delivery);
        if (due.length === limit) this.#mustLookAgain = true;
      }
    } catch (error) {
      // An outage is said once, not each second.
      if (this.#isDatabaseAway) return;
      this.#isDatabaseAway = error instanceof DatabaseUnavailableError;
      this.#options.logger.error({ err: error }, "webhook deliveries could not be read");
    }
  }

  #begin(delivery: WebhookDeliveryRecord): void {
    const sending = this.#send(delivery).finally(() => {
      this.#sending.delete(sending);
      if (this.#mustLookAgain) this.wake();
    });
    this.#sending.add(sending);
  }

  async #send(delivery: WebhookDeliveryRecord): Promise<void> {
    const { webhooks, logger } = this.#options;
    const { deliveryId, runId, url } = delivery;
    try {
      const failure = await this.#try(delivery);
      const attempt = failure === undefined ? { status: "delivered" as const } : afterFailure(failure, delivery);
      await webhooks.note(deliveryId, attempt);
      this.#options.onTried(attempt.status);
      if (attempt.status === "failed")
        logger.warn({ run_id: runId, url, error: attempt.error }, "webhook was given up");
    } catch (error) {
      logger.error({ err: error, run_id: runId }, "what became of a webhook could not be written; it is sent again");
    }
  }

  /** Why it failed. */
  async #try({ deliveryId, url, payload }: WebhookDeliveryRecord): Promise<string | undefined> {
    const { secret, mayReachPrivate, prefix, fetch } = this.#options;
    const sentAt = new Date();
    const body = JSON.stringify({ ...JSON.parse(payload), webhook_sent_at: sentAt.toISOString() });
    const headers = {
      ...this.#options.headers,
      "content-type": "application/json",
      ...(secret === undefined ? {} : signWebhook(deliveryId, body, secret, sentAt)),
    };
    try {
      const status = isRelative(url)
        ? (await fetch(new Request(`http://localhost${prefix}${url}`, { method: "POST", headers, body }))).status
        : await postWebhook({ url, headers, body, timeoutMs: TIMEOUT_MS, mayReachPrivate });
      return status >= 200 && status < 300 ? undefined : `status ${status}`;
    } catch (thrown) {
      return toError(thrown).message;
    }
  }
}

function afterFailure(error: string, { attempts }: WebhookDeliveryRecord): WebhookAttempt {
  const pauseMs = PAUSES_MS[attempts - 1];
  if (pauseMs === undefined || error === "status 410") return { status: "failed", error };
  return { status: "pending", error, dueAt: new Date(Date.now() + pauseMs).toISOString() };
}
