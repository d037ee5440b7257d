import type { Lease, Settlement } from "@heddle/backend";
import {
  cancelAtRest,
  findRun,
  markEnded,
  type QueueTables,
  type RunRef,
  removeRun,
  restThread,
  writeOutcome,
} from "./end-run.ts";
import { insertEvents } from "./event-log.ts";
import { promoteNext } from "./ready-runs.ts";
import { insertDelivery } from "./webhooks.ts";

/** See RunQueue.settle. */
export function settleRun(tables: QueueTables, lease: Lease, settlement: Settlement): boolean {
  const run = heldRun(tables, lease);
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
  const run = heldRun(tables, lease);
  if (run === undefined) return false;
  if (run.cancelAction !== null) {
    cancelAtRest(tables, run, run.cancelAction);
    return true;
  }
  makePending(tables, run, 1);
  return false;
}

/** Takes the run from its worker. `released` is 1 when the attempt does not count. */
export function makePending({ database, now }: QueueTables, { runId, threadSeq }: RunRef, released: 0 | 1): void {
  database.run(
    `UPDATE runs SET status = 'pending', worker_id = NULL, lease_until = NULL, released = released + ?2, updated_at = ?3
     WHERE run_id = ?1`,
    [runId, released, now.toISOString()],
  );
  promoteNext(database, threadSeq);
}

/** The run if the lease still stands, whatever its time: only who takes it away ends it. */
function heldRun({ database }: QueueTables, { run, attempt }: Lease): RunRef | undefined {
  const found = findRun(database, run.runId);
  return found?.status === "running" && found.attempt === attempt ? found : undefined;
}
