import { DatabaseUnavailableError, type ThreadRecord } from "@heddle/backend";
import type { Checkpointer, CheckpointMetadata } from "@heddle/checkpoint";
import type { CheckpointSelector, Command, ThreadStatus } from "@heddle/protocol";
import { ServerError, toError } from "../errors.ts";
import { toGraphInput } from "../graphs/graph-input.ts";
import type {
  CheckpointConfig,
  GraphConfig,
  RunnableGraph,
  StateSnapshot,
  Superstep,
} from "../graphs/runnable-graph.ts";
import { interruptsByTask } from "../graphs/thread-state.ts";
import { toJsonText } from "../graphs/to-json.ts";
import type { ServerTools } from "../server-tools.ts";
import { graphOfThread, type ThreadGraph } from "./thread-graph.ts";

export interface StateEdit {
  values: unknown;
  asNode: string | undefined;
  checkpoint: CheckpointSelector;
  /** Who asks, for a graph that is made by a function. */
  origin: Record<string, unknown>;
}

/** Supersteps as a request for a new thread has them. */
export type SuperstepRequest = {
  updates: { values?: unknown; command?: Command | null | undefined; as_node?: string | undefined }[];
};

/**
 * Writes to the state of a thread as if a node had returned the values. Returns the config of the new checkpoint.
 *
 * @throws ServerError `conflict` while a run is pending or running, `graph_error` for what the graph refuses.
 */
export async function editState(thread: ThreadRecord, edit: StateEdit, tools: ServerTools): Promise<CheckpointConfig> {
  if (thread.status === "busy") {
    throw new ServerError("conflict", `Thread is busy: "${thread.threadId}" has a run; wait for it, or cancel it`);
  }
  const found = await graphOfThread(thread, tools, edit.origin);
  if (found === undefined) {
    throw new ServerError(
      "no_graph",
      `Thread ${thread.threadId} has no graph ID; run it once, or give metadata.graph_id`,
    );
  }
  const { graph, config } = await editable(found, thread, edit.checkpoint);
  const values = Array.isArray(edit.values) && edit.asNode !== "__copy__" ? edit.values : [edit.values];
  let written: CheckpointConfig = config;
  for (const update of values) {
    written = await refusable(thread, () => graph.updateState(withTools(written, config), update, edit.asNode));
  }
  await noteState(thread, found, tools);
  return written;
}

/** Gives a new thread a history: each superstep as its nodes would have written it. */
export async function writeSupersteps(
  thread: ThreadRecord,
  { supersteps, origin }: { supersteps: SuperstepRequest[] } & Pick<StateEdit, "origin">,
  tools: ServerTools,
): Promise<void> {
  const found = await graphOfThread(thread, tools, origin);
  if (found === undefined) {
    throw new ServerError("no_graph", `Thread ${thread.threadId} has no graph ID; supersteps need metadata.graph_id`);
  }
  const steps = supersteps.map(
    ({ updates }): Superstep => ({ updates: updates.map((update) => toUpdate(update, found)) }),
  );
  const { graph, config } = await editable(found, thread, {});
  await refusable(thread, () => graph.bulkUpdateState(config, steps));
  await noteState(thread, found, tools);
}

function toUpdate(
  { values, command, as_node }: SuperstepRequest["updates"][number],
  found: ThreadGraph,
): Superstep["updates"][number] {
  const given = command === undefined || command === null ? values : toGraphInput({ command }, found.loaded);
  return as_node === undefined ? { values: given } : { values: given, asNode: as_node };
}

/** The graph to be written to. The checkpoints of an edit name their graph, as those of runs do. */
async function editable(
  found: ThreadGraph,
  thread: ThreadRecord,
  selector: CheckpointSelector,
): Promise<{ graph: RunnableGraph; config: GraphConfig }> {
  const { graph, config } = await found.at(selector);
  const checkpointer = config.configurable?.__pregel_checkpointer as Checkpointer;
  const marking = markingCheckpointer(checkpointer, { graph_id: thread.metadata.graph_id });
  return { graph, config: { ...config, configurable: { ...config.configurable, __pregel_checkpointer: marking } } };
}

function markingCheckpointer(checkpointer: Checkpointer, mark: Record<string, unknown>): Checkpointer {
  return {
    getTuple: (config) => checkpointer.getTuple(config),
    list: (config, options) => checkpointer.list(config, options),
    put: (config, checkpoint, metadata, newVersions) =>
      checkpointer.put(config, checkpoint, { ...mark, ...metadata } as CheckpointMetadata, newVersions),
    putWrites: (config, writes, taskId, taskPath) => checkpointer.putWrites(config, writes, taskId, taskPath),
    deleteThread: (threadId) => checkpointer.deleteThread(threadId),
    getNextVersion: (current) => checkpointer.getNextVersion(current),
  };
}

/** The next update goes on top of what the former one wrote, with the same checkpointer. */
function withTools(written: CheckpointConfig, config: GraphConfig): GraphConfig {
  const { __pregel_checkpointer } = config.configurable ?? {};
  return { ...config, configurable: { ...written.configurable, __pregel_checkpointer } };
}

async function refusable<T>(thread: ThreadRecord, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof ServerError || thrown instanceof DatabaseUnavailableError) throw thrown;
    const { name, message } = toError(thrown);
    const text = `The state of thread "${thread.threadId}" was not changed: ${name}: ${message}`;
    throw new ServerError("graph_error", text, { cause: thrown });
  }
}

/** The thread itself shows the state of its root graph. */
async function noteState(thread: ThreadRecord, found: ThreadGraph, { backend }: ServerTools): Promise<void> {
  const { graph, config } = await found.at();
  const snapshot = await graph.getState(config);
  await backend.threads.setState(thread.threadId, {
    valuesJson: toJsonText(snapshot.values ?? {}),
    interrupts: interruptsByTask(snapshot),
    status: statusOf(snapshot, thread.status),
  });
}

function statusOf(snapshot: StateSnapshot, former: ThreadStatus): ThreadStatus {
  if (snapshot.tasks.some((task) => task.interrupts.length > 0)) return "interrupted";
  if (snapshot.next.length > 0) return former === "idle" ? "idle" : "interrupted";
  return "idle";
}
