import type { Lease, Settlement } from "@heddle/backend";
import { cancelAtRest, markEnded, removeRun, restThread, writeOutcome } from "./end-run.ts";
import { insertEvents } from "./event-log.ts";
import type { QueueTables } from "./queue-tables.ts";
import { promoteNext } from "./ready-runs.ts";
import type { RunRef } from "./run-row.ts";
import { insertDelivery } from "./webhooks.ts";

/** See RunQueue.settle. */
export function settleRun(tables: QueueTables, lease: Lease, settlement: Settlement): boolean {
  const run = tables.leases.find(lease);
  if (run === undefined) return false;
  if (run.cancelAction === "rollback") {
    // The thread's values are only written here, so those from before the run are still in place.
    removeRun(tables, run);
    restThread(tables, run);
    return true;
  }
  markEnded(tables, run.runId, settlement.status);
  insertEvents(tables.database, settlement.events ?? []);
  writeOutcome(tables, run, settlement);
  if (settlement.webhook !== undefined) insertDelivery(tables.database, settlement.webhook);
  return true;
}

/** See RunQueue.release. A run which was cancelled meanwhile ends instead. True when it did. */
export function releaseRun(tables: QueueTables, lease: Lease): boolean {
  const run = tables.leases.find(lease);
  if (run === undefined) return false;
  if (run.cancelAction !== undefined) {
    cancelAtRest(tables, run, run.cancelAction);
    return true;
  }
  makePending(tables, run, 1);
  return false;
}

/** Takes the run from its worker. `released` is 1 when the attempt does not count. */
export function makePending(tables: QueueTables, { runId, threadSeq }: RunRef, released: 0 | 1): void {
  const { database, leases, transaction, now } = tables;
  leases.end(transaction, runId);
  database.run("UPDATE runs SET status = 'pending', released = released + ?, updated_at = ? WHERE run_id = ?", [
    released,
    now.toISOString(),
    runId,
  ]);
  promoteNext(tables, threadSeq);
}
