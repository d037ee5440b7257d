import type { ThreadRecord, ThreadTtl } from "@heddle/backend";

/** A row of `threads`, as far as records need it. */
export interface ThreadRow {
  thread_id: string;
  created_at: string;
  updated_at: string;
  state_updated_at: string;
  metadata: Record<string, unknown>;
  status: ThreadRecord["status"];
  config: Record<string, unknown>;
  values_json: string | null;
  interrupts: string;
  error: string | null;
  ttl_minutes: number | null;
  ttl_strategy: ThreadTtl["strategy"];
}

export const THREAD_COLUMNS =
  "thread_id, created_at, updated_at, state_updated_at, metadata, status, config, values_json, interrupts, error, ttl_minutes, ttl_strategy";

export function toThreadRecord(row: ThreadRow): ThreadRecord {
  return {
    threadId: row.thread_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    stateUpdatedAt: row.state_updated_at,
    metadata: row.metadata,
    status: row.status,
    config: row.config,
    context: {},
    values: row.values_json === null ? null : JSON.parse(row.values_json),
    interrupts: JSON.parse(row.interrupts),
    // A former error is kept while the next run is under way, for its rollback, but it is nobody's business then.
    error: row.status === "error" && row.error !== null ? JSON.parse(row.error) : null,
    ttl: row.ttl_minutes === null ? null : { minutes: row.ttl_minutes, strategy: row.ttl_strategy },
  };
}
