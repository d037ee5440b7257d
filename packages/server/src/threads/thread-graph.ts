import { type AccessFilter, passesAccess, type ThreadRecord } from "@heddle/backend";
import type { CheckpointSelector } from "@heddle/protocol";
import { ServerError } from "../errors.ts";
import type { LoadedGraph } from "../graphs/load-graph.ts";
import { type GraphConfig, isRunnableGraph, type RunnableGraph } from "../graphs/runnable-graph.ts";
import type { ServerTools } from "../server-tools.ts";

/** A thread's graph, ready to be asked for its state. */
export interface ThreadGraph {
  loaded: LoadedGraph;
  /** The graph, or the subgraph whose checkpoints lie under the selected namespace, and how to ask it for the checkpoint. */
  at(selector?: CheckpointSelector): Promise<{ graph: RunnableGraph; config: GraphConfig }>;
}

/**
 * A thread, as far as the caller may see it: one that is somebody else's is as unknown as one that is not there.
 *
 * @throws ServerError `not_found`
 */
export async function findThread(
  threadId: string,
  { backend }: ServerTools,
  access: AccessFilter | undefined,
): Promise<ThreadRecord> {
  const thread = await backend.threads.get(threadId);
  if (thread === undefined || !passesAccess(thread.metadata, access))
    throw new ServerError("not_found", `Thread with ID ${threadId} not found`);
  return thread;
}

/**
 * The graph which the thread's last run was for; undefined for a thread that has none yet. A factory sees in `origin` who asks.
 */
export async function graphOfThread(
  thread: ThreadRecord,
  tools: ServerTools,
  origin: Record<string, unknown>,
): Promise<ThreadGraph | undefined> {
  const graphId = thread.metadata.graph_id;
  if (typeof graphId !== "string") return undefined;
  const loaded = tools.graphs.get(graphId);
  const graph = await loaded.resolve({ configurable: { ...thread.config.configurable, ...origin } });
  const at = async ({ checkpoint_id, checkpoint_ns, checkpoint_map }: CheckpointSelector = {}) => {
    const namespace = checkpoint_ns ?? "";
    const configurable: Record<string, unknown> = {
      thread_id: thread.threadId,
      checkpoint_ns: namespace,
      __pregel_checkpointer: tools.checkpointerOf(loaded),
    };
    if (typeof checkpoint_id === "string") configurable.checkpoint_id = checkpoint_id;
    if (typeof checkpoint_map === "object") configurable.checkpoint_map = checkpoint_map;
    return { graph: await subgraphAt(graph, namespace), config: { configurable, store: tools.graphStore } };
  };
  return { loaded, at };
}

/**
 * The subgraph whose checkpoints have this namespace. Subgraphs that a node calls by itself cannot be found by name; their
 * checkpoints are read through the root graph.
 */
async function subgraphAt(root: RunnableGraph, namespace: string): Promise<RunnableGraph> {
  if (namespace === "") return root;
  const path = toGraphPath(namespace);
  for await (const [name, graph] of root.getSubgraphsAsync(path, true)) {
    if (name === path && isRunnableGraph(graph)) return graph;
  }
  return root;
}

/** `review:<task id>|1|inner:<task id>` names the graph `review|inner`: task ids and counters are left out. */
function toGraphPath(namespace: string): string {
  const segments = namespace.split("|").filter((segment) => !/^\d+$/.test(segment));
  return segments.map((segment) => segment.split(":")[0]).join("|");
}
