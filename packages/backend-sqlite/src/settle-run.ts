import type { Lease, Settlement } from "@heddle/backend";
import { cancelAtRest, markEnded, type QueueTables, removeRun, restThread, writeOutcome } from "./end-run.ts";
import { insertEvents } from "./event-log.ts";
import { promoteNext } from "./ready-runs.ts";

type CancelAction = "interrupt" | "rollback";

/** See RunQueue.settle. */
export function settleRun(tables: QueueTables, lease: Lease, settlement: Settlement): boolean {
  const held = heldRun(tables, lease);
  if (held === undefined) return false;
  const run = { runId: lease.run.runId, threadId: held.threadId };
  if (held.cancelAction === "rollback") {
    // The thread's values are only written here, so those from before the run are still in place.
    removeRun(tables, run);
    restThread(tables, run.threadId);
    return true;
  }
  markEnded(tables, run.runId, settlement.status);
  insertEvents(tables.database, settlement.events ?? []);
  writeOutcome(tables, run.threadId, settlement);
  return true;
}

/** See RunQueue.release. A run which was cancelled meanwhile ends instead. True when it did. */
export function releaseRun(tables: QueueTables, lease: Lease): boolean {
  const held = heldRun(tables, lease);
  if (held === undefined) return false;
  const { runId } = lease.run;
  if (held.cancelAction !== null) {
    cancelAtRest(tables, { runId, threadId: held.threadId }, held.cancelAction);
    return true;
  }
  makePending(tables, runId, 1);
  promoteNext(tables.database, held.threadId);
  return false;
}

/** Takes the run from its worker. `released` is 1 when the attempt does not count. */
export function makePending({ database, now }: QueueTables, runId: string, released: 0 | 1): void {
  database.run(
    `UPDATE runs SET status = 'pending', worker_id = NULL, lease_until = NULL, released = released + ?2, updated_at = ?3
     WHERE run_id = ?1`,
    [runId, released, now.toISOString()],
  );
}

/** The run if the lease still stands, whatever its time: only who takes it away ends it. */
function heldRun(
  { database }: QueueTables,
  lease: Lease,
): { threadId: string; cancelAction: CancelAction | null } | undefined {
  const row = database.get<[string, CancelAction | null]>(
    "SELECT thread_id, cancel_action FROM runs WHERE run_id = ? AND status = 'running' AND attempt = ?",
    [lease.run.runId, lease.attempt],
  );
  return row && { threadId: row[0], cancelAction: row[1] };
}
