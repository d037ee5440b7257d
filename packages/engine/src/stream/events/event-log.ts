import { type BaseMessage, isBaseMessageChunk } from "@langchain/core/messages";
import { INTERRUPT } from "../../runtime/constants.ts";
import type { ChunkReceiver } from "../../runtime/task-context.ts";
import type { StreamMode } from "../stream-mode.ts";
import { type LifecycleEntry, LifecycleTracker } from "./lifecycle.ts";
import { type MessageEvent, MessageEvents } from "./message-events.ts";
import {
  convertToProtocolEvent,
  type Namespace,
  type ProtocolEvent,
  STREAM_EVENTS_V3_MODES,
} from "./protocol-event.ts";
import { isStreamChannel, StreamChannel } from "./stream-channel.ts";
import type { StreamTransformer } from "./stream-transformer.ts";

export interface InterruptPayload<TPayload = unknown> {
  interruptId: string;
  payload: TPayload;
}

/** Receives the chunks of a run and its nested graphs, and keeps them as protocol events, lifecycle included. */
export class ProtocolEventLog implements ChunkReceiver {
  readonly modes: ReadonlySet<string> = new Set([...STREAM_EVENTS_V3_MODES, "envelopes"]);
  readonly seenMessages: Set<string> = new Set();
  readonly events: StreamChannel<ProtocolEvent> = new StreamChannel();
  readonly interrupts: InterruptPayload[] = [];
  /** Whether the run has paused, also before or after a node, where nobody asks. */
  hasPaused = false;
  readonly #lifecycle: LifecycleTracker;
  readonly #messages = new MessageEvents();
  readonly #transformers: StreamTransformer[] = [];
  readonly #channels: StreamChannel<unknown>[] = [];
  readonly #promises: [name: string, promise: PromiseLike<unknown>][] = [];
  #seq = 0;
  /** Of the event that transformers are looking at: what they push meanwhile belongs there. */
  #namespace: Namespace = [];

  constructor(rootName: string) {
    this.#lifecycle = new LifecycleTracker(rootName);
    this.#emitLifecycle([this.#lifecycle.begin()]);
  }

  accepts(): boolean {
    return true;
  }

  /** Adds a transformer, shows it the events so far, and returns its projection. */
  register(transformer: StreamTransformer): Record<string, unknown> {
    const projection = (transformer.init() ?? {}) as Record<string, unknown>;
    for (const [name, value] of Object.entries(projection)) this.#wire(name, value);
    transformer.onRegister?.({ push: (_namespace, event) => this.#append({ ...event, seq: this.#seq++ }) });
    for (let i = 0; i < this.events.size; i++) transformer.process(this.events.get(i));
    this.#transformers.push(transformer);
    return projection;
  }

  push(namespace: readonly string[], mode: string, chunk: unknown): void {
    // A source outside of a graph may bring the events of a message as they are.
    if (mode === "messages" && Array.isArray(chunk)) {
      this.#pushMessage(chunk as [BaseMessage, Record<string, unknown>]);
      return;
    }
    if (mode === "values") this.#noteInterrupts(chunk);
    this.#emit([...namespace], (mode === "envelopes" ? "checkpoints" : mode) as StreamMode, chunk);
  }

  /** A streamed message is complete. */
  endMessage(namespace: readonly string[], id: string, whole: BaseMessage | undefined): void {
    for (const event of this.#messages.end(id, whole)) this.#emit([...namespace], "messages", event);
  }

  async close(): Promise<void> {
    this.#emitLifecycle(this.#lifecycle.end());
    for (const transformer of this.#transformers) await transformer.finalize?.();
    for (const [name, promise] of this.#promises) this.#emit([], "custom", { name, payload: await promise });
    for (const channel of this.#channels) channel.close();
    this.events.close();
  }

  fail(error: unknown): void {
    this.#emitLifecycle(this.#lifecycle.fail(error));
    for (const transformer of this.#transformers) transformer.fail?.(error);
    for (const channel of this.#channels) channel.fail(error);
    this.events.fail(error);
  }

  #wire(name: string, value: unknown): void {
    if (isStreamChannel(value)) {
      this.#channels.push(value);
      const remote = value.channelName;
      if (remote !== undefined)
        value._wire((item) => this.#append(this.#event(this.#namespace, `custom:${remote}`, item)));
    } else if (typeof value === "object" && value !== null && "then" in value) {
      const promise = value as PromiseLike<unknown>;
      promise.then(undefined, () => {});
      this.#promises.push([name, promise]);
    }
  }

  #pushMessage([message, metadata]: [BaseMessage, Record<string, unknown>]): void {
    // A message belongs to its task, one level below the graph that streams it.
    const namespace = String(metadata.langgraph_checkpoint_ns ?? "").split("|");
    const node = metadata.langgraph_node as string | undefined;
    const events: MessageEvent[] = isBaseMessageChunk(message)
      ? this.#messages.chunk(message, node)
      : this.#messages.whole(message, node);
    for (const event of events) this.#emit(namespace, "messages", event);
  }

  #noteInterrupts(chunk: unknown): void {
    if (typeof chunk !== "object" || chunk === null || !(INTERRUPT in chunk) || !Array.isArray(chunk[INTERRUPT]))
      return;
    this.hasPaused = true;
    for (const { id, value } of chunk[INTERRUPT] as { id?: string; value?: unknown }[]) {
      const isKnown = this.interrupts.some((known) => known.interruptId === id);
      if (id !== undefined && !isKnown) this.interrupts.push({ interruptId: id, payload: value });
    }
  }

  #emit(namespace: Namespace, mode: StreamMode, payload: unknown): void {
    this.#emitLifecycle(this.#lifecycle.before(namespace));
    for (const event of convertToProtocolEvent({ namespace, mode, payload, seq: this.#seq })) {
      this.#seq += 1;
      this.#append(event);
      this.#emitLifecycle(this.#lifecycle.after(event));
    }
  }

  #emitLifecycle(entries: LifecycleEntry[]): void {
    for (const { namespace, timestamp: _, ...data } of entries) this.#append(this.#event(namespace, "lifecycle", data));
  }

  #event(namespace: Namespace, method: string, data: unknown): ProtocolEvent {
    return { type: "event", seq: this.#seq++, method, params: { namespace, timestamp: Date.now(), data } };
  }

  /** Any transformer may drop an event; all of them see it. */
  #append(event: ProtocolEvent): void {
    const before = this.#namespace;
    this.#namespace = event.params.namespace;
    const kept = this.#transformers.map((transformer) => transformer.process(event));
    this.#namespace = before;
    if (!kept.includes(false)) this.events.push(event);
  }
}
