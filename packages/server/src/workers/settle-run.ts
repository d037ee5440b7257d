import { type Lease, type RunRecord, type Settlement, untilAvailable } from "@heddle/backend";
import type { ErrorEvent } from "@heddle/protocol";
import { isLogged } from "../events/is-logged.ts";
import type { LiveRuns } from "../events/live-runs.ts";
import type { Publisher } from "../events/publish.ts";
import { toAnswerEvent } from "../events/run-answer.ts";
import type { ExecutionOutcome } from "../execution/execute-run.ts";
import { firstWaking } from "../execution/first-waking.ts";
import type { RunWatch } from "../metrics/run-watch.ts";
import { toWebhookDelivery } from "../webhooks/webhook-payload.ts";
import { wakeLater } from "./wake-sleepers.ts";
import type { AbortReason, WorkerTools } from "./worker-tools.ts";

export interface FinishedRun {
  lease: Lease;
  outcome: ExecutionOutcome;
  /** Why it was broken off, if it was. */
  reason: AbortReason | undefined;
  publisher: Publisher;
  startedAt: string;
  watch: RunWatch;
}

/**
 * Ends a run. First the state, the run and its thread are durable, then its readers hear the last event: whoever saw the end of
 * a stream finds the thread settled.
 */
export async function settleRun(finished: FinishedRun, tools: WorkerTools): Promise<void> {
  const { lease, reason, publisher } = finished;
  const { backend, live, events, logger } = tools;
  const { runId, threadId } = lease.run;
  if (finished.outcome.status === "drained" || reason?.kind === "released" || reason?.kind === "lost") {
    await events.flush();
    if (reason?.kind !== "lost") await untilAvailable(() => backend.queue.release(lease));
    live.handBack(runId);
    return;
  }
  const ending = toEnding(finished);
  const error = errorOf(ending);
  const last = error === undefined ? undefined : publisher.draft("error", JSON.stringify(error));
  const settlement = toSettlement(ending);
  const unflushed = isLogged(lease.run) ? await events.take(runId) : [];
  const written = isLogged(lease.run) && last !== undefined ? [...unflushed, last] : unflushed;
  settlement.events = isAskedForLater(lease.run, live)
    ? [...written, toAnswerEvent(lease.run, { valuesJson: ending.answerJson, error })]
    : written;
  const webhook = toWebhookDelivery({ ...settlement, run: lease.run, error, startedAt: finished.startedAt });
  if (webhook !== undefined) settlement.webhook = webhook;
  const wakeAt = firstWaking(settlement.interrupts ?? {});
  if (wakeAt !== undefined) await wakeLater(lease.run, wakeAt, backend);
  const isSettled = await untilAvailable(() => backend.queue.settle(lease, settlement));
  if (!isSettled) {
    logger.warn({ run_id: runId, thread_id: threadId }, "the run was settled by someone else");
    live.handBack(runId);
    return;
  }
  if (last !== undefined) live.say(last, false);
  live.end(runId, { status: settlement.status, valuesJson: ending.answerJson, error });
  if (error !== undefined) logger.error({ run_id: runId, thread_id: threadId, error }, "run failed");
  finished.watch.ended(settlement.status);
  if (webhook !== undefined) tools.wakeWebhooks();
}

/** Whether somebody will want its answer who cannot hear it now, nor find it on its thread. */
function isAskedForLater({ runId, kwargs }: RunRecord, live: LiveRuns): boolean {
  return kwargs.temporary && (kwargs.fingerprint !== undefined || !live.isFollowed(runId));
}

/** How a run that was executed ends. */
type Ending =
  | Exclude<ExecutionOutcome, { status: "drained" }>
  | (Pick<ExecutionOutcome, "valuesJson" | "answerJson"> & { status: "timeout"; error: ErrorEvent });

function toEnding({ lease, outcome, reason }: FinishedRun): Ending {
  if (outcome.status === "drained") throw new Error(`Run "${lease.run.runId}" was handed back, and cannot end.`);
  if (outcome.status !== "aborted" || reason?.kind !== "timeout") return outcome;
  const message = `Run "${lease.run.runId}" took longer than ${reason.afterMs / 1000} seconds, the limit of this server`;
  return { ...outcome, status: "timeout", error: { error: "RunTimeoutError", message } };
}

function errorOf(ending: Ending): ErrorEvent | undefined {
  return "error" in ending ? ending.error : undefined;
}

function toSettlement(ending: Ending): Settlement {
  const values = ending.valuesJson === undefined ? {} : { valuesJson: ending.valuesJson };
  switch (ending.status) {
    case "interrupted":
      return { status: "interrupted", threadStatus: "interrupted", interrupts: ending.interrupts, ...values };
    case "refused": {
      const { error, interrupts } = ending;
      const threadStatus = Object.keys(interrupts).length > 0 ? "interrupted" : "idle";
      return { status: "error", threadStatus, error, interrupts, ...values };
    }
    case "error":
    case "timeout":
      return { status: ending.status, threadStatus: "error", error: ending.error, interrupts: {}, ...values };
    case "aborted":
      return { status: "interrupted", threadStatus: "idle", interrupts: {}, ...values };
    default:
      return { status: "success", threadStatus: "idle", interrupts: {}, ...values };
  }
}
