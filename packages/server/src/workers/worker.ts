import type { Lease } from "@heddle/backend";
import { toError } from "../errors.ts";
import { type ExecutionOutcome, executeRun } from "../execution/execute-run.ts";
import { settleRun } from "./settle-run.ts";
import { type AbortReason, type ActiveRun, isLogged, type WorkerTools } from "./worker-tools.ts";

/** Executes one leased run and settles it. */
export async function work(lease: Lease, tools: WorkerTools, active: Map<string, ActiveRun>): Promise<void> {
  const { run } = lease;
  const aborter = new AbortController();
  let reason: AbortReason | undefined;
  const startedAt = new Date().toISOString();
  tools.live.begin(run.runId);
  const publisher = tools.events.publisher(run, isLogged(lease));
  let outcome: ExecutionOutcome;
  try {
    const graph = tools.graphs.get(run.graphId);
    const control = graph.modules.engine?.RunControl && new graph.modules.engine.RunControl();
    active.set(run.runId, {
      lease,
      abort: (why) => {
        reason ??= why;
        aborter.abort(new Error(`Run "${run.runId}" was broken off: ${why.kind}`));
      },
      drain: () => control?.requestDrain("shutdown"),
    });
    outcome = await executeRun({
      run,
      graph,
      checkpointer: run.kwargs.temporary ? undefined : tools.checkpointerOf(graph, lease),
      store: tools.graphStore,
      publisher,
      signal: aborter.signal,
      control,
    });
  } catch (thrown) {
    const { name, message } = toError(thrown);
    outcome = { status: "error", error: { error: name, message }, valuesJson: undefined, answerJson: undefined };
  } finally {
    active.delete(run.runId);
  }
  await settleRun({ lease, outcome, reason, publisher, startedAt }, tools);
}
