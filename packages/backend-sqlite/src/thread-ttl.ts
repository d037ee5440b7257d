import type { ThreadTtl } from "@heddle/backend";
import type { CheckpointTables } from "./checkpoint-tables.ts";
import type { Database } from "./database.ts";
import { removeThread } from "./remove-thread.ts";

const MINUTE_MS = 60_000;

/** A thread whose run goes on is looked at again after this time. */
const BUSY_MS = MINUTE_MS;

/** When to look at a thread that is changed now. */
export function ttlCheckAt(ttl: ThreadTtl, now: Date): number {
  return Math.ceil(now.getTime() + ttl.minutes * MINUTE_MS);
}

/** Gives the thread a time to live, unless it has one of its own. */
export function giveDefaultTtl(database: Database, threadSeq: number, ttl: ThreadTtl, now: Date): void {
  database.run(
    `UPDATE threads SET ttl_minutes = ?, ttl_strategy = ?, ttl_check_at = ?
     WHERE seq = ? AND ttl_minutes IS NULL AND is_temporary = 0`,
    [ttl.minutes, ttl.strategy, ttlCheckAt(ttl, now), threadSeq],
  );
}

export interface SweepOptions {
  limit: number;
  now: Date;
  onRunRemoved(runId: string): void;
}

type Candidate = [
  seq: number,
  threadId: string,
  updatedAt: string,
  minutes: number,
  strategy: string,
  hasActiveRun: number,
];

/** See Threads.sweepExpired; within a transaction. */
export function sweepExpired(
  database: Database,
  checkpoints: CheckpointTables,
  { limit, now, onRunRemoved }: SweepOptions,
): { deleted: string[]; toPrune: string[] } {
  const deleted: string[] = [];
  const toPrune: string[] = [];
  const nowMs = now.getTime();
  const candidates = database.all<Candidate>(
    `SELECT t.seq, t.thread_id, t.updated_at, t.ttl_minutes, t.ttl_strategy,
       EXISTS (SELECT 1 FROM runs r WHERE r.thread_seq = t.seq AND r.is_active = 1)
     FROM threads t WHERE t.ttl_check_at <= ? ORDER BY t.ttl_check_at LIMIT ?`,
    [nowMs, limit],
  );
  for (const [seq, threadId, updatedAt, minutes, strategy, hasActiveRun] of candidates) {
    const expiresMs = Math.ceil(Date.parse(updatedAt) + minutes * MINUTE_MS);
    if (hasActiveRun === 1 || expiresMs > nowMs) {
      lookAgain(database, seq, Math.max(expiresMs, nowMs + (hasActiveRun === 1 ? BUSY_MS : 0)));
    } else if (strategy === "keep_latest") {
      toPrune.push(threadId);
      lookAgain(database, seq, Math.ceil(nowMs + minutes * MINUTE_MS));
    } else {
      removeThread(database, checkpoints, threadId, onRunRemoved);
      deleted.push(threadId);
    }
  }
  return { deleted, toPrune };
}

function lookAgain(database: Database, threadSeq: number, checkAt: number): void {
  database.run("UPDATE threads SET ttl_check_at = ? WHERE seq = ?", [checkAt, threadSeq]);
}
