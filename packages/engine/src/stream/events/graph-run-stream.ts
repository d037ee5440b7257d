import type { ChatModelStream } from "@langchain/core/language_models/stream";
import type { InterruptPayload, ProtocolEventLog } from "./event-log.ts";
import type { LifecycleData, LifecycleEntry } from "./lifecycle.ts";
import { messageStream } from "./messages-transformer.ts";
import { isAtNamespace, isChildNamespace, isWithinNamespace } from "./namespace-path.ts";
import type { Namespace, ProtocolEvent } from "./protocol-event.ts";
import { normalizeNamespaceSegment } from "./subscription.ts";
import { unboxed } from "./unboxed.ts";

/** A run to be read in several ways at once: its events, its states, its messages, its nested graphs. */
export class GraphRunStream<
  TValues = Record<string, unknown>,
  TExtensions extends Record<string, unknown> = Record<string, unknown>,
> implements AsyncIterable<ProtocolEvent>
{
  readonly path: Namespace;
  readonly extensions: TExtensions;
  protected readonly log: ProtocolEventLog;
  readonly #controller: AbortController;
  #output: Promise<TValues> | undefined;

  constructor(path: Namespace, log: ProtocolEventLog, controller: AbortController, extensions: TExtensions) {
    this.path = path;
    this.log = log;
    this.#controller = controller;
    this.extensions = extensions;
  }

  /** The events of this graph and of those below it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ProtocolEvent> {
    for await (const event of this.log.events) if (isWithinNamespace(event.params.namespace, this.path)) yield event;
  }

  /** Each state of this graph; awaited, the last one. */
  get values(): AsyncIterable<TValues> & PromiseLike<TValues> {
    const values = this.#values.bind(this);
    // biome-ignore lint/suspicious/noThenProperty: upstream's projection is both: iterable, and a promise of its last item
    return { [Symbol.asyncIterator]: values, then: (resolve, reject) => this.output.then(resolve, reject) };
  }

  /** The last state. Rejects when the run failed; nobody need listen. */
  get output(): Promise<TValues> {
    if (this.#output === undefined) {
      this.#output = this.#last();
      this.#output.catch(() => {});
    }
    return this.#output;
  }

  /** The graphs directly below this one, as they begin. */
  get subgraphs(): AsyncIterable<SubgraphRunStream> {
    return { [Symbol.asyncIterator]: () => this.#subgraphs() };
  }

  /** What models of this graph's nodes say, one stream per message. */
  get messages(): AsyncIterable<ChatModelStream> {
    return { [Symbol.asyncIterator]: () => unboxed(this.#messages(undefined)) };
  }

  messagesFrom(node: string): AsyncIterable<ChatModelStream> {
    return { [Symbol.asyncIterator]: () => unboxed(this.#messages(node)) };
  }

  get lifecycle(): AsyncIterable<LifecycleEntry> {
    return { [Symbol.asyncIterator]: () => this.#lifecycle() };
  }

  get interrupted(): boolean {
    return this.log.hasPaused;
  }

  get interrupts(): readonly InterruptPayload[] {
    return this.log.interrupts;
  }

  /** Stops the run. */
  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async *#values(): AsyncGenerator<TValues> {
    for await (const event of this.log.events) {
      if (event.method === "values" && isAtNamespace(event.params.namespace, this.path))
        yield event.params.data as TValues;
    }
  }

  async #last(): Promise<TValues> {
    let last: TValues | undefined;
    for await (const event of this.log.events) {
      if (event.method === "values" && isAtNamespace(event.params.namespace, this.path))
        last = event.params.data as TValues;
      if (this.path.length > 0 && endsGraph(event, this.path)) break;
    }
    return last as TValues;
  }

  async *#subgraphs(): AsyncGenerator<SubgraphRunStream> {
    const counts = new Map<string, number>();
    for await (const { method, params } of this.log.events) {
      const isStart = method === "lifecycle" && (params.data as LifecycleData).event === "started";
      if (!isStart || !isChildNamespace(params.namespace, this.path)) continue;
      const name = normalizeNamespaceSegment(params.namespace.at(-1) as string);
      const index = counts.get(name) ?? 0;
      counts.set(name, index + 1);
      yield new SubgraphRunStream(params.namespace, this.log, this.#controller, name, index);
    }
  }

  async *#messages(node: string | undefined): AsyncGenerator<[ChatModelStream]> {
    const events = this.log.events;
    let index = -1;
    for await (const event of events) {
      index += 1;
      const data = event.params.data as { event?: string; role?: string; run_id?: string };
      if (event.method !== "messages" || data.event !== "message-start" || data.role === "tool") continue;
      if (!isChildNamespace(event.params.namespace, this.path)) continue;
      if (node === undefined || event.params.node === node)
        yield [messageStream(messageFrom(events.iterate(index), data.run_id), event.params)];
    }
  }

  async *#lifecycle(): AsyncGenerator<LifecycleEntry> {
    for await (const { method, params } of this.log.events) {
      if (method !== "lifecycle" || !isWithinNamespace(params.namespace, this.path)) continue;
      yield { ...(params.data as LifecycleData), namespace: params.namespace, timestamp: params.timestamp };
    }
  }
}

/** A nested graph's part of a run. */
export class SubgraphRunStream<
  TValues = Record<string, unknown>,
  TExtensions extends Record<string, unknown> = Record<string, unknown>,
> extends GraphRunStream<TValues, TExtensions> {
  readonly name: string;
  /** How many graphs of this name began before it. */
  readonly index: number;

  constructor(path: Namespace, log: ProtocolEventLog, controller: AbortController, name: string, index: number) {
    super(path, log, controller, {} as TExtensions);
    this.name = name;
    this.index = index;
  }
}

async function* messageFrom(events: AsyncIterable<ProtocolEvent>, runId: string | undefined): AsyncGenerator<unknown> {
  for await (const { method, params } of events) {
    const data = params.data as { event?: string; run_id?: string };
    if (method !== "messages" || data.run_id !== runId) continue;
    yield data;
    if (data.event === "message-finish" || data.event === "error") return;
  }
}

function endsGraph({ method, params }: ProtocolEvent, path: Namespace): boolean {
  if (method !== "lifecycle" || !isAtNamespace(params.namespace, path)) return false;
  const { event } = params.data as LifecycleData;
  return event === "completed" || event === "failed" || event === "interrupted";
}
