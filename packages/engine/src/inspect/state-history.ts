import type { CheckpointListOptions } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import { snapshotOf } from "./get-state.ts";
import { type InspectedGraph, locate, saverFor } from "./inspected-graph.ts";
import type { StateSnapshot } from "./state-snapshot.ts";

/** The states of a thread, newest first. */
export async function* stateHistory(
  graph: InspectedGraph,
  config: RunnableConfig,
  options: CheckpointListOptions = {},
): AsyncGenerator<StateSnapshot> {
  const saver = saverFor(graph, config);
  const { target, config: found } = locate(graph, config);
  const listed = { ...found, configurable: { checkpoint_ns: "", ...found.configurable } };
  for await (const tuple of saver.list(listed, options)) {
    yield await snapshotOf(target, saver, tuple.config, tuple, {}, false);
  }
}
