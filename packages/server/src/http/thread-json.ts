import type { ThreadRecord } from "@heddle/backend";
import type { Thread } from "@heddle/protocol";

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
