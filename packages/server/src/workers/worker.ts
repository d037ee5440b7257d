import { setImmediate } from "node:timers/promises";
import type { Lease } from "@heddle/backend";
import { toError } from "../errors.ts";
import { isLogged } from "../events/is-logged.ts";
import { type ExecutionOutcome, executeRun } from "../execution/execute-run.ts";
import { feedbackData } from "../execution/feedback-links.ts";
import { RunWatch } from "../metrics/run-watch.ts";
import type { FinishedRun } from "./settle-run.ts";
import type { AbortReason, ActiveRun, WorkerTools } from "./worker-tools.ts";

/** Executes one leased run. It is `active` until it is settled, which is the caller's to do with what this resolves to. */
export async function work(lease: Lease, tools: WorkerTools, active: Map<string, ActiveRun>): Promise<FinishedRun> {
  const { run } = lease;
  const aborter = new AbortController();
  let reason: AbortReason | undefined;
  const startedAt = new Date().toISOString();
  tools.live.begin(run);
  const watch = new RunWatch(run, tools.metrics);
  const publisher = tools.events.publisher(run, isLogged(lease.run));
  let outcome: ExecutionOutcome;
  const abort = (why: AbortReason) => {
    reason ??= why;
    aborter.abort(new Error(`Run "${run.runId}" was broken off: ${why.kind}`));
  };
  const stopClock = limitTime(tools.runTimeoutMs, abort);
  try {
    const graph = tools.graphs.get(run.graphId);
    const control = graph.modules.engine?.RunControl && new graph.modules.engine.RunControl();
    active.set(run.runId, {
      lease,
      abort,
      drain: () => control?.requestDrain("shutdown"),
    });
    const execution = {
      run,
      graph,
      checkpointer: run.kwargs.temporary
        ? undefined
        : tools.checkpointerOf(graph, lease, isLogged(lease.run) ? () => afterEvents(tools) : undefined),
      store: tools.graphStore,
      publisher,
      signal: aborter.signal,
      watch,
      control,
    };
    const execute = (callbacks: object | undefined) => executeRun({ ...execution, callbacks });
    outcome = tools.tracing === undefined ? await execute(undefined) : await tools.tracing.traceRun(run, execute);
  } catch (thrown) {
    const { name, message } = toError(thrown);
    outcome = { status: "error", error: { error: name, message }, valuesJson: undefined, answerJson: undefined };
  }
  stopClock();
  const isRated = tools.feedbackLinks !== undefined && isRead(outcome);
  const feedback = isRated ? await feedbackData(run, tools.feedbackLinks, tools.logger) : undefined;
  if (feedback !== undefined) publisher.publish("feedback", feedback);
  return { lease, outcome, reason, publisher, startedAt, watch };
}

/**
 * What the engine said before it put a checkpoint is on its way to the publisher for this turn of the event loop; then it is
 * appended. So a run that goes on from a checkpoint need not say again how it got there.
 */
async function afterEvents({ events }: WorkerTools): Promise<void> {
  await setImmediate();
  await events.flush();
}

/** Whoever reads the run to its end is asked for feedback. */
function isRead({ status }: ExecutionOutcome): boolean {
  return status === "success" || status === "interrupted";
}

/** The longest time setTimeout can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Breaks the run off when it takes too long. Returns the way to stop the clock. */
function limitTime(afterMs: number | undefined, abort: (reason: AbortReason) => void): () => void {
  if (afterMs === undefined) return () => {};
  const timer = setTimeout(() => abort({ kind: "timeout", afterMs }), Math.min(afterMs, MAX_TIMER_MS));
  timer.unref();
  return () => clearTimeout(timer);
}
