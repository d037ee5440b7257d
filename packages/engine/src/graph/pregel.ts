import type { BaseCache, Checkpointer, CheckpointListOptions, Store } from "@heddle/checkpoint";
import { Runnable, type RunnableConfig } from "@langchain/core/runnables";
import type { Graph as DrawableGraph } from "@langchain/core/runnables/graph";
import type { StreamEvent } from "@langchain/core/tracers/log_stream";
import type { IterableReadableStream } from "@langchain/core/utils/stream";
import type { BaseChannel } from "../channels/channel.ts";
import { Topic } from "../channels/topic.ts";
import { getState } from "../inspect/get-state.ts";
import type { InspectedGraph } from "../inspect/inspected-graph.ts";
import { stateHistory } from "../inspect/state-history.ts";
import type { GetStateOptions, StateSnapshot } from "../inspect/state-snapshot.ts";
import { bulkUpdateState, type StateUpdate } from "../inspect/update-state.ts";
import { execute } from "../loop/execute.ts";
import type { GraphDefinition } from "../loop/graph-definition.ts";
import type { RunOptions } from "../loop/run-options.ts";
import { taskOf } from "../runtime/ambient.ts";
import type { AnyRecord } from "../runtime/any-record.ts";
import { NAMESPACE_SEPARATOR, TASKS } from "../runtime/constants.ts";
import { callConfig, type FullConfig, mergeConfigs } from "../runtime/merge-config.ts";
import type { RetryPolicy } from "../step/node-policy.ts";
import type { PregelNode } from "../step/pregel-node.ts";
import { makeProgram, type Program } from "../step/program.ts";
import type { ReceiveChunk } from "../stream/chunk-forwarder.ts";
import type { InferExtensions } from "../stream/events/create-graph-run-stream.ts";
import { encodeRun } from "../stream/events/encode-run.ts";
import type { GraphRunStream } from "../stream/events/graph-run-stream.ts";
import type { StreamTransformer } from "../stream/events/stream-transformer.ts";
import { ResultCollector } from "../stream/result-collector.ts";
import type { StreamMode } from "../stream/stream-mode.ts";
import { openEventStream } from "./open-event-stream.ts";
import { openStream, type StreamCall, streamTo } from "./open-stream.ts";
import { PartialRunnable } from "./partial-runnable.ts";
import type { PregelOptions, PregelParams } from "./pregel-options.ts";
import type { StreamOutputMap } from "./stream-output.ts";
import { graphsIn } from "./to-node-function.ts";
import { refuseReservedChannels, validatePregel } from "./validate-pregel.ts";

/** A graph ready to run: a `Runnable` of core, so that it works inside sequences and other graphs. */
export class Pregel<
  // biome-ignore lint/suspicious/noExplicitAny: upstream's defaults of an untyped graph
  InputType = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  OutputType = any,
  ContextType extends AnyRecord = AnyRecord,
  StreamUpdates = InputType,
  StreamValues = OutputType,
  NodeReturnType = unknown,
  CommandType = unknown,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  StreamCustom = any,
  Nodes extends string = string,
