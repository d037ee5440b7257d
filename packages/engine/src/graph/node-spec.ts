import type { NodeError } from "../errors.ts";
import type { CommandInstance } from "../runtime/command.ts";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import type { TimeoutPolicy } from "../runtime/timeout-policy.ts";
import type { StateDefinition } from "../state/annotation.ts";
import type { ExtractStateType, StateDefinitionInit } from "../state/state-definition.ts";
import type { CachePolicy, RetryPolicy, TracePolicy } from "../step/node-policy.ts";

/** What a node may return. */
export type GraphNodeReturnValue<Update, Nodes extends string = string> =
  | Update
  | CommandInstance<unknown, Update, Nodes>
  | Promise<Update | CommandInstance<unknown, Update, Nodes>>;

/** Runs when a node has failed for good, with the node's input; what it returns stands for the node's result. */
export type NodeErrorHandler<TState = unknown, TUpdate = Partial<TState>, Nodes extends string = string> = (
  state: TState,
  error: NodeError,
  config?: LangGraphRunnableConfig,
) => GraphNodeReturnValue<TUpdate, Nodes>;

export interface NodePolicyOptions {
  retryPolicy?: RetryPolicy;
  /** `true` for the default policy, `false` to opt out of the graph's default. */
  cachePolicy?: CachePolicy | boolean;
  /** Milliseconds, or a policy. */
  timeout?: number | TimeoutPolicy;
}

export interface AddNodeOptions<Nodes extends string = string> {
  metadata?: Record<string, unknown>;
  /** Graphs that a function node calls: for `getState` and drawing. */
  // biome-ignore lint/suspicious/noExplicitAny: graphs of every state; a bound would refuse most
  subgraphs?: any[];
  /** Where the node's commands may go: for validation and drawing. */
  ends?: (Nodes | "__end__")[];
  /** Runs only when no other node is left to run. */
  defer?: boolean;
}

export type StateGraphAddNodeOptions<
  Nodes extends string = string,
  InputSchema extends StateDefinitionInit | undefined = StateDefinitionInit | undefined,
  HandlerState = InputSchema extends StateDefinitionInit ? ExtractStateType<InputSchema> : unknown,
  Update = unknown,
> = {
  /** What the node reads; may add keys that only it and others who declare them see. */
  input?: InputSchema;
  /** What LangSmith gets of the node's input and output; nodes and other handlers see them whole. */
  tracePolicy?: TracePolicy;
  errorHandler?: NodeErrorHandler<HandlerState, Update, Nodes>;
} & NodePolicyOptions &
  AddNodeOptions<Nodes>;

/** A node as it was declared. */
export interface NodeSpec<_RunInput = unknown, _RunOutput = unknown> {
  runnable: unknown;
  metadata?: Record<string, unknown> | undefined;
  subgraphs?: unknown[] | undefined;
  ends?: string[] | undefined;
  defer?: boolean | undefined;
  isErrorHandler?: boolean;
  errorHandlerNode?: string;
}

export interface StateGraphNodeSpec<RunInput = unknown, RunOutput = unknown> extends NodeSpec<RunInput, RunOutput> {
  input?: StateDefinition | StateDefinitionInit | undefined;
  retryPolicy?: RetryPolicy | undefined;
  cachePolicy?: CachePolicy | false | undefined;
  timeout?: TimeoutPolicy | undefined;
  tracePolicy?: TracePolicy | undefined;
}
