import type { NewWebhookDelivery, WebhookAttempt, WebhookDeliveryRecord, Webhooks } from "@heddle/backend";
import type { Database } from "./database.ts";

interface DeliveryRow {
  seq: number;
  delivery_id: string;
  run_id: string;
  thread_id: string;
  url: string;
  payload: string;
  created_at: string;
  status: WebhookDeliveryRecord["status"];
  attempts: number;
  due_at: string | null;
  last_error: string | null;
  delivered_at: string | null;
}

/** Webhook deliveries in PostgreSQL. */
export class PostgresWebhooks implements Webhooks {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  async record(delivery: NewWebhookDelivery): Promise<void> {
    await this.#database.query("SELECT heddle.insert_delivery($1)", [JSON.stringify(delivery)]);
  }

  async claim({ leaseMs, limit }: { leaseMs: number; limit: number }): Promise<WebhookDeliveryRecord[]> {
    const now = this.#now();
    const rows = await this.#database.query<DeliveryRow>(
      `UPDATE heddle.webhook_deliveries SET attempts = attempts + 1, due_at = $1 WHERE seq IN (
         SELECT seq FROM heddle.webhook_deliveries WHERE due_at <= $2 ORDER BY due_at, seq LIMIT $3 FOR UPDATE SKIP LOCKED
       ) RETURNING *`,
      [new Date(now.getTime() + leaseMs).toISOString(), now.toISOString(), limit],
    );
    return rows.sort((a, b) => a.seq - b.seq).map(toDelivery);
  }

  async note(deliveryId: string, attempt: WebhookAttempt): Promise<void> {
    await this.#database.query(
      `UPDATE heddle.webhook_deliveries SET status = $2, last_error = $3, due_at = $4,
         delivered_at = coalesce($5, delivered_at)
       WHERE delivery_id = $1`,
      [
        deliveryId,
        attempt.status,
        attempt.status === "delivered" ? null : attempt.error,
        attempt.status === "pending" ? attempt.dueAt : null,
        attempt.status === "delivered" ? this.#now().toISOString() : null,
      ],
    );
  }

  async list(runId: string): Promise<WebhookDeliveryRecord[]> {
    const sql = "SELECT * FROM heddle.webhook_deliveries WHERE run_id = $1 ORDER BY seq DESC";
    return (await this.#database.query<DeliveryRow>(sql, [runId])).map(toDelivery);
  }

  async replay(runId: string, deliveryId: string): Promise<WebhookDeliveryRecord | undefined> {
    const [row] = await this.#database.query<DeliveryRow>(
      `UPDATE heddle.webhook_deliveries SET status = 'pending', due_at = $3 WHERE run_id = $1 AND delivery_id = $2
       RETURNING *`,
      [runId, deliveryId, this.#now().toISOString()],
    );
    return row && toDelivery(row);
  }

  async trim({ createdBefore }: { createdBefore: string }): Promise<number> {
    const sql = "DELETE FROM heddle.webhook_deliveries WHERE due_at IS NULL AND created_at < $1 RETURNING seq";
    return (await this.#database.query(sql, [createdBefore])).length;
  }
}

function toDelivery(row: DeliveryRow): WebhookDeliveryRecord {
  return {
    deliveryId: row.delivery_id,
    runId: row.run_id,
    threadId: row.thread_id,
    url: row.url,
    payload: row.payload,
    createdAt: row.created_at,
    status: row.status,
    attempts: row.attempts,
    dueAt: row.due_at,
    lastError: row.last_error,
    deliveredAt: row.delivered_at,
  };
}
