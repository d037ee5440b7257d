import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { AIMessageChunk, type BaseMessage, isBaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type LLMResult } from "@langchain/core/outputs";
import type { RunnableConfig } from "@langchain/core/runnables";
import { isCommand } from "../../runtime/command.ts";
import { NAMESPACE_SEPARATOR, TAG_NOSTREAM, TAG_NOSTREAM_LEGACY } from "../../runtime/constants.ts";
import { newId } from "../../runtime/new-id.ts";
import type { ChunkReceiver } from "../../runtime/task-context.ts";

interface ModelRun {
  namespace: string[];
  metadata: Record<string, unknown>;
  /** The id of the run's first chunk, kept for all of them. */
  messageId: string | undefined;
  hasStreamed: boolean;
}

/** Streams the tokens of chat models, wherever under the run they are called. */
export class MessagesHandler extends BaseCallbackHandler {
  name = "StreamMessagesHandler";
  override ignoreChain = true;
  override ignoreAgent = true;
  override ignoreRetriever = true;
  /** Tells core's chat models to stream although they were invoked. */
  lc_prefer_streaming = true;
  override awaitHandlers = true;
  readonly #receiver: ChunkReceiver;
  readonly #runs = new Map<string, ModelRun>();

  constructor(receiver: ChunkReceiver) {
    super();
    this.#receiver = receiver;
  }

  override handleChatModelStart(
    _llm: unknown,
    _messages: unknown,
    runId: string,
    _parentRunId?: string,
    _extraParams?: Record<string, unknown>,
    tags: string[] = [],
    metadata?: Record<string, unknown>,
    name?: string,
  ): void {
    if (metadata === undefined || tags.includes(TAG_NOSTREAM) || tags.includes(TAG_NOSTREAM_LEGACY)) return;
    if (!this.#receiver.accepts(namespaceOfRun(metadata))) return;
    this.#runs.set(runId, {
      namespace: namespaceOfRun(metadata),
      metadata: { tags, name, ...metadata },
      messageId: undefined,
      hasStreamed: false,
    });
  }

  override handleLLMNewToken(
    token: string,
    _index: unknown,
    runId: string,
    _parentRunId?: string,
    _tags?: string[],
    fields?: { chunk?: unknown },
  ): void {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    const chunk = fields?.chunk;
    const message =
      chunk instanceof ChatGenerationChunk || hasMessage(chunk)
        ? chunk.message
        : new AIMessageChunk({ content: token });
    this.#emit(run, message, runId);
    run.hasStreamed = true;
  }

  override handleLLMEnd(output: LLMResult, runId: string): void {
    const run = this.#runs.get(runId);
    this.#runs.delete(runId);
    if (run === undefined) return;
    const generation = output.generations[0]?.[0];
    if (run.hasStreamed) {
      const whole = hasMessage(generation) ? generation.message : undefined;
      const taskNamespace = String(run.metadata.langgraph_checkpoint_ns ?? "").split(NAMESPACE_SEPARATOR);
      this.#receiver.endMessage?.(taskNamespace, run.messageId as string, whole);
      return;
    }
    if (hasMessage(generation)) this.#emit(run, generation.message, runId);
  }

  override handleLLMError(_error: unknown, runId: string): void {
    this.#runs.delete(runId);
  }

  #emit(run: ModelRun, message: BaseMessage, runId: string): void {
    run.messageId ??= message.id ?? `run-${runId}`;
    if (message.id !== run.messageId) setId(message, run.messageId);
    this.#receiver.seenMessages.add(run.messageId);
    this.#receiver.push(run.namespace, "messages", [message, run.metadata]);
  }
}

function hasMessage(value: unknown): value is { message: BaseMessage } {
  return typeof value === "object" && value !== null && "message" in value && isBaseMessage(value.message);
}

/** The namespace of the graph whose node called the model: that of its task without the last segment. */
export function namespaceOfRun(metadata: Record<string, unknown>): string[] {
  const ns = metadata.langgraph_checkpoint_ns ?? metadata.checkpoint_ns;
  return typeof ns === "string" && ns !== "" ? ns.split(NAMESPACE_SEPARATOR).slice(0, -1) : [];
}

/** Messages in a task's input have been streamed before, or came from the user. */
export function markMessagesSeen(receivers: readonly ChunkReceiver[], input: unknown): void {
  for (const message of messagesIn(input)) {
    if (message.id !== undefined) for (const receiver of receivers) receiver.seenMessages.add(message.id);
  }
}

/** Streams the messages which a node returned and no model has streamed. */
export function emitReturnedMessages(
  receivers: readonly ChunkReceiver[],
  namespace: readonly string[],
  output: unknown,
  config: RunnableConfig,
): void {
  let runId: string | undefined;
  // The tags of the node's own run.
  const tags = [...(config.tags ?? []), `graph:step:${config.metadata?.langgraph_step}`];
  let index = -1;
  for (const message of messagesIn(output)) {
    index += 1;
    if (message.id === undefined || message.id === null) {
      runId ??= newId();
      setId(message, fallbackId(message, runId, index));
    }
    for (const receiver of receivers) {
      if (receiver.seenMessages.has(message.id as string)) continue;
      receiver.seenMessages.add(message.id as string);
      const metadata = { tags, name: config.metadata?.langgraph_node, ...config.metadata };
      receiver.push(namespace, "messages", [message, metadata]);
    }
  }
}

/** Streams a message that a node says before it has returned; it is no output, and bears no name. */
export function emitPushedMessage(
  receivers: readonly ChunkReceiver[],
  namespace: readonly string[],
  message: BaseMessage,
  config: RunnableConfig,
): void {
  for (const receiver of receivers) {
    if (message.id !== undefined) receiver.seenMessages.add(message.id);
    receiver.push(namespace, "messages", [message, { ...config.metadata }]);
  }
}

/** Two messages of one output must not get the same id: the state would keep the last. */
function fallbackId(message: BaseMessage, runId: string, index: number): string {
  const callId =
    message.getType() === "tool" ? (message as BaseMessage & { tool_call_id?: string }).tool_call_id : undefined;
  return callId === undefined ? `run-${runId}-out-${index}` : `run-${runId}-tool-${callId}`;
}

function setId(message: BaseMessage, id: string): void {
  message.id = id;
  message.lc_kwargs.id = id;
}

/** Messages in a value: itself, the items of a list, or of a record's fields; inside of commands too. */
function* messagesIn(value: unknown): Generator<BaseMessage> {
  if (isBaseMessage(value)) {
    yield value;
  } else if (Array.isArray(value)) {
    for (const item of value) {
      if (isBaseMessage(item)) yield item;
      else if (isCommand(item)) yield* messagesIn(item);
      else if (isPlainRecord(item)) yield* messagesInFields(item);
    }
  } else if (isCommand(value)) {
    if (Array.isArray(value.update)) yield* messagesInFields(Object.fromEntries(value.update));
    else yield* messagesInFields(value.update ?? {});
  } else if (isPlainRecord(value)) {
    yield* messagesInFields(value);
  }
}

function* messagesInFields(record: object): Generator<BaseMessage> {
  for (const field of Object.values(record)) {
    if (isBaseMessage(field)) yield field;
    else if (Array.isArray(field)) for (const item of field) if (isBaseMessage(item)) yield item;
  }
}

function isPlainRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
