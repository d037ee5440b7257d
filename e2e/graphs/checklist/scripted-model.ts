import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";

type Script = (messages: BaseMessage[]) => { text: string; id: string; toolCall?: { id: string; name: string } };

/** A chat model whose answers follow from the conversation; it says them letter by letter. */
export class ScriptedModel extends BaseChatModel {
  readonly #script: Script;

  constructor(script: Script) {
    super({});
    this.#script = script;
  }

  _llmType(): string {
    return "scripted";
  }

  async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const { text, id, toolCall } = this.#script(messages);
    const tool_calls = toolCall === undefined ? [] : [{ ...toolCall, args: {}, type: "tool_call" as const }];
    return { generations: [{ text, message: new AIMessage({ id, content: text, tool_calls }) }] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    _options: unknown,
    manager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const { text, id, toolCall } = this.#script(messages);
    for (const [index, letter] of [...text].entries()) {
      const isLast = index === text.length - 1;
      const tool_call_chunks =
        isLast && toolCall !== undefined
          ? [{ ...toolCall, args: "{}", index: 0, type: "tool_call_chunk" as const }]
          : [];
      const chunk = new ChatGenerationChunk({
        text: letter,
        message: new AIMessageChunk({ id, content: letter, tool_call_chunks }),
      });
      yield chunk;
      await manager?.handleLLMNewToken(letter, undefined, undefined, undefined, undefined, { chunk });
    }
  }
}