> extends PartialRunnable<InputType | CommandType | null, OutputType, PregelOptions<ContextType>> {
  static lc_name(): string {
    return "LangGraph";
  }
  override lc_namespace = ["langgraph", "pregel"];
  readonly lg_is_pregel = true;

  nodes: Record<string, PregelNode>;
  channels: Record<string, BaseChannel>;
  inputChannels: string | string[];
  outputChannels: string | string[];
  streamChannels?: string | string[];
  streamMode: StreamMode[];
  autoValidate: boolean;
  interruptBefore?: string[] | "*";
  interruptAfter?: string[] | "*";
  stepTimeout?: number;
  debug: boolean;
  checkpointer?: Checkpointer | boolean;
  retryPolicy?: RetryPolicy;
  config?: RunnableConfig;
  store?: Store;
  cache?: BaseCache;
  streamTransformers: readonly (() => StreamTransformer)[];
  // TypeScript-private, not `#`: `withConfig` copies by property, and private names would not come along.
  private compiled: { of: [object, object, number]; program: Program } | undefined;

  constructor(fields: PregelParams) {
    super(fields);
    this.name = fields.name ?? "LangGraph";
    refuseReservedChannels(fields.channels);
    this.nodes = fields.nodes;
    this.channels = { ...fields.channels, [TASKS]: new Topic({ accumulate: false }) };
    this.inputChannels = fields.inputChannels;
    this.outputChannels = fields.outputChannels;
    const mode = fields.streamMode ?? "values";
    this.streamMode = Array.isArray(mode) ? mode : [mode];
    this.autoValidate = fields.autoValidate ?? true;
    this.debug = fields.debug ?? false;
    this.streamTransformers = fields.streamTransformers ?? [];
    if (fields.streamChannels !== undefined) this.streamChannels = fields.streamChannels;
    if (fields.interruptBefore !== undefined) this.interruptBefore = fields.interruptBefore;
    if (fields.interruptAfter !== undefined) this.interruptAfter = fields.interruptAfter;
    if (fields.stepTimeout !== undefined) this.stepTimeout = fields.stepTimeout;
    if (fields.checkpointer !== undefined) this.checkpointer = fields.checkpointer;
    if (fields.retryPolicy !== undefined) this.retryPolicy = fields.retryPolicy;
    if (fields.config !== undefined) this.config = fields.config;
    if (fields.store !== undefined) this.store = fields.store;
    if (fields.cache !== undefined) this.cache = fields.cache;
    if (this.autoValidate) this.validate();
  }

  /** Throws when nodes, channels and interrupts do not fit together. */
  validate(): this {
    validatePregel(this);
    return this;
  }

  /** The channels whose values are streamed, as a list. */
  get streamChannelsList(): string[] {
    if (this.streamChannels === undefined) return Object.keys(this.channels);
    return Array.isArray(this.streamChannels) ? this.streamChannels : [this.streamChannels];
  }

  /** The same, or one name when the state is one value. */
  get streamChannelsAsIs(): string | string[] {
    return this.streamChannels ?? Object.keys(this.channels);
  }

  /** A copy that merges `config` into every call. */
  withConfig(config: Partial<PregelOptions<ContextType>>): this {
    const { streamTransformers = [], ...rest } = config;
    const copy: this = Object.assign(Object.create(Object.getPrototypeOf(this)), this);
    copy.streamTransformers = [...this.streamTransformers, ...streamTransformers];
    return this.adopt(copy, mergeConfigs(this.config, rest as RunnableConfig));
  }

  async invoke(
    input: InputType | CommandType | null,
    options?: Partial<PregelOptions<ContextType>>,
  ): Promise<OutputType> {
    const config = this.callConfig(options);
    const mode = options?.streamMode;
    if (mode !== undefined && mode !== "values") return this.collect(input, options);
    const depth = nestingDepth(config);
    const collector = new ResultCollector(depth);
    const outputKeys = config.outputKeys ?? this.outputChannels;
    await execute(this.definition, { config, input, outputKeys, receiver: collector, includesNested: false });
    return collector.result as OutputType;
  }

  private async collect(
    input: InputType | CommandType | null,
    options?: Partial<PregelOptions<ContextType>>,
  ): Promise<OutputType> {
    const chunks: unknown[] = [];
    const stream = await this.stream(input, {
      ...options,
      outputKeys: options?.outputKeys ?? this.outputChannels,
    } as typeof options);
    for await (const chunk of stream) chunks.push(chunk);
    return chunks as OutputType;
  }

  async stream<
    TStreamMode extends StreamMode | StreamMode[] | undefined,
    TSubgraphs extends boolean,
    TEncoding extends "text/event-stream" | undefined = undefined,
  >(
    input: InputType | CommandType | null,
    options?: Partial<PregelOptions<ContextType, TStreamMode, TSubgraphs, TEncoding>>,
  ): Promise<
    IterableReadableStream<
      StreamOutputMap<
        TStreamMode,
        TSubgraphs,
        StreamUpdates,
        StreamValues,
        Nodes,
        NodeReturnType,
        StreamCustom,
        TEncoding
      >
    >
  > {
    return openStream(this.definition, input, this.streamCall(options as Partial<PregelOptions<ContextType>>));
  }

  /**
   * As `stream`, with the same options, but each chunk is handed to `receive` in the moment it is made: for servers, to whom the
   * machinery of streams would cost as much as a short run. Resolves when the run has ended.
   */
  streamTo(
    input: InputType | CommandType | null,
    options: Partial<PregelOptions<ContextType>>,
    receive: ReceiveChunk,
  ): Promise<void> {
    return streamTo(this.definition, input, this.streamCall(options), receive);
  }

  private streamCall(options: Partial<PregelOptions<ContextType>> | undefined): StreamCall {
    const config = this.callConfig(options);
    // A nested graph streams values unless it is told otherwise.
    const own = this.streamMode.length === 1 && this.streamMode[0] !== undefined ? this.streamMode[0] : this.streamMode;
    const fallback = taskOf(config) === undefined ? own : "values";
    return {
      config,
      streamMode: options?.streamMode ?? fallback,
      subgraphs: options?.subgraphs === true,
      encoding: options?.encoding,
      outputKeys: config.outputKeys ?? this.streamChannelsAsIs,
      depth: nestingDepth(config),
    };
  }

  /** Core's machinery around streams calls this; it must not wrap the stream again. */
  async *_streamIterator(
    input: InputType | CommandType | null,
    options?: Partial<PregelOptions<ContextType>>,
  ): AsyncGenerator<OutputType> {
    yield* (await this.stream(input, options)) as unknown as AsyncIterable<OutputType>;
  }

  /** Events of the graph and of everything called in it: as core tells them (v1, v2), or as protocol events (v3). */
  streamEvents(
    input: InputType | CommandType | null,
    options: Partial<PregelOptions<ContextType>> & {
      version: "v3";
      encoding: "text/event-stream";
      transformers?: readonly (() => StreamTransformer)[];
    },
  ): Promise<IterableReadableStream<Uint8Array>>;
  streamEvents<const T extends readonly (() => StreamTransformer)[]>(
    input: InputType | CommandType | null,
    options: Partial<PregelOptions<ContextType>> & { version: "v3"; transformers: T },
  ): Promise<GraphRunStream<OutputType, InferExtensions<T>>>;
  streamEvents(
    input: InputType | CommandType | null,
    options: Partial<PregelOptions<ContextType>> & { version: "v3" },
  ): Promise<GraphRunStream<OutputType>>;
  streamEvents(
    input: InputType | CommandType | null,
    options: Partial<PregelOptions<ContextType>> & { version: "v1" | "v2" },
    streamOptions?: object,
  ): IterableReadableStream<StreamEvent>;
  streamEvents(
    input: InputType | CommandType | null,
    options: Partial<PregelOptions<ContextType>> & {
      version: string;
      transformers?: readonly (() => StreamTransformer)[];
    },
    streamOptions?: object,
  ): unknown {
    if (options.version !== "v3") {
      const core = Runnable.prototype.streamEvents as (...args: unknown[]) => unknown;
      return core.call(this, input, options, streamOptions);
    }
    const { version: _, transformers = [], ...rest } = options;
    const config = this.callConfig(rest);
    const outputKeys = config.outputKeys ?? this.streamChannelsAsIs;
    const call = { config, outputKeys, transformers: [...this.streamTransformers, ...transformers] };
    const run = openEventStream<OutputType>(this.definition, input, call);
    return Promise.resolve(options.encoding === undefined ? run : encodeRun(run));
  }

  getState(config: RunnableConfig, options?: GetStateOptions): Promise<StateSnapshot> {
    return getState(this.inspected, this.withOwnConfig(config), options);
  }

  getStateHistory(config: RunnableConfig, options?: CheckpointListOptions): AsyncIterableIterator<StateSnapshot> {
    return stateHistory(this.inspected, this.withOwnConfig(config), options);
  }

  /** Changes the state as if the node `asNode` had returned `values`. */
  updateState(config: RunnableConfig, values: unknown, asNode?: string): Promise<RunnableConfig> {
    return this.bulkUpdateState(config, [{ updates: [{ values, asNode }] }]);
  }

  bulkUpdateState(config: RunnableConfig, supersteps: { updates: StateUpdate[] }[]): Promise<RunnableConfig> {
    return bulkUpdateState(this.inspected, this.withOwnConfig(config), supersteps);
  }

  /** The graphs that nodes call: `[name, graph]`, names of deeper ones joined by "|". */
  // biome-ignore lint/suspicious/noExplicitAny: graphs of every state
  *getSubgraphs(namespace?: string, recurse?: boolean): Generator<[string, Pregel<any, any>]> {
    for (const [name, node] of Object.entries(this.nodes)) {
      if (namespace !== undefined && namespace !== name && !namespace.startsWith(`${name}${NAMESPACE_SEPARATOR}`))
        continue;
      const candidates = node.subgraphs.length > 0 ? node.subgraphs : [node.bound];
      for (const graph of candidates.flatMap(graphsIn) as Pregel[]) {
        if (namespace === undefined || namespace === name) yield [name, graph];
        if (recurse !== true) continue;
        const rest = namespace?.slice(name.length + 1);
        for (const [inner, nested] of graph.getSubgraphs(rest === "" ? undefined : rest, true)) {
          yield [`${name}${NAMESPACE_SEPARATOR}${inner}`, nested];
        }
      }
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: graphs of every state
  async *getSubgraphsAsync(namespace?: string, recurse?: boolean): AsyncGenerator<[string, Pregel<any, any>]> {
    yield* this.getSubgraphs(namespace, recurse);
  }

  /** The graph as core draws any runnable: in, itself, out. */
  getGraph(_config?: RunnableConfig): DrawableGraph {
    return Runnable.prototype.getGraph.call(this);
  }

  async getGraphAsync(config?: RunnableConfig & { xray?: boolean | number }): Promise<DrawableGraph> {
    return this.getGraph(config);
  }

  private withOwnConfig(config: RunnableConfig): RunnableConfig {
    return this.config === undefined ? config : mergeConfigs(this.config, config);
  }

  async clearCache(): Promise<void> {
    await this.cache?.clear([]);
  }

  /** Checks and completes graph input; graphs without schemas take it as it is. */
  protected _validateInput(input: unknown): unknown {
    return input;
  }

  protected _validateContext(_context: unknown): unknown {
    return undefined;
  }

  protected adopt<T extends { config?: RunnableConfig }>(copy: T, config: RunnableConfig): T {
    copy.config = config;
    return copy;
  }

  /** The graph as the loop sees it. Fields may be assigned after construction, so it is made per call. */
  private get definition(): GraphDefinition {
    return {
      program: this.program,
      name: this.getName(),
      checkpointer: this.checkpointer,
      store: this.store,
      cache: this.cache,
      retryPolicy: this.retryPolicy,
      stepTimeout: this.stepTimeout,
      interruptBefore: this.interruptBefore ?? [],
      interruptAfter: this.interruptAfter ?? [],
      validateInput: (input) => this._validateInput(input),
      validateContext: (context) => this._validateContext(context),
    };
  }

  /** @internal The graph as `inspect/` sees it. */
  get inspected(): InspectedGraph {
    return {
      program: this.program,
      checkpointer: this.checkpointer,
      config: this.config,
      validateInput: (input) => this._validateInput(input),
      nestedGraphs: () => inspectable(this.getSubgraphs()),
    };
  }

  private get program(): Program {
    const count = Object.keys(this.nodes).length;
    const of = this.compiled?.of;
    if (this.compiled === undefined || of?.[0] !== this.nodes || of[1] !== this.channels || of[2] !== count) {
      const { nodes, channels, inputChannels, outputChannels } = this;
      const program = makeProgram({
        nodes,
        channels,
        inputChannels,
        outputChannels,
        streamChannels: this.streamChannelsAsIs,
      });
      this.compiled = { of: [nodes, channels, count], program };
    }
    return this.compiled.program;
  }

  private callConfig(options: Partial<PregelOptions<ContextType>> | undefined): FullConfig & RunOptions {
    const config = callConfig(this.config, options as RunnableConfig) as FullConfig & RunOptions;
    config.metadata.ls_integration ??= "langgraph";
    return config;
  }
}

function* inspectable(graphs: Iterable<[string, Pregel]>): Generator<readonly [string, InspectedGraph]> {
  for (const [name, graph] of graphs) if ("inspected" in graph) yield [name, graph.inspected];
}

/** How many namespace segments the chunks of a call have. */
function nestingDepth(config: RunnableConfig): number {
  const task = taskOf(config);
  return task === undefined
    ? 0
    : task.checkpointNs.split(NAMESPACE_SEPARATOR).length + (task.subgraphCount > 0 ? 1 : 0);
}
