/** What a webhook is to be told. The payload is fixed when the run ends: later deliveries say the same. */
export interface NewWebhookDelivery {
  deliveryId: string;
  runId: string;
  threadId: string;
  url: string;
  /** JSON text. */
  payload: string;
  createdAt: string;
}

/** pending: to be tried (again) at `dueAt` · delivered: the receiver has taken it · failed: given up. */
export type WebhookDeliveryStatus = "pending" | "delivered" | "failed";

export interface WebhookDeliveryRecord extends NewWebhookDelivery {
  status: WebhookDeliveryStatus;
  attempts: number;
  /** Of one that is being tried: when whoever tries it is given up. null once it has ended. */
  dueAt: string | null;
  lastError: string | null;
  deliveredAt: string | null;
}

/** What became of one try. */
export type WebhookAttempt =
  | { status: "delivered" }
  | { status: "pending"; error: string; dueAt: string }
  | { status: "failed"; error: string };

/**
 * Deliveries to webhooks, each at least once. That of a settled run is recorded in the transaction that settles it
 * (`Settlement.webhook`), so none is lost and none is sent for a run that did not end.
 */
export interface Webhooks {
  /** Records a delivery that is due at once: of a run that ended without a worker. */
  record(delivery: NewWebhookDelivery): Promise<void>;
  /** Takes what is due, oldest first; a try that says nothing within `leaseMs` is taken again by whoever asks next. */
  claim(options: { leaseMs: number; limit: number }): Promise<WebhookDeliveryRecord[]>;
  /** Notes what became of a try. */
  note(deliveryId: string, attempt: WebhookAttempt): Promise<void>;
  /** Of one run, newest first. */
  list(runId: string): Promise<WebhookDeliveryRecord[]>;
  /** Makes a delivery of the run due again, whatever became of it; undefined when unknown. */
  replay(runId: string, deliveryId: string): Promise<WebhookDeliveryRecord | undefined>;
  /** Removes those that ended and were created before this time; returns how many. */
  trim(options: { createdBefore: string }): Promise<number>;
}
