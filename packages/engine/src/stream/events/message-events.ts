import { type AIMessageChunk, type BaseMessage, isAIMessage, isToolMessage } from "@langchain/core/messages";
import { newId } from "../../runtime/new-id.ts";

/** An event of a message, without its namespace. */
export type MessageEvent = { event: string; run_id: string; node?: string } & Record<string, unknown>;

interface OpenMessage {
  runId: string;
  node: string | undefined;
  text: string;
  toolCalls: NonNullable<AIMessageChunk["tool_call_chunks"]>;
  last: BaseMessage;
}

/** The run of the model that speaks, where the message is named after it. */
function runIdOf(messageId: string): string {
  const [, runId = newId()] = /^run-([0-9a-f-]{36})$/.exec(messageId) ?? [];
  return runId;
}

/** Turns streamed chunks and whole messages into the events of one message: start, content blocks, finish. */
export class MessageEvents {
  readonly #open = new Map<string, OpenMessage>();

  chunk(message: BaseMessage, node: string | undefined): MessageEvent[] {
    const id = message.id as string;
    const known = this.#open.get(id);
    const open: OpenMessage = known ?? { runId: runIdOf(id), node, text: "", toolCalls: [], last: message };
    open.last = message;
    this.#open.set(id, open);
    const events =
      known === undefined ? [this.#event(open, { event: "message-start", id }), ...this.#textStart(open)] : [];
    const text = message.text;
    open.text += text;
    if ("tool_call_chunks" in message) open.toolCalls.push(...((message as AIMessageChunk).tool_call_chunks ?? []));
    if (text !== "")
      events.push(this.#event(open, { event: "content-block-delta", index: 0, delta: { type: "text-delta", text } }));
    return events;
  }

  /** The end of a streamed message. */
  end(id: string, whole: BaseMessage | undefined): MessageEvent[] {
    const open = this.#open.get(id);
    if (open === undefined) return [];
    this.#open.delete(id);
    return [
      ...this.#textFinish(open),
      ...this.#toolCalls(open, whole ?? open.last),
      this.#streamed(open, whole ?? open.last),
    ];
  }

  whole(message: BaseMessage, node: string | undefined): MessageEvent[] {
    const open: OpenMessage = { runId: newId(), node, text: message.text, toolCalls: [], last: message };
    const start: Record<string, unknown> = { event: "message-start", id: message.id };
    if (isToolMessage(message)) Object.assign(start, { role: "tool", tool_call_id: message.tool_call_id });
    const events = [this.#event(open, start)];
    if (open.text !== "") {
      events.push(...this.#textStart(open));
      events.push(
        this.#event(open, { event: "content-block-delta", index: 0, delta: { type: "text-delta", text: open.text } }),
      );
      events.push(...this.#textFinish(open));
    }
    return [...events, ...this.#toolCalls(open, message), this.#finish(open, message)];
  }

  #event({ runId, node }: OpenMessage, fields: Record<string, unknown>): MessageEvent {
    const event = { ...fields, run_id: runId } as MessageEvent;
    return node === undefined ? event : { ...event, node };
  }

  #textStart(open: OpenMessage): MessageEvent[] {
    return [this.#event(open, { event: "content-block-start", index: 0, content: { type: "text", text: "" } })];
  }

  #textFinish(open: OpenMessage): MessageEvent[] {
    return [this.#event(open, { event: "content-block-finish", index: 0, content: { type: "text", text: open.text } })];
  }

  #toolCalls(open: OpenMessage, message: BaseMessage): MessageEvent[] {
    const calls = isAIMessage(message) ? (message.tool_calls ?? []) : [];
    return calls.flatMap(({ id, name, args }, i) => {
      const content = { type: "tool_call", id, name, args };
      const index = i + 1;
      return [
        this.#event(open, { event: "content-block-start", index, content: { ...content, args: {} } }),
        this.#event(open, { event: "content-block-finish", index, content }),
      ];
    });
  }

  #streamed(open: OpenMessage, message: BaseMessage): MessageEvent {
    const { responseMetadata, ...finish } = this.#finish(open, message);
    const { finish_reason } = (responseMetadata ?? {}) as { finish_reason?: string };
    return { ...finish, reason: finish_reason ?? "stop" };
  }

  #finish(open: OpenMessage, message: BaseMessage): MessageEvent {
    const usage = isAIMessage(message) ? message.usage_metadata : undefined;
    const fields = { event: "message-finish", responseMetadata: message.response_metadata };
    return this.#event(open, usage === undefined ? fields : { ...fields, usage });
  }
}
