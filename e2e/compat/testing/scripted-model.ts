import { randomUUID } from "node:crypto";
import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import { BaseChatModel, type BaseChatModelCallOptions } from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";

export interface ScriptedAnswer {
  text?: string;
  toolCalls?: { name: string; args: Record<string, unknown>; id?: string }[];
}

/** What the model says next: an answer, or a function of what it was told. */
export type ScriptLine = ScriptedAnswer | ((messages: BaseMessage[]) => ScriptedAnswer);

/** A chat model that speaks a script, one line per call, and remembers what it was told and which tools it was offered. */
export class ScriptedModel extends BaseChatModel<BaseChatModelCallOptions> {
  readonly heard: BaseMessage[][] = [];
  readonly offered: string[][] = [];
  readonly #script: ScriptLine[];

  constructor(script: ScriptLine[]) {
    super({});
    this.#script = [...script];
  }

  _llmType(): string {
    return "scripted";
  }

  /** The same script goes on: a bound model and its origin are one speaker. */
  override bindTools(tools: unknown[]): ReturnType<NonNullable<BaseChatModel["bindTools"]>> {
    this.offered.push(tools.map(nameOf));
    return this.withConfig({ tools } as object) as never;
  }

  async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const { text = "", toolCalls = [] } = this.#next(messages);
    const message = new AIMessage({ content: text, tool_calls: withIds(toolCalls) });
    return { generations: [{ text, message }] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    _options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const { text = "", toolCalls = [] } = this.#next(messages);
    const words = text === "" ? [] : text.split(/(?<= )/);
    for (const word of words) {
      const chunk = new ChatGenerationChunk({ text: word, message: new AIMessageChunk(word) });
      yield chunk;
      await runManager?.handleLLMNewToken(word, undefined, undefined, undefined, undefined, { chunk });
    }
    const tool_call_chunks = withIds(toolCalls).map(({ name, args, id }, index) => ({
      name,
      args: JSON.stringify(args),
      id,
      index,
      type: "tool_call_chunk" as const,
    }));
    if (tool_call_chunks.length > 0)
      yield new ChatGenerationChunk({ text: "", message: new AIMessageChunk({ content: "", tool_call_chunks }) });
  }

  #next(messages: BaseMessage[]): ScriptedAnswer {
    this.heard.push(messages);
    const line = this.#script.shift();
    if (line === undefined) throw new Error("The script is over, and the model was called again.");
    return typeof line === "function" ? line(messages) : line;
  }
}

function withIds(
  calls: NonNullable<ScriptedAnswer["toolCalls"]>,
): { name: string; args: Record<string, unknown>; id: string; type: "tool_call" }[] {
  return calls.map(({ name, args, id = randomUUID() }) => ({ name, args, id, type: "tool_call" }));
}

function nameOf(tool: unknown): string {
  const { name, function: declared } = tool as { name?: string; function?: { name: string } };
  return name ?? declared?.name ?? "?";
}
