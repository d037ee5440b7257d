/**
 * What the server asks of a graph. A contract by structure: graphs compiled by Heddle's engine fit, and so do graphs compiled by
 * the official `@langchain/langgraph`, which the server imports neither of. Words of the engine's API stand here as upstream
 * spells them.
 */
export interface RunnableGraph {
  /** Chunks are `[mode, data]`, or `[namespace, mode, data]` when `subgraphs` is set; `streamMode` is always a list. */
  stream(input: unknown, config: GraphConfig): Promise<AsyncIterable<unknown>>;
  /** Only our engine's: as `stream`, but the chunks are handed over as they are made. Resolves when the run has ended. */
  streamTo?(input: unknown, config: GraphConfig, receive: ReceiveChunk): Promise<void>;
  streamEvents(input: unknown, config: GraphConfig & { version: "v2" }): AsyncIterable<GraphEvent>;
  getState(config: GraphConfig, options?: { subgraphs?: boolean }): Promise<StateSnapshot>;
  getStateHistory(config: GraphConfig, options?: HistoryOptions): AsyncIterable<StateSnapshot>;
  // biome-ignore lint/suspicious/noExplicitAny: each graph declares the names of its own nodes
  updateState(config: GraphConfig, values: unknown, asNode?: any): Promise<CheckpointConfig>;
  bulkUpdateState(config: GraphConfig, supersteps: Superstep[]): Promise<CheckpointConfig>;
  getGraphAsync(config: GraphConfig & { xray?: boolean | number }): Promise<{ toJSON(): unknown }>;
  getSubgraphsAsync(namespace?: string, recurse?: boolean): AsyncIterable<[name: string, graph: unknown]>;
}

/** `namespace` is that of the subgraph which made the chunk, empty for the graph that was called. */
export type ReceiveChunk = (namespace: readonly string[], mode: string, data: unknown) => void;

/** The configuration of one call. The server adds its checkpointer as `configurable.__pregel_checkpointer`, never to the graph itself. */
export interface GraphConfig {
  configurable?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  tags?: string[];
  // biome-ignore lint/suspicious/noExplicitAny: each graph declares its own type of context
  context?: any;
  // biome-ignore lint/suspicious/noExplicitAny: each engine has a class of its own, with private members
  store?: any;
  signal?: AbortSignal;
  runId?: string;
  // biome-ignore lint/suspicious/noExplicitAny: handlers are known by their methods, of whichever copy of LangChain
  callbacks?: any[];
  recursionLimit?: number;
  streamMode?: EngineStreamMode[];
  subgraphs?: boolean;
  durability?: "sync" | "async" | "exit";
  // biome-ignore lint/suspicious/noExplicitAny: each graph declares the names of its own nodes
  interruptBefore?: "*" | any[];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  interruptAfter?: "*" | any[];
  // biome-ignore lint/suspicious/noExplicitAny: an instance of the user's own RunControl
  control?: any;
}

/** What the engines stream; the modes of the API are made of these. */
export type EngineStreamMode =
  | "values"
  | "updates"
  | "messages"
  | "custom"
  | "tasks"
  | "checkpoints"
  | "debug"
  | "tools";

export interface HistoryOptions {
  limit?: number;
  before?: GraphConfig;
  filter?: Record<string, unknown>;
}

export interface Superstep {
  updates: { values?: unknown; asNode?: string }[];
}

export interface StateSnapshot {
  values: unknown;
  next: string[];
  tasks: SnapshotTask[];
  metadata?: object | undefined;
  config: CheckpointConfig;
  createdAt?: string | undefined;
  parentConfig?: CheckpointConfig | undefined;
}

/** Names a checkpoint: `thread_id`, `checkpoint_ns`, `checkpoint_id`, `checkpoint_map`. */
export interface CheckpointConfig {
  configurable?: Record<string, unknown> | undefined;
}

export interface SnapshotTask {
  id: string;
  name: string;
  path?: readonly unknown[] | undefined;
  error?: unknown;
  interrupts: { id?: string | undefined; value?: unknown }[];
  /** A subgraph's config, or its whole snapshot. */
  state?: CheckpointConfig | StateSnapshot | undefined;
  result?: unknown;
}

/** An event of the Runnable protocol (`streamEvents` v2). */
export interface GraphEvent {
  event: string;
  name: string;
  run_id: string;
  tags?: string[];
  metadata?: Record<string, unknown>;
  data: Record<string, unknown>;
}

/** True for a compiled graph, by the methods the server calls. */
export function isRunnableGraph(value: unknown): value is RunnableGraph {
  return hasMethods(value, ["stream", "getState", "updateState", "getStateHistory"]);
}

/** True for a graph builder, which `compile()` turns into a graph. */
export function isGraphBuilder(value: unknown): value is { compile(): unknown } {
  return hasMethods(value, ["compile", "addNode"]);
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
}
