/**
 * What the server asks of a graph. A contract by structure: graphs compiled by Heddle's engine fit, and so do graphs compiled by
 * the official `@langchain/langgraph`, which the server imports neither of. Words of the engine's API stand here as upstream
 * spells them.
 */
export interface RunnableGraph {
  /** Chunks are `[mode, data]`, or `[namespace, mode, data]` when `subgraphs` is set; `streamMode` is always a list. */
  stream(input: unknown, config: GraphConfig): Promise<AsyncIterable<unknown>>;
  streamEvents(input: unknown, config: GraphConfig & { version: "v2" }): AsyncIterable<GraphEvent>;
  getState(config: GraphConfig, options?: { subgraphs?: boolean }): Promise<StateSnapshot>;
  getStateHistory(config: GraphConfig, options?: HistoryOptions): AsyncIterable<StateSnapshot>;
  updateState(config: GraphConfig, values: unknown, asNode?: string): Promise<GraphConfig>;
  bulkUpdateState(config: GraphConfig, supersteps: Superstep[]): Promise<GraphConfig>;
  getGraphAsync(config: GraphConfig & { xray?: boolean | number }): Promise<{ toJSON(): unknown }>;
  getSubgraphsAsync(namespace?: string, recurse?: boolean): AsyncIterable<[name: string, graph: unknown]>;
}

/** The configuration of one call. The server adds its checkpointer as `configurable.__pregel_checkpointer`, never to the graph itself. */
export interface GraphConfig {
  configurable?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  tags?: string[];
  context?: unknown;
  store?: unknown;
  signal?: AbortSignal;
  runId?: string;
  recursionLimit?: number;
  streamMode?: string[];
  subgraphs?: boolean;
  durability?: "sync" | "async" | "exit";
  interruptBefore?: "*" | string[];
  interruptAfter?: "*" | string[];
  control?: unknown;
  [key: string]: unknown;
}

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
  metadata?: Record<string, unknown>;
  config: GraphConfig;
  createdAt?: string;
  parentConfig?: GraphConfig;
}

export interface SnapshotTask {
  id: string;
  name: string;
  path?: unknown[];
  error?: unknown;
  interrupts: { id?: string; value?: unknown }[];
  /** A subgraph's config, or its whole snapshot. */
  state?: GraphConfig | StateSnapshot;
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
