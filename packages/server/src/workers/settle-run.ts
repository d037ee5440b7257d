import type { Lease, Settlement } from "@heddle/backend";
import type { RunResult } from "../events/live-runs.ts";
import type { Publisher } from "../events/publish.ts";
import type { ExecutionOutcome } from "../execution/execute-run.ts";
import { type AbortReason, isLogged, type WorkerTools } from "./worker-tools.ts";

export interface FinishedRun {
  lease: Lease;
  outcome: ExecutionOutcome;
  /** Why it was broken off, if it was. */
  reason: AbortReason | undefined;
  publisher: Publisher;
  startedAt: string;
}

/**
 * Ends a run. First the state, the run and its thread are durable, then its readers hear the last event: whoever saw the end of
 * a stream finds the thread settled.
 */
export async function settleRun(finished: FinishedRun, tools: WorkerTools): Promise<void> {
  const { lease, outcome, reason, publisher } = finished;
  const { backend, live, events, logger } = tools;
  const { runId, threadId } = lease.run;
  if (outcome.status === "drained" || reason?.kind === "released" || reason?.kind === "lost") {
    await events.flush();
    if (reason?.kind !== "lost") await backend.queue.release(lease);
    live.handBack(runId);
    return;
  }
  const last = outcome.status === "error" ? publisher.draft("error", JSON.stringify(outcome.error)) : undefined;
  const settlement = toSettlement(outcome);
  const unflushed = isLogged(lease) ? await events.take(runId) : [];
  if (isLogged(lease)) settlement.events = last === undefined ? unflushed : [...unflushed, last];
  const isSettled = await backend.queue.settle(lease, settlement);
  if (!isSettled) {
    logger.warn({ run_id: runId, thread_id: threadId }, "the run was settled by someone else");
    live.handBack(runId);
    return;
  }
  if (last !== undefined) live.say(last, false);
  live.end(runId, toResult(outcome, settlement));
  if (outcome.status === "error") {
    logger.error({ run_id: runId, thread_id: threadId, error: outcome.error }, "run failed");
  }
  if (lease.run.kwargs.webhook) tools.deliverWebhook(toDelivery(finished, settlement));
}

function toSettlement(outcome: ExecutionOutcome): Settlement {
  const values = outcome.valuesJson === undefined ? {} : { valuesJson: outcome.valuesJson };
  switch (outcome.status) {
    case "interrupted":
      return { status: "interrupted", threadStatus: "interrupted", interrupts: outcome.interrupts, ...values };
    case "error":
      return { status: "error", threadStatus: "error", error: outcome.error, interrupts: {}, ...values };
    case "aborted":
      return { status: "interrupted", threadStatus: "idle", interrupts: {}, ...values };
    default:
      return { status: "success", threadStatus: "idle", interrupts: {}, ...values };
  }
}

function toResult(outcome: ExecutionOutcome, { status }: Settlement): RunResult {
  const error = outcome.status === "error" ? outcome.error : undefined;
  return { status, valuesJson: outcome.answerJson, error };
}

function toDelivery({ lease, outcome, startedAt }: FinishedRun, { status, valuesJson }: Settlement) {
  const error = outcome.status === "error" ? outcome.error : undefined;
  return { lease, status, valuesJson, error, startedAt, endedAt: new Date().toISOString() };
}
