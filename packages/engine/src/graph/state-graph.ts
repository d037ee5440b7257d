import { Runnable, type RunnableConfig } from "@langchain/core/runnables";
import type { BaseChannel } from "../channels/channel.ts";
import type { AnyRecord } from "../runtime/any-record.ts";
import type { Command } from "../runtime/command.ts";
import { END, START } from "../runtime/constants.ts";
import type { InferInterruptResumeType } from "../runtime/interrupt.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { AnnotationRoot, StateDefinition, StateType } from "../state/annotation.ts";
import {
  type ExtractStateType,
  type ExtractUpdateType,
  type StateDefinitionInit,
  type ToStateDefinition,
  toChannels,
} from "../state/state-definition.ts";
import type { BranchOptions, BranchPathReturnValue } from "./branch.ts";
import { compileStateGraph } from "./compile.ts";
import type { CompileOptions } from "./compile-options.ts";
import type { CompiledStateGraph } from "./compiled-state-graph.ts";
import { GraphBuilder } from "./graph-builder.ts";
import { type NodeDefaults, toPolicies } from "./node-options.ts";
import type { NodeErrorHandler, NodePolicyOptions, StateGraphAddNodeOptions, StateGraphNodeSpec } from "./node-spec.ts";
import type { Prettify } from "./prettify.ts";
import {
  type ResolvedInit,
  resolveInit,
  type StateGraphArgs,
  type StateGraphInit,
  type StateGraphOptions,
} from "./state-graph-init.ts";
import { graphsIn, type RunnableLike, toNodeFunction } from "./to-node-function.ts";

type MergeReturnType<Prev, Curr> = Prev & Curr extends infer T ? { [K in keyof T]: T[K] } & unknown : never;

type ContextOf<C> = C extends StateDefinitionInit ? StateType<ToStateDefinition<C>> : Record<string, unknown>;

type Loose<U> = U extends object ? U & AnyRecord : U;

type NodeAction<S, U, C, InterruptType, WriterType> = RunnableLike<
  S,
  Loose<U>,
  Runtime<ContextOf<C>, InterruptType, WriterType> & RunnableConfig
>;

/**
 * Draws a graph whose nodes share a state: each reads it, and writes what it returns into it.
 *
 * @example
 * const graph = new StateGraph(State)
 *   .addNode("greet", ({ name }) => ({ text: `Hello ${name}` }))
 *   .addEdge(START, "greet")
 *   .compile()
 */
export class StateGraph<
  SD = unknown,
  S = ExtractStateType<SD>,
  U = ExtractUpdateType<SD, S>,
  N extends string = typeof START,
  // biome-ignore lint/suspicious/noExplicitAny: defaults that fit every declaration
  I extends StateDefinitionInit = SD extends StateDefinitionInit ? SD : any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  O extends StateDefinitionInit = SD extends StateDefinitionInit ? SD : any,
  C extends StateDefinitionInit = StateDefinition,
  NodeReturnType = unknown,
  InterruptType = unknown,
  WriterType = unknown,
