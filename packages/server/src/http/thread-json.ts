import type { ThreadRecord } from "@heddle/backend";
import type { Thread, ThreadTtl } from "@heddle/protocol";

/** When a thread goes, as the wire shows it; null when it does not. */
export function toTtl({ ttl, updatedAt }: ThreadRecord): ThreadTtl | null {
  if (ttl === null) return null;
  const expiresAt = new Date(Date.parse(updatedAt) + ttl.minutes * 60_000).toISOString();
  return { ttl_minutes: ttl.minutes, strategy: ttl.strategy, expires_at: expiresAt };
}

export function toThread(record: ThreadRecord): Thread {
  return {
    thread_id: record.threadId,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    state_updated_at: record.stateUpdatedAt,
    metadata: record.metadata,
    status: record.status,
    config: record.config,
    context: record.context ?? null,
    values: (record.values as Thread["values"]) ?? null,
    interrupts: record.interrupts,
    error: record.error ?? null,
  };
}
