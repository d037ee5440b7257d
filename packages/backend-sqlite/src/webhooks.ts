import type { NewWebhookDelivery, WebhookAttempt, WebhookDeliveryRecord, Webhooks } from "@heddle/backend";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";

type DeliveryRow = [
  deliveryId: string,
  runId: string,
  threadId: string,
  url: string,
  payload: string,
  createdAt: string,
  status: WebhookDeliveryRecord["status"],
  attempts: number,
  dueAt: string | null,
  lastError: string | null,
  deliveredAt: string | null,
];

const COLUMNS =
  "delivery_id, run_id, thread_id, url, payload, created_at, status, attempts, due_at, last_error, delivered_at";

/** Webhook deliveries in SQLite. */
export class SqliteWebhooks implements Webhooks {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async record(delivery: NewWebhookDelivery): Promise<void> {
    await this.#connection.write("disk", () => insertDelivery(this.#connection.database, delivery));
  }

  async claim({ leaseMs, limit }: { leaseMs: number; limit: number }): Promise<WebhookDeliveryRecord[]> {
    const { database } = this.#connection;
    const now = this.#connection.now();
    const due = "SELECT seq FROM webhook_deliveries WHERE due_at <= ? ORDER BY due_at, seq LIMIT ?";
    const at = now.toISOString();
    // Asked often, and mostly for nothing: reading costs no write.
    const isAny = await this.#connection.read(() => database.get<[number]>(due, [at, 1]) !== undefined);
    if (!isAny) return [];
    return this.#connection.write("disk", () =>
      database
        .all<DeliveryRow>(
          `UPDATE webhook_deliveries SET attempts = attempts + 1, due_at = ? WHERE seq IN (${due}) RETURNING ${COLUMNS}`,
          [new Date(now.getTime() + leaseMs).toISOString(), at, limit],
        )
        .map(toDelivery),
    );
  }

  async note(deliveryId: string, attempt: WebhookAttempt): Promise<void> {
    const deliveredAt = attempt.status === "delivered" ? this.#connection.now().toISOString() : null;
    await this.#connection.write("disk", () => {
      this.#connection.database.run(
        `UPDATE webhook_deliveries SET status = ?, last_error = ?, due_at = ?, delivered_at = coalesce(?, delivered_at)
         WHERE delivery_id = ?`,
        [
          attempt.status,
          attempt.status === "delivered" ? null : attempt.error,
          attempt.status === "pending" ? attempt.dueAt : null,
          deliveredAt,
          deliveryId,
        ],
      );
    });
  }

  list(runId: string): Promise<WebhookDeliveryRecord[]> {
    const sql = `SELECT ${COLUMNS} FROM webhook_deliveries WHERE run_id = ? ORDER BY seq DESC`;
    return this.#connection.read(() => this.#connection.database.all<DeliveryRow>(sql, [runId]).map(toDelivery));
  }

  replay(runId: string, deliveryId: string): Promise<WebhookDeliveryRecord | undefined> {
    const sql = `UPDATE webhook_deliveries SET status = 'pending', due_at = ? WHERE run_id = ? AND delivery_id = ?
      RETURNING ${COLUMNS}`;
    const now = this.#connection.now().toISOString();
    return this.#connection.write("disk", () => {
      const row = this.#connection.database.get<DeliveryRow>(sql, [now, runId, deliveryId]);
      return row && toDelivery(row);
    });
  }

  trim({ createdBefore }: { createdBefore: string }): Promise<number> {
    const sql = "DELETE FROM webhook_deliveries WHERE due_at IS NULL AND created_at < ? RETURNING seq";
    return this.#connection.write("disk", () => this.#connection.database.all(sql, [createdBefore]).length);
  }
}

/** Within a transaction of the caller's. */
export function insertDelivery(database: Database, delivery: NewWebhookDelivery): void {
  const { deliveryId, runId, threadId, url, payload, createdAt } = delivery;
  database.run(
    `INSERT INTO webhook_deliveries (delivery_id, run_id, thread_id, url, payload, created_at, due_at, status)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, 'pending')`,
    [deliveryId, runId, threadId, url, payload, createdAt],
  );
}

function toDelivery(row: DeliveryRow): WebhookDeliveryRecord {
  const [deliveryId, runId, threadId, url, payload, createdAt, status, attempts, dueAt, lastError, deliveredAt] = row;
  return { deliveryId, runId, threadId, url, payload, createdAt, status, attempts, dueAt, lastError, deliveredAt };
}