> extends GraphBuilder<StateGraphNodeSpec<S, U>> {
  channels: Record<string, BaseChannel> = {};
  waitingEdges: Set<[N[], N]> = new Set();
  /** @internal The schemas the graph was made with. */
  readonly schemas: ResolvedInit;
  /** @internal */
  _nodeDefaults: NodeDefaults = {};
  /** The type of this graph's nodes. */
  declare Node: NodeAction<
    Prettify<S>,
    U | Command<InferInterruptResumeType<InterruptType>, U & Record<string, unknown>, N>,
    C,
    InterruptType,
    WriterType
  >;

  constructor(
    state: SD extends StateDefinitionInit ? SD : never,
    options?: C | AnnotationRoot<ToStateDefinition<C>> | StateGraphOptions<I, O, C, N, InterruptType, WriterType>,
  );
  constructor(
    init: Omit<
      StateGraphInit<
        SD extends StateDefinitionInit ? SD : StateDefinitionInit,
        SD extends StateDefinitionInit ? SD : StateDefinitionInit,
        O,
        C,
        N,
        InterruptType,
        WriterType
      >,
      "state" | "stateSchema" | "input"
    > & {
      input: SD extends StateDefinitionInit ? SD : never;
      state?: never;
      stateSchema?: never;
    },
    contextSchema?: C | AnnotationRoot<ToStateDefinition<C>>,
  );
  constructor(
    init: StateGraphInit<
      SD extends StateDefinitionInit ? SD : StateDefinitionInit,
      I,
      O,
      C,
      N,
      InterruptType,
      WriterType
    >,
    contextSchema?: C | AnnotationRoot<ToStateDefinition<C>>,
  );
  constructor(fields: StateGraphArgs<S>, contextSchema?: C | AnnotationRoot<ToStateDefinition<C>>);
  constructor(first: unknown, second?: unknown) {
    super();
    this.schemas = resolveInit(first, second);
    this.addSchema(this.schemas.state);
    if (this.schemas.input !== undefined) this.addSchema(this.schemas.input);
    if (this.schemas.output !== undefined) this.addSchema(this.schemas.output);
  }

  /** Joins count as one edge per source. */
  override get allEdges(): Set<[string, string]> {
    const joins = [...this.waitingEdges].flatMap(([sources, target]) =>
      sources.map((source): [string, string] => [source, target]),
    );
    return new Set([...this.edges, ...joins]);
  }

  /** Adds the channels of a schema to the state. The same key must mean the same channel. */
  protected addSchema(schema: StateDefinitionInit): void {
    for (const [key, channel] of Object.entries(toChannels(schema))) {
      const existing = this.channels[key];
      if (existing === undefined) this.channels[key] = channel;
      else if (channel.lc_graph_name !== "LastValue" && !existing.equals(channel)) {
        if (existing.lc_graph_name !== "LastValue")
          throw new Error(`Channel "${key}" already exists with a different type.`);
        this.channels[key] = channel;
      }
    }
  }

  /** Policies for all nodes without their own; may be called at any time before `compile`. */
  setNodeDefaults(defaults: NodePolicyOptions & { errorHandler?: NodeErrorHandler<unknown, U, N> }): this {
    const { errorHandler } = defaults;
    Object.assign(this._nodeDefaults, toPolicies(defaults), errorHandler === undefined ? {} : { errorHandler });
    return this;
  }

  addNode<K extends string, NodeMap extends Record<K, NodeAction<S, U, C, InterruptType, WriterType>>>(
    nodes: NodeMap,
  ): StateGraph<
    SD,
    S,
    U,
    N | K,
    I,
    O,
    C,
    MergeReturnType<
      NodeReturnType,
      { [key in keyof NodeMap]: NodeMap[key] extends NodeAction<S, infer R, C, InterruptType, WriterType> ? R : never }
    >,
    InterruptType,
    WriterType
  >;
  addNode<K extends string, NodeInput = S, NodeOutput extends U = U>(
    nodes: [
      key: K,
      action: NodeAction<NodeInput, NodeOutput, C, InterruptType, WriterType>,
      options?: StateGraphAddNodeOptions<N | K, StateDefinitionInit | undefined, NodeInput, U>,
    ][],
  ): StateGraph<
    SD,
    S,
    U,
    N | K,
    I,
    O,
    C,
    MergeReturnType<NodeReturnType, { [key in K]: NodeOutput }>,
    InterruptType,
    WriterType
  >;
  addNode<K extends string, InputSchema extends StateDefinitionInit, NodeOutput extends U = U>(
    key: K,
    action: NodeAction<ExtractStateType<InputSchema>, NodeOutput, C, InterruptType, WriterType>,
    options: StateGraphAddNodeOptions<N | K, InputSchema, ExtractStateType<InputSchema>, U> & { input: InputSchema },
  ): StateGraph<
    SD,
    S,
    U,
    N | K,
    I,
    O,
    C,
    MergeReturnType<NodeReturnType, { [key in K]: NodeOutput }>,
    InterruptType,
    WriterType
  >;
  addNode<K extends string, NodeInput = S, NodeOutput extends U = U>(
    key: K,
    action: NodeAction<NodeInput, NodeOutput, C, InterruptType, WriterType>,
    options?: StateGraphAddNodeOptions<N | K, StateDefinitionInit | undefined, NodeInput, U>,
  ): StateGraph<
    SD,
    S,
    U,
    N | K,
    I,
    O,
    C,
    MergeReturnType<NodeReturnType, { [key in K]: NodeOutput }>,
    InterruptType,
    WriterType
  >;
  addNode<K extends string, NodeInput = S>(
    key: K,
    action: NodeAction<NodeInput, U, C, InterruptType, WriterType>,
    options?: StateGraphAddNodeOptions<N | K, StateDefinitionInit | undefined, NodeInput, U>,
  ): StateGraph<SD, S, U, N | K, I, O, C, NodeReturnType, InterruptType, WriterType>;
  // biome-ignore lint/suspicious/noExplicitAny: the implementation behind five typed forms
  addNode(first: any, action?: any, options?: any): any {
    const entries = nodeEntries(first, action, options as StateGraphAddNodeOptions | undefined);
    if (entries.length === 0) throw new Error("No nodes provided in `addNode`");
    for (const [name, nodeAction, nodeOptions] of entries) this.#addOne(name, nodeAction, nodeOptions ?? {});
    return this;
  }

  #addOne(name: string, action: unknown, options: StateGraphAddNodeOptions): void {
    if (Object.hasOwn(this.channels, name)) {
      throw new Error(
        `${name} is already being used as a state attribute (a.k.a. a channel), cannot also be used as a node name.`,
      );
    }
    const { input, errorHandler, metadata, ends, defer, tracePolicy } = options;
    const spec: StateGraphNodeSpec<S, U> = { runnable: action, ...toPolicies(options) };
    if (tracePolicy !== undefined) spec.tracePolicy = tracePolicy;
    if (input !== undefined) {
      this.addSchema(input);
      spec.input = input;
    }
    if (metadata !== undefined) spec.metadata = metadata;
    if (ends !== undefined) spec.ends = ends;
    if (defer !== undefined) spec.defer = defer;
    spec.subgraphs = options.subgraphs ?? graphsIn(action);
    if (errorHandler !== undefined) spec.errorHandlerNode = handlerName(name);
    toNodeFunction(action);
    if (errorHandler !== undefined && Object.hasOwn(this.nodes, handlerName(name))) throw new Error(handlerClash(name));
    this.putNode(name, spec);
    if (errorHandler === undefined) return;
    // The handler comes first, in drawings too.
    delete this.nodes[name];
    this.#addHandler(handlerName(name), errorHandler as NodeErrorHandler, spec);
    this.nodes[name] = spec;
  }

  #addHandler(name: string, handler: NodeErrorHandler, of: StateGraphNodeSpec<S, U>): void {
    this.nodes[name] = { runnable: handler, input: of.input, isErrorHandler: true, metadata: of.metadata };
  }

  /** An edge; with several sources a join, which waits for all of them. */
  addEdge(startKey: typeof START | N | N[], endKey: N | typeof END): this {
    if (typeof startKey === "string") {
      this.putEdge(startKey, endKey);
      return this;
    }
    this.warnIfCompiled(
      "Adding an edge to a graph that has already been compiled. This will not be reflected in the compiled graph.",
    );
    for (const source of startKey as string[]) {
      if (source === END) throw new Error("END cannot be a start node");
      if (!Object.hasOwn(this.nodes, source)) throw new Error(`Need to add a node named "${source}" first`);
    }
    if ((endKey as string) === END) throw new Error("END cannot be an end node");
    if (!Object.hasOwn(this.nodes, endKey)) throw new Error(`Need to add a node named "${endKey}" first`);
    this.waitingEdges.add([startKey, endKey as N]);
    return this;
  }

  /** Where to go after a node, decided by a function of the state. */
  addConditionalEdges(
    source: BranchOptions<S, N, Runtime<ContextOf<C>, InterruptType, WriterType> & RunnableConfig>,
  ): this;
  addConditionalEdges(
    source: N | typeof START,
    path: RunnableLike<S, BranchPathReturnValue, Runtime<ContextOf<C>, InterruptType, WriterType> & RunnableConfig>,
    pathMap?: BranchOptions<S, N>["pathMap"],
  ): this;
  addConditionalEdges(source: unknown, path?: unknown, pathMap?: unknown): this {
    this.putBranch((typeof source === "object" ? source : { source, path, pathMap }) as BranchOptions<never, string>);
    return this;
  }

  /** Nodes one after the other, with edges between them. */
  addSequence<K extends string, NodeInput = S, NodeOutput extends U = U>(
    nodes: [
      key: K,
      action: NodeAction<NodeInput, NodeOutput, C, InterruptType, WriterType>,
      options?: StateGraphAddNodeOptions<N | K, StateDefinitionInit | undefined, NodeInput, U>,
    ][],
  ): StateGraph<
    SD,
    S,
    U,
    N | K,
    I,
    O,
    C,
    MergeReturnType<NodeReturnType, { [key in K]: NodeOutput }>,
    InterruptType,
    WriterType
  >;
  addSequence<K extends string, NodeMap extends Record<K, NodeAction<S, U, C, InterruptType, WriterType>>>(
    nodes: NodeMap,
  ): StateGraph<
    SD,
    S,
    U,
    N | K,
    I,
    O,
    C,
    MergeReturnType<
      NodeReturnType,
      { [key in keyof NodeMap]: NodeMap[key] extends NodeAction<S, infer R, C, InterruptType, WriterType> ? R : never }
    >,
    InterruptType,
    WriterType
  >;
  addSequence(nodes: unknown): unknown {
    const entries = nodeEntries(nodes, undefined, undefined);
    if (entries.length === 0) throw new Error("Sequence requires at least one node.");
    let previous: string | undefined;
    for (const [name, action, options] of entries) {
      if (Object.hasOwn(this.nodes, name))
        throw new Error(`Node names must be unique: node with the name "${name}" already exists.`);
      this.#addOne(name, action, options ?? {});
      if (previous !== undefined) this.putEdge(previous, name);
      previous = name;
    }
    return this;
  }

  /** @deprecated Use `addEdge(START, key)`. */
  setEntryPoint(key: N): this {
    return this.addEdge(START, key);
  }

  /** @deprecated Use `addEdge(key, END)`. */
  setFinishPoint(key: N): this {
    return this.addEdge(key, END);
  }

  /** Checks the graph and makes it runnable. */
  compile(
    options: CompileOptions<N> = {},
  ): CompiledStateGraph<Prettify<S>, Prettify<U>, N, I, O, C, NodeReturnType, InterruptType, WriterType> {
    return compileStateGraph(this as never, options) as never;
  }
}

type NodeEntry = [name: string, action: unknown, options?: StateGraphAddNodeOptions];

function nodeEntries(first: unknown, action: unknown, options: StateGraphAddNodeOptions | undefined): NodeEntry[] {
  if (typeof first === "string") return [options === undefined ? [first, action] : [first, action, options]];
  if (Array.isArray(first)) return first as NodeEntry[];
  return Runnable.isRunnable(first) ? [] : Object.entries(first as Record<string, unknown>);
}

function handlerClash(node: string): string {
  const name = handlerName(node);
  return `Cannot add error handler to node \`${node}\`: the reserved name \`${name}\` is already in use. StateGraph registers \`__error_handler__<nodeName>\` when you pass \`errorHandler\` in addNode options. Remove or rename the existing node with that name (for example, you may have added it manually).`;
}

function handlerName(node: string): string {
  return `__error_handler__${node}`;
}
