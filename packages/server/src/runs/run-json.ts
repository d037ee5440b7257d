import type { RunRecord } from "@heddle/backend";
import type { Run } from "@heddle/protocol";

/** What the server keeps with a run for itself. */
const INTERNAL: ReadonlySet<string> = new Set<keyof RunRecord["kwargs"]>([
  "is_streamed",
  "origin",
  "due_at",
  "fingerprint",
  "trace",
  "is_waking",
]);

/** A run as the wire shows it. What the server itself put into `configurable` and what belongs to its user's session is left out. */
export function toRun(run: RunRecord): Run {
  const { config, ...others } = run.kwargs;
  const kwargs = Object.fromEntries(Object.entries(others).filter(([key]) => !INTERNAL.has(key)));
  return {
    run_id: run.runId,
    thread_id: run.threadId,
    assistant_id: run.assistantId,
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    status: run.status,
    metadata: run.metadata,
    kwargs: { ...kwargs, config: { ...config, configurable: toConfigurable(run) } },
    multitask_strategy: run.multitaskStrategy,
  };
}

function toConfigurable(run: RunRecord): Record<string, unknown> {
  const entries = Object.entries(run.kwargs.config.configurable ?? {});
  return {
    ...Object.fromEntries(entries.filter(([key]) => !key.startsWith("langgraph_auth_") && !key.startsWith("__"))),
    run_id: run.runId,
    thread_id: run.threadId,
    graph_id: run.graphId,
    assistant_id: run.assistantId,
  };
}
