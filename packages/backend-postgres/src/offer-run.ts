import type { NewRun, OfferOutcome, Waiter } from "@heddle/backend";
import type { Database } from "./database.ts";
import { toGivenText, toRunRecord } from "./run-row.ts";

type CancelAction = "interrupt" | "rollback";

export interface Offered {
  outcome: OfferOutcome;
  /** It was written as running, for the taker. */
  isTaken: boolean;
  /** Somebody may lease it now. */
  isReady: boolean;
  cancelling: { runId: string; action: CancelAction }[];
}

interface OfferRow {
  outcome: OfferOutcome["status"];
  busy_with: string;
  cancelling: string[];
  actions: CancelAction[];
  cancelled: string[];
  is_taken: boolean;
  is_ready_now: boolean;
  thread_config: string | null;
  thread_metadata: string | null;
}

export interface Offer {
  run: NewRun;
  /** When the run is due, in milliseconds of the epoch; undefined for now. */
  dueMs: number | undefined;
  /** Who runs it if it may start at once. */
  taker: Waiter | undefined;
  processId: number | undefined;
  now: Date;
}

/** See RunQueue.offer: one statement. */
export async function offerRun(database: Database, { run, dueMs, taker, processId, now }: Offer): Promise<Offered> {
  const given = toGivenText(run);
  const row = await database.queryOne<OfferRow>(OFFER, [
    run.runId,
    run.threadId,
    run.assistantId,
    run.graphId,
    run.multitaskStrategy,
    run.thread,
    run.createdAt,
    dueMs,
    given,
    run.kwargs.resumable,
    run.threadConfig === undefined ? undefined : JSON.stringify(run.threadConfig),
    JSON.stringify(run.runMetadata),
    taker?.workerId,
    processId,
    now.getTime() + (taker?.leaseMs ?? 0),
    now.getTime(),
    now.toISOString(),
    run.threadTtl?.minutes,
    run.threadTtl?.strategy,
    run.access === undefined ? undefined : JSON.stringify(run.access),
  ]);
  const cancelling = row.cancelling.map((runId, index) => ({ runId, action: row.actions[index] ?? "interrupt" }));
  return { outcome: toOutcome(row, run, given, now), isTaken: row.is_taken, isReady: row.is_ready_now, cancelling };
}

function toOutcome(row: OfferRow, run: NewRun, given: string, now: Date): OfferOutcome {
  if (row.outcome === "busy") return { status: "busy", runId: row.busy_with };
  if (row.outcome === "thread-missing") return { status: "thread-missing" };
  const record = toRunRecord({
    run_id: run.runId,
    thread_id: run.threadId,
    assistant_id: run.assistantId,
    graph_id: run.graphId,
    created_at: run.createdAt,
    updated_at: now.toISOString(),
    status: "pending",
    multitask_strategy: run.multitaskStrategy,
    attempt: 0,
    given,
    thread_config: row.thread_config,
    thread_metadata: row.thread_metadata,
    notes: null,
  });
  return { status: "accepted", run: record, cancelling: row.cancelling, cancelled: row.cancelled };
}

const OFFER =
  "SELECT * FROM heddle.offer_run($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
