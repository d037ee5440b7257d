import type { NewRun, OfferOutcome, Waiter } from "@heddle/backend";
import type { FoundCheckpoint } from "./checkpoint-row.ts";
import type { GroupedCalls, GroupedRow } from "./grouped-calls.ts";
import { toGivenText, toRecord } from "./run-row.ts";

type CancelAction = "interrupt" | "rollback";

export interface Offered {
  outcome: OfferOutcome;
  /** It was written as running, for the taker. */
  isTaken: boolean;
  /** Somebody may lease it now. */
  isReady: boolean;
  cancelling: { runId: string; action: CancelAction }[];
  /** Of a run that is taken: the latest checkpoint of its thread. */
  latest: FoundCheckpoint;
}

/** What `offer_runs` answers. */
export type OfferRow = GroupedRow & FoundCheckpoint & OfferAnswer;

interface OfferAnswer {
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
  now: Date;
}

/** See RunQueue.offer. */
export async function offerRun(offers: GroupedCalls<OfferRow>, { run, dueMs, taker, now }: Offer): Promise<Offered> {
  const call = {
    run_id: run.runId,
    thread_id: run.threadId,
    assistant_id: run.assistantId,
    graph_id: run.graphId,
    strategy: run.multitaskStrategy,
    thread_mode: run.thread,
    created: run.createdAt,
    due_ms: dueMs,
    resumable: run.kwargs.resumable,
    is_durable: !run.isAwaited,
    config: run.threadConfig,
    metadata: run.runMetadata,
    taker: taker?.workerId,
    lease_ms: taker?.leaseMs,
    ttl_minutes: run.threadTtl?.minutes,
    ttl_strategy: run.threadTtl?.strategy,
    access: run.access,
  };
  const given = [toGivenText(run)];
  const row = await offers.call(call, { texts: () => given });
  const cancelling = row.cancelling.map((runId, index) => ({ runId, action: row.actions[index] ?? "interrupt" }));
  const outcome = toOutcome(row, run, now);
  return { outcome, isTaken: row.is_taken, isReady: row.is_ready_now, cancelling, latest: row };
}

function toOutcome(row: OfferAnswer, run: NewRun, now: Date): OfferOutcome {
  if (row.outcome === "busy") return { status: "busy", runId: row.busy_with };
  if (row.outcome === "thread-missing") return { status: "thread-missing" };
  const offered = {
    run_id: run.runId,
    thread_id: run.threadId,
    assistant_id: run.assistantId,
    graph_id: run.graphId,
    created_at: run.createdAt,
    updated_at: now.toISOString(),
    status: "pending",
    multitask_strategy: run.multitaskStrategy,
    attempt: 0,
    thread_config: row.thread_config,
    thread_metadata: row.thread_metadata,
    notes: null,
  } as const;
  const record = toRecord(offered, run);
  return { status: "accepted", run: record, cancelling: row.cancelling, cancelled: row.cancelled };
}
