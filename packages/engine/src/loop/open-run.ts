import type { Checkpointer } from "@heddle/checkpoint";
import { CallbackManager, type CallbackManagerForChainRun } from "@langchain/core/callbacks/manager";
import { taskTemplates } from "../runner/task-templates.ts";
import { taskOf } from "../runtime/ambient.ts";
import { KEY } from "../runtime/config-keys.ts";
import { NAMESPACE_END, NAMESPACE_SEPARATOR } from "../runtime/constants.ts";
import type { FullConfig } from "../runtime/merge-config.ts";
import { newId } from "../runtime/new-id.ts";
import type { RunAbort } from "../runtime/run-abort.ts";
import { RunControl } from "../runtime/run-control.ts";
import type { ChunkReceiver, Durability, RunScope, TaskContext } from "../runtime/task-context.ts";
import { tracingMetadata } from "../runtime/tracing-metadata.ts";
import { uniqueTaskIds } from "../step/task-id.ts";
import { MessagesHandler } from "../stream/modes/messages.ts";
import { ToolsHandler } from "../stream/modes/tools.ts";
import { StreamMux } from "../stream/stream-mux.ts";
import { CheckpointLog } from "./checkpoint-log.ts";
import type { GraphDefinition } from "./graph-definition.ts";
import { GraphRun } from "./graph-run.ts";
import { durabilityOf, type RunOptions } from "./run-options.ts";

/** One call of a graph. */
export interface GraphCall {
  readonly config: FullConfig & RunOptions;
  readonly input: unknown;
  readonly outputKeys: string | readonly string[];
  readonly receiver: ChunkReceiver;
  /** Whether the receiver also gets the chunks of nested graphs. */
  readonly includesNested: boolean;
}

/** Puts together what a run needs: its place below the calling task, its saver, its stream, its callbacks. */
export function openRun(graph: GraphDefinition, call: GraphCall, abort: RunAbort): GraphRun {
  const { config } = call;
  if (config.recursionLimit < 1) throw new Error('Passed "recursionLimit" must be at least 1.');
  const parent = taskOf(config);
  const namespace = parent === undefined ? rootNamespace(config) : nestedNamespace(graph, parent);
  const saver = chooseSaver(graph, config, parent);
  const scope = makeScope(graph, call, saver, parent, abort);
  const stream = new StreamMux(
    namespace === "" ? [] : namespace.split(NAMESPACE_SEPARATOR),
    parent === undefined ? [call.receiver] : [call.receiver, ...parent.scope.nestedStreams],
  );
  const { tracer, callbacks } = openCallbacks(call);
  const runConfig = { ...config, configurable: { ...config.configurable, checkpoint_ns: namespace } };
  return new GraphRun({
    program: graph.program,
    config: runConfig,
    scope,
    stream,
    namespace,
    parent,
    log: saver === undefined ? undefined : new CheckpointLog(saver, logConfig(runConfig, parent)),
    outputKeys: call.outputKeys,
    interruptBefore: config.interruptBefore ?? graph.interruptBefore,
    interruptAfter: config.interruptAfter ?? graph.interruptAfter,
    retryPolicy: graph.retryPolicy,
    stepTimeout: graph.stepTimeout,
    tracer,
    callbacks,
    abort,
    templates: taskTemplates(runConfig, scope, stream, abort.signal, callbacks),
    makeTaskId: uniqueTaskIds(newId()),
  });
}

/** A call may name a checkpoint of a nested graph; the run is the root's all the same. */
function rootNamespace(config: FullConfig): string {
  const { checkpoint_ns, checkpoint_map } = config.configurable as {
    checkpoint_ns?: string;
    checkpoint_map?: Record<string, string>;
  };
  if (checkpoint_ns === undefined || checkpoint_ns === "") return "";
  const rootId = checkpoint_map?.[""];
  if (rootId === undefined) delete config.configurable.checkpoint_id;
  else config.configurable.checkpoint_id = rootId;
  return "";
}

/** The calling task's namespace; a second graph of the same task gets a number. */
function nestedNamespace(graph: GraphDefinition, parent: TaskContext): string {
  const count = parent.subgraphCount++;
  // Kept across calls: the namespace must not contain the ids of one call.
  if (graph.checkpointer === true) return withoutTaskIds(parent.checkpointNs);
  return count === 0 ? parent.checkpointNs : `${parent.checkpointNs}${NAMESPACE_SEPARATOR}${count}`;
}

