import { randomUUID } from "node:crypto";
import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BaseChatModelParams,
  type BindToolsInput,
} from "@langchain/core/language_models/chat_models";
import {
  AIMessage,
  AIMessageChunk,
  type AIMessageFields,
  type BaseMessage,
  type UsageMetadata,
} from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import type { Runnable } from "@langchain/core/runnables";
import { findExpression } from "./find-expression.ts";

interface OfflineModelOptions extends BaseChatModelCallOptions {
  tools?: BindToolsInput[];
}

/** What the model says next: text, or a call of the calculator. */
type Reply = { text: string } | { expression: string };

/**
 * A chat model that needs no key and no network. It knows a few answers, and leaves arithmetic to the calculator, so that
 * streaming and tool calls can be seen at once.
 */
export class OfflineModel extends BaseChatModel<OfflineModelOptions, AIMessageChunk> {
  readonly #tokenDelayMs: number;

  /** `tokenDelayMs`: the pause between streamed tokens; without one they come too fast to be seen. */
  constructor({ tokenDelayMs = 25, ...params }: BaseChatModelParams & { tokenDelayMs?: number } = {}) {
    super(params);
    this.#tokenDelayMs = tokenDelayMs;
  }

  override _llmType(): string {
    return "offline";
  }

  override bindTools(
    tools: BindToolsInput[],
    options: Partial<OfflineModelOptions> = {},
  ): Runnable<BaseLanguageModelInput, AIMessageChunk, OfflineModelOptions> {
    return this.withConfig({ ...options, tools });
  }

  override async _generate(messages: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    const reply = replyTo(messages, options.tools);
    const message = new AIMessage({ ...endOf(messages, reply), ...bodyOf(reply) });
    return { generations: [{ text: message.text, message }] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    run?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const reply = replyTo(messages, options.tools);
    const end = new AIMessageChunk({ ...endOf(messages, reply), content: "" });
    for (const message of [...chunksOf(reply), end]) {
      options.signal?.throwIfAborted();
      const chunk = new ChatGenerationChunk({ text: message.text, message });
      yield chunk;
      await run?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, { chunk });
      if (this.#tokenDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#tokenDelayMs));
    }
  }
}

function replyTo(messages: BaseMessage[], tools: BindToolsInput[] = []): Reply {
  const last = messages.at(-1);
  if (last?.type === "tool") return { text: reportOf(last.text, messages) };
  const question = last?.text ?? "";
  const expression = tools.length > 0 ? findExpression(question) : undefined;
  return expression === undefined ? { text: answerTo(question) } : { expression };
}

function reportOf(result: string, messages: BaseMessage[]): string {
  const question = messages.findLast((message) => message.type === "human")?.text ?? "";
  const expression = findExpression(question);
  if (!Number.isFinite(Number(result))) return `I could not compute that: ${result}`;
  return expression === undefined ? `The result is ${result}.` : `${expression} = ${result}`;
}

function answerTo(question: string): string {
  if (/\bwho\b.*\b(made|created|built|wrote|trained)\b.*\byou\b|\bwho are you\b/i.test(question)) {
    return "I was made for this example: a few lines of TypeScript that answer without any key or network. I am no language model.";
  }
  if (/^\W*(hi|hello|hey|good (morning|day|evening))\b/i.test(question)) {
    return 'Hello! Ask me "what is 12 * 7?" to see a tool call.';
  }
  return [
    'I am the offline model and know little. Try "what is (3 + 4) * 12?" to see a tool call, or "who made you?".',
    "For a real model set OPENAI_API_KEY or ANTHROPIC_API_KEY and start again.",
  ].join(" ");
}

/** The reply in tokens: words with their spaces, or the arguments of the call in pieces. */
function chunksOf(reply: Reply): AIMessageChunk[] {
  if ("text" in reply) {
    const tokens = reply.text.match(/\s*\S+/g) ?? [];
    return tokens.map((content) => new AIMessageChunk({ content }));
  }
  const { id, name, args } = callOf(reply.expression);
  const [head = "", ...pieces] = JSON.stringify(args).match(/.{1,8}/gs) ?? [];
  const first = { id, name, args: head, index: 0, type: "tool_call_chunk" as const };
  const rest = pieces.map((piece) => ({ args: piece, index: 0, type: "tool_call_chunk" as const }));
  return [first, ...rest].map((piece) => new AIMessageChunk({ content: "", tool_call_chunks: [piece] }));
}

function callOf(expression: string): { id: string; name: string; args: { expression: string } } {
  return { id: `call_${randomUUID()}`, name: "calculator", args: { expression } };
}

function bodyOf(reply: Reply): Pick<AIMessageFields, "content" | "tool_calls"> {
  if ("text" in reply) return { content: reply.text };
  return { content: "", tool_calls: [{ ...callOf(reply.expression), type: "tool_call" }] };
}

/** What the last chunk of an answer brings. Words stand for tokens. */
function endOf(messages: BaseMessage[], reply: Reply): AIMessageFields {
  const count = (text: string): number => text.match(/\S+/g)?.length ?? 0;
  const input = messages.reduce((total, message) => total + count(message.text), 0);
  const output = count("text" in reply ? reply.text : reply.expression);
  const end: { response_metadata: Record<string, string>; usage_metadata: UsageMetadata } = {
    response_metadata: { model_name: "offline", finish_reason: "text" in reply ? "stop" : "tool_calls" },
    usage_metadata: { input_tokens: input, output_tokens: output, total_tokens: input + output },
  };
  // In this version of @langchain/core the declared type of usage_metadata is never under exactOptionalPropertyTypes.
  return end as AIMessageFields;
}
