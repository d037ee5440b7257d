import type { Checkpointer } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import { GraphValueError } from "../errors.ts";
import { KEY } from "../runtime/config-keys.ts";
import { NAMESPACE_END, NAMESPACE_SEPARATOR } from "../runtime/constants.ts";
import type { Program } from "../step/program.ts";

/** A graph as seen from outside of a run. */
export interface InspectedGraph {
  readonly program: Program;
  readonly checkpointer: Checkpointer | boolean | undefined;
  readonly config: RunnableConfig | undefined;
  /** The graphs that nodes call, by the name of their node. */
  nestedGraphs(): Iterable<readonly [name: string, graph: InspectedGraph]>;
  /** Checks an update as if the node had returned it. */
  validateInput(input: unknown): unknown;
}

/** The saver of a call: the call's own wins over the one given to `compile`. */
export function saverFor(graph: InspectedGraph, config: RunnableConfig): Checkpointer {
  const saver = config.configurable?.[KEY.checkpointer] ?? graph.checkpointer;
  if (typeof saver !== "object" || saver === null) {
    throw new GraphValueError("No checkpointer set", { lc_error_code: "MISSING_CHECKPOINTER" });
  }
  return saver as Checkpointer;
}

/** The graph that a checkpoint namespace belongs to; undefined when no node of that name calls one. */
function graphAt(graph: InspectedGraph, namespace: string): InspectedGraph | undefined {
  let current: InspectedGraph | undefined = graph;
  for (const name of nodeNames(namespace)) {
    current = current === undefined ? undefined : new Map(current.nestedGraphs()).get(name);
  }
  return current;
}

/**
 * The graph that `config` speaks of, and the config that finds its checkpoints: a graph that keeps its state across calls has
 * a namespace without task ids, also when it is named by that of a task.
 */
export function locate<C extends RunnableConfig>(
  graph: InspectedGraph,
  config: C,
): { target: InspectedGraph; config: C } {
  const namespace = (config.configurable?.checkpoint_ns as string | undefined) ?? "";
  const target = graphAt(graph, namespace) ?? graph;
  if (target === graph || target.checkpointer !== true) return { target, config };
  const checkpoint_ns = nodeNames(namespace).join(NAMESPACE_SEPARATOR);
  return { target, config: { ...config, configurable: { ...config.configurable, checkpoint_ns } } };
}

/** `a:id|1|b:id` → `["a", "b"]`. */
export function nodeNames(namespace: string): string[] {
  return namespace
    .split(NAMESPACE_SEPARATOR)
    .filter((part) => part !== "" && !/^\d+$/.test(part))
    .map((part) => part.split(NAMESPACE_END)[0] as string);
}