function withoutTaskIds(namespace: string): string {
  const parts = namespace.split(NAMESPACE_SEPARATOR).filter((part) => !/^\d+$/.test(part));
  return parts.map((part) => part.split(NAMESPACE_END)[0]).join(NAMESPACE_SEPARATOR);
}

function chooseSaver(
  graph: GraphDefinition,
  config: FullConfig,
  parent: TaskContext | undefined,
): Checkpointer | undefined {
  const own = typeof graph.checkpointer === "object" ? graph.checkpointer : undefined;
  if (graph.checkpointer === false) return undefined;
  const given = parent?.scope.checkpointer ?? (config.configurable[KEY.checkpointer] as Checkpointer | undefined);
  if (given !== undefined) return given;
  if (graph.checkpointer === true) throw new Error("checkpointer: true cannot be used for root graphs.");
  return own;
}

function makeScope(
  graph: GraphDefinition,
  call: GraphCall,
  saver: Checkpointer | undefined,
  parent: TaskContext | undefined,
  abort: RunAbort,
): RunScope {
  const { config } = call;
  const above = parent?.scope;
  const inherited = above?.nestedStreams ?? [];
  return {
    abort,
    checkpointer: saver,
    canInterrupt: saver !== undefined || above?.canInterrupt === true,
    store: config.store ?? graph.store ?? above?.store,
    cache: config.cache ?? graph.cache ?? above?.cache,
    durability:
      durabilityOf(config) ??
      above?.durability ??
      (config.configurable[KEY.durability] as Durability | undefined) ??
      "async",
    control: config.control ?? above?.control ?? new RunControl(),
    isResuming: above?.isResuming ?? false,
    replay: above?.replay,
    answersById: above?.answersById,
    nestedStreams: call.includesNested ? [call.receiver, ...inherited] : inherited,
    onNodeFinished: config.configurable[KEY.nodeFinished] as ((node: string) => void) | undefined,
  };
}

/** What a saver is given: thread, namespace, the map of the checkpoints above, and the caller's own keys. */
function logConfig(config: FullConfig, parent: TaskContext | undefined): FullConfig {
  const own = Object.entries(config.configurable).filter(
    ([key]) => !key.startsWith("__pregel_") && key !== "checkpoint_map",
  );
  const configurable: Record<string, unknown> = Object.fromEntries(own);
  if (parent !== undefined) configurable.checkpoint_map = parent.checkpointMap;
  const { metadata, tags, recursionLimit, runId, runName } = config;
  const made: FullConfig = { configurable, metadata, recursionLimit, tags };
  if (runId !== undefined) made.runId = runId;
  if (runName !== undefined) made.runName = runName;
  return made;
}

/**
 * Callbacks cost nothing unless somebody listens: no manager without handlers, no chain runs without chain handlers. `tracer` is
 * the manager when there are such.
 */
function openCallbacks(call: GraphCall): Record<"tracer" | "callbacks", CallbackManager | undefined> {
  const { config } = call;
  const tracerInheritableMetadata = tracingMetadata(config.configurable, config.context);
  let manager = CallbackManager._configureSync(
    config.callbacks,
    undefined,
    config.tags,
    undefined,
    config.metadata,
    undefined,
    tracerInheritableMetadata === undefined ? undefined : { tracerInheritableMetadata },
  );
  if (call.receiver.modes.has("messages")) {
    manager = manager?.copy() ?? new CallbackManager();
    manager.addHandler(new MessagesHandler(call.receiver), true);
  }
  if (call.receiver.modes.has("tools")) {
    manager = manager?.copy() ?? new CallbackManager();
    manager.addHandler(new ToolsHandler(call.receiver), true);
  }
  const listens = manager?.handlers.some((handler) => !handler.ignoreChain) === true;
  return listens ? { tracer: manager, callbacks: undefined } : { tracer: undefined, callbacks: manager };
}

/** Tells those who listen to chains that the graph begins: its tasks are chain runs below it. */
export function startChain(
  graph: GraphDefinition,
  { config, input: given }: GraphCall,
  tracer: CallbackManager,
): Promise<CallbackManagerForChainRun> {
  const serialized = { lc: 1 as const, type: "not_implemented" as const, id: ["langgraph", "pregel", graph.name] };
  const name = config.runName ?? graph.name;
  const input = typeof given === "object" && given !== null ? given : { input: given };
  return tracer.handleChainStart(serialized, input, config.runId, undefined, undefined, undefined, name);
}
