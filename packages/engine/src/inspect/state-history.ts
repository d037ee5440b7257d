import type { CheckpointListOptions } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import { snapshotOf } from "./get-state.ts";
import { graphAt, type InspectedGraph, saverFor } from "./inspected-graph.ts";
import type { StateSnapshot } from "./state-snapshot.ts";

/** The states of a thread, newest first. */
export async function* stateHistory(
  graph: InspectedGraph,
  config: RunnableConfig,
  options: CheckpointListOptions = {},
): AsyncGenerator<StateSnapshot> {
  const saver = saverFor(graph, config);
  const namespace = (config.configurable?.checkpoint_ns as string | undefined) ?? "";
  const target = graphAt(graph, namespace) ?? graph;
  const listed = { ...config, configurable: { ...config.configurable, checkpoint_ns: namespace } };
  for await (const tuple of saver.list(listed, options)) {
    yield await snapshotOf(target, saver, tuple.config, tuple, {}, false);
  }
}
