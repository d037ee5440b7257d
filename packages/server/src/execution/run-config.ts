import type { RunRecord } from "@heddle/backend";
import type { EngineStreamMode, GraphConfig } from "../graphs/runnable-graph.ts";

/** The names under which a run's own values stand in `configurable`; a client's values of these names are overwritten. */
export function runMetadata(run: RunRecord): Record<string, unknown> {
  return {
    ...run.metadata,
    run_attempt: run.attempt,
    thread_id: run.threadId,
    run_id: run.runId,
  };
}

/** What the engine is called with for this run, without the checkpointer, store and signal. */
export function toGraphConfig(run: RunRecord): GraphConfig {
  const { config, context, durability, interrupt_before, interrupt_after, subgraphs, origin } = run.kwargs;
  const { configurable, metadata, recursion_limit, tags, ...passed } = config;
  const graphConfig: GraphConfig = {
    ...passed,
    tags: tags ?? [],
    configurable: {
      ...configurable,
      ...origin,
      run_id: run.runId,
      thread_id: run.threadId,
      graph_id: run.graphId,
      assistant_id: run.assistantId,
    },
    metadata: { ...(metadata as Record<string, unknown> | undefined), ...runMetadata(run) },
    runId: run.runId,
    subgraphs,
  };
  const runContext = isEmpty(context) ? mirrorOf(configurable) : context;
  if (runContext !== undefined) graphConfig.context = runContext;
  if (recursion_limit !== undefined && recursion_limit !== null) graphConfig.recursionLimit = recursion_limit;
  if (durability) graphConfig.durability = durability;
  if (interrupt_before) graphConfig.interruptBefore = interrupt_before;
  if (interrupt_after) graphConfig.interruptAfter = interrupt_after;
  return graphConfig;
}

function isEmpty(context: unknown): boolean {
  if (context === undefined || context === null) return true;
  return typeof context === "object" && !Array.isArray(context) && Object.keys(context).length === 0;
}

/**
 * Who gives settings only in `configurable` is also heard by graphs that read them from their context. Never the other way
 * round: what is in `configurable` is written into checkpoints, and a context is not.
 */
function mirrorOf(configurable: Record<string, unknown> | undefined): Record<string, unknown> {
  const settings = Object.entries(configurable ?? {}).filter(
    ([key]) => !/^(checkpoint_(id|ns|map)|langsmith_)/.test(key),
  );
  return Object.fromEntries(settings);
}

/**
 * The engine's stream modes for the modes a client asked for. `values` is always on: it is what the run leaves. Whoever watches
 * subgraphs gets models that stream, as on the official server, which makes every model stream: a node that returns its
 * model's message then returns a chunk.
 */
export function toEngineModes(modes: readonly string[], subgraphs: boolean): EngineStreamMode[] {
  const engineModes = new Set<EngineStreamMode>(subgraphs ? ["values", "messages"] : ["values"]);
  for (const mode of modes) {
    if (mode === "messages-tuple" || mode === "messages") engineModes.add("messages");
    else if (mode !== "events") engineModes.add(mode as EngineStreamMode);
  }
  return [...engineModes];
}
