import type { CheckpointListOptions } from "@heddle/checkpoint";
import {
  GraphInterrupt,
  INTERRUPT,
  type Interrupt,
  RemoteException,
  type StateSnapshot,
  type StreamMode,
} from "@heddle/engine";
import { Client, type Dict } from "@heddle/sdk";
import { mergeConfigs, Runnable, type RunnableConfig } from "@langchain/core/runnables";
import type { Graph } from "@langchain/core/runnables/graph";
import { remoteModes, splitEventName } from "./remote-modes.ts";
import { toDrawable } from "./to-drawable.ts";
import { toCheckpoint, toConfig, toSnapshot } from "./to-snapshot.ts";
import { toPlain, toRunInput, toWireConfig } from "./to-wire.ts";

export interface RemoteGraphParams {
  /** The graph, or the id of an assistant of it. */
  graphId: string;
  /** Where the server is; or a client of it. */
  url?: string;
  client?: Client;
  apiKey?: string;
  headers?: Record<string, string>;
  /** What it is called as a node of another graph. The graph's id unless given. */
  name?: string;
  /** Merged into the config of every call. */
  config?: RunnableConfig;
  interruptBefore?: string[] | "*";
  interruptAfter?: string[] | "*";
  /** The server keeps the events, so that a broken connection goes on where it was. */
  streamResumable?: boolean;
}

export interface RemoteGraphOptions extends RunnableConfig {
  streamMode?: StreamMode | StreamMode[];
  subgraphs?: boolean;
  interruptBefore?: string[] | "*";
  interruptAfter?: string[] | "*";
  context?: unknown;
}

/**
 * A graph on an Agent Server, used like one of this process: called, streamed, or as a node of another graph.
 *
 * @example
 * const remote = new RemoteGraph({ graphId: "agent", url: "http://localhost:2024" });
 * await remote.invoke({ messages: [{ role: "user", content: "Hello" }] }, { configurable: { thread_id } });
 */
// biome-ignore lint/suspicious/noExplicitAny: nothing here knows the state of a graph elsewhere; as a node it must fit every graph
export class RemoteGraph extends Runnable<any, any, RemoteGraphOptions> {
  override lc_namespace = ["langgraph", "pregel"];
  readonly lg_is_pregel = true;
  readonly graphId: string;
  readonly config: RunnableConfig | undefined;
  protected readonly client: Client;
  readonly #params: RemoteGraphParams;

  static override lc_name(): string {
    return "RemoteGraph";
  }

  constructor(params: RemoteGraphParams) {
    super();
    this.#params = params;
    this.graphId = params.graphId;
    this.name = params.name ?? params.graphId;
    this.config = params.config;
    this.client = params.client ?? clientOf(params);
  }

