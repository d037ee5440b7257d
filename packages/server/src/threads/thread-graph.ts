import type { ThreadRecord } from "@heddle/backend";
import type { CheckpointSelector } from "@heddle/protocol";
import { ServerError } from "../errors.ts";
import type { LoadedGraph } from "../graphs/load-graph.ts";
import type { GraphConfig, RunnableGraph } from "../graphs/runnable-graph.ts";
import type { ServerTools } from "../server-tools.ts";

/** A thread's graph, ready to be asked for its state. */
export interface ThreadGraph {
  loaded: LoadedGraph;
  graph: RunnableGraph;
  /** How to ask it for a checkpoint; for the root graph's latest one when nothing is selected. */
  config(selector?: CheckpointSelector): GraphConfig;
}

/** @throws ServerError `not_found` */
export async function findThread(threadId: string, { backend }: ServerTools): Promise<ThreadRecord> {
  const thread = await backend.threads.get(threadId);
  if (thread === undefined) throw new ServerError("not_found", `Thread with ID ${threadId} not found`);
  return thread;
}

/** The graph which the thread's last run was for; undefined for a thread that has none yet. */
export async function graphOfThread(thread: ThreadRecord, tools: ServerTools): Promise<ThreadGraph | undefined> {
  const graphId = thread.metadata.graph_id;
  if (typeof graphId !== "string") return undefined;
  const loaded = tools.graphs.get(graphId);
  const checkpointer = tools.checkpointerOf(loaded);
  const graph = await loaded.resolve({ ...thread.config, configurable: { ...thread.config.configurable } });
  const config = ({ checkpoint_id, checkpoint_ns, checkpoint_map }: CheckpointSelector = {}): GraphConfig => ({
    configurable: {
      thread_id: thread.threadId,
      checkpoint_ns: checkpoint_ns ?? "",
      ...(typeof checkpoint_id !== "string" ? {} : { checkpoint_id }),
      ...(typeof checkpoint_map !== "object" ? {} : { checkpoint_map }),
      __pregel_checkpointer: checkpointer,
    },
    store: tools.backend.store,
  });
  return { loaded, graph, config };
}