  override withConfig(config: RunnableConfig): RemoteGraph {
    return new RemoteGraph({ ...this.#params, client: this.client, config: mergeConfigs(this.config, config) });
  }

  /** The state the run ends in. */
  override async invoke(input: unknown, options: RemoteGraphOptions = {}): Promise<unknown> {
    let last: unknown;
    for await (const values of await this.stream(input, { ...options, subgraphs: false, streamMode: "values" }))
      last = values;
    return last;
  }

  /** Core fills gaps of the config with defaults before it calls `_streamIterator`: this graph's own config comes first. */
  override stream(input: unknown, options?: RemoteGraphOptions): ReturnType<Runnable["stream"]> {
    return super.stream(input, mergeConfigs(this.config, options) as RemoteGraphOptions);
  }

  override async *_streamIterator(input: unknown, options: RemoteGraphOptions = {}): AsyncGenerator<unknown> {
    const { wanted, asked: streamMode, isSingle } = remoteModes(options.streamMode);
    const events = this.client.runs.stream(threadOf(options) ?? null, this.graphId, {
      ...toRunInput(input),
      ...this.#runOptions(options),
      streamMode,
      streamSubgraphs: options.subgraphs ?? false,
    });
    let interrupts: Interrupt[] | undefined;
    for await (const { event, data } of events) {
      const { mode, namespace } = splitEventName(event);
      if (mode === "error") throw toException(data);
      const asked = mode === "updates" ? interruptsIn(data) : undefined;
      interrupts ??= asked;
      if (asked !== undefined) continue;
      if (!wanted.has(mode)) continue;
      if (options.subgraphs) yield isSingle ? [namespace, data] : [namespace, mode, data];
      else yield isSingle ? data : [mode, data];
    }
    // Thrown only now: whoever answers at once finds the thread idle.
    if (interrupts !== undefined) throw new GraphInterrupt(interrupts);
  }

  override streamEvents(): never {
    throw new Error("A RemoteGraph has no streamEvents: use stream() with the modes you need.");
  }

  async getState(config: RunnableConfig, options: { subgraphs?: boolean } = {}): Promise<StateSnapshot> {
    const merged = mergeConfigs(this.config, config);
    return toSnapshot(await this.client.threads.getState(needThread(merged), toCheckpoint(merged), options));
  }

  /** Newest first, 10 unless a limit is given. */
  async *getStateHistory(
    config: RunnableConfig,
    options: CheckpointListOptions = {},
  ): AsyncIterableIterator<StateSnapshot> {
    const merged = mergeConfigs(this.config, config);
    const { limit = 10, before, filter } = options;
    const checkpoint = toCheckpoint(merged);
    const older = before === undefined ? undefined : toCheckpoint(before as RunnableConfig);
    const states = await this.client.threads.getHistory(needThread(merged), {
      limit,
      ...(older === undefined ? {} : { before: older }),
      ...(filter === undefined ? {} : { metadata: filter as Dict }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
    });
    for (const state of states) yield toSnapshot(state);
  }

  async updateState(config: RunnableConfig, values: unknown, asNode?: string): Promise<RunnableConfig> {
    const merged = mergeConfigs(this.config, config);
    const checkpoint = toCheckpoint(merged);
    const written = await this.client.threads.updateState<unknown>(needThread(merged), {
      values: toPlain(values) ?? null,
      ...(checkpoint === undefined ? {} : { checkpoint }),
      ...(asNode === undefined ? {} : { asNode }),
    });
    return toConfig(written.checkpoint);
  }

  async getGraphAsync(config: RunnableConfig & { xray?: boolean | number } = {}): Promise<Graph> {
    const { xray } = config;
    return toDrawable(await this.client.assistants.getGraph(this.graphId, xray === undefined ? {} : { xray }));
  }

  async *getSubgraphsAsync(namespace?: string, recurse = false): AsyncGenerator<[string, RemoteGraph]> {
    const options = namespace === undefined ? { recurse } : { namespace, recurse };
    const subgraphs = await this.client.assistants.getSubgraphs(this.graphId, options);
    for (const [name, { graph_id: graphId }] of Object.entries(subgraphs)) {
      const params = { ...this.#params, client: this.client, graphId: graphId ?? this.graphId, name };
      yield [name, new RemoteGraph(params)];
    }
  }

  /** @deprecated A drawing comes from the server: use `getGraphAsync`. */
  override getGraph(): never {
    throw new Error("A RemoteGraph is drawn by its server: use getGraphAsync().");
  }

  /** @deprecated Subgraphs are named by the server: use `getSubgraphsAsync`. */
  getSubgraphs(): never {
    throw new Error("The subgraphs of a RemoteGraph are named by its server: use getSubgraphsAsync().");
  }

  #runOptions(config: RemoteGraphOptions) {
    const { signal, context } = config;
    const interruptBefore = config.interruptBefore ?? this.#params.interruptBefore;
    const interruptAfter = config.interruptAfter ?? this.#params.interruptAfter;
    const checkpoint = isNested(config) ? undefined : toCheckpoint(config);
    return {
      config: toWireConfig(config),
      ifNotExists: "create" as const,
      ...(signal === undefined ? {} : { signal }),
      ...(context === undefined ? {} : { context: toPlain(context) }),
      ...(interruptBefore === undefined ? {} : { interruptBefore }),
      ...(interruptAfter === undefined ? {} : { interruptAfter }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      ...(this.#params.streamResumable === undefined ? {} : { streamResumable: this.#params.streamResumable }),
    };
  }
}

function clientOf({ url, apiKey, headers }: RemoteGraphParams): Client {
  return new Client({
    ...(url === undefined ? {} : { apiUrl: url }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(headers === undefined ? {} : { defaultHeaders: headers }),
  });
}

/** In a node of a local graph the checkpoint keys of the config are the local graph's. */
function isNested({ configurable }: RunnableConfig): boolean {
  return configurable?.__pregel_scratchpad !== undefined;
}

function threadOf({ configurable }: RunnableConfig): string | undefined {
  const threadId: unknown = configurable?.thread_id;
  return threadId === undefined ? undefined : String(threadId);
}

function needThread(config: RunnableConfig): string {
  const threadId = threadOf(config);
  if (threadId === undefined) throw new Error("The state of which thread? Give configurable.thread_id in the config.");
  return threadId;
}

function interruptsIn(update: unknown): Interrupt[] | undefined {
  if (typeof update !== "object" || update === null || !(INTERRUPT in update)) return undefined;
  return update[INTERRUPT] as Interrupt[];
}

function toException(data: unknown): RemoteException {
  const { error, message } = (data ?? {}) as { error?: string; message?: string };
  return new RemoteException(message === undefined ? JSON.stringify(data) : `${error ?? "Error"}: ${message}`);
}
