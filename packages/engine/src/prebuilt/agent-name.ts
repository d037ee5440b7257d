import type { LanguageModelLike } from "@langchain/core/language_models/base";
import {
  AIMessage,
  type BaseMessage,
  type BaseMessageLike,
  isAIMessage,
  isBaseMessage,
} from "@langchain/core/messages";
import { RunnableLambda, RunnableSequence } from "@langchain/core/runnables";

/** How a model is told which agent said what: `inline` writes names into the content. */
export type AgentNameMode = "inline";

type ContentBlock = Exclude<AIMessage["content"], string>[number];

const NAME = /<name>(.*?)<\/name>/s;
const CONTENT = /<content>(.*?)<\/content>/s;

/**
 * Wraps a model so that it sees the names of AI messages as `<name>n</name><content>c</content>`, for providers that drop
 * the `name` field; what the model answers in that form is unwrapped again.
 */
export function withAgentName(model: LanguageModelLike, agentNameMode: AgentNameMode): LanguageModelLike {
  if (agentNameMode !== "inline")
    throw new Error(`Invalid agent name mode: ${agentNameMode}. Needs to be one of: "inline"`);
  return RunnableSequence.from([
    RunnableLambda.from((messages: BaseMessageLike[]) => messages.map(wrapName)),
    model as never,
    RunnableLambda.from(unwrapName),
  ]) as LanguageModelLike;
}

/** An AI message with its name moved into its content. */
function wrapName(message: BaseMessageLike): BaseMessageLike {
  if (!isBaseMessage(message) || !isAIMessage(message) || message.name === undefined || message.name === "")
    return message;
  const { name } = message;
  return copyOf(message, { name: undefined, content: wrapContent(name, message.content) });
}

function wrapContent(name: string, content: AIMessage["content"]): AIMessage["content"] {
  if (typeof content === "string") return `<name>${name}</name><content>${content}</content>`;
  let hasText = false;
  const blocks = content.map((block) => {
    if (!isText(block)) return block;
    hasText = true;
    return { ...block, text: `<name>${name}</name><content>${block.text}</content>` };
  });
  return hasText ? blocks : [{ type: "text", text: `<name>${name}</name><content></content>` }, ...blocks];
}

/** An AI message with the name in its content moved back. */
function unwrapName(message: BaseMessage): BaseMessage {
  if (!isAIMessage(message) || !message.content) return message;
  if (typeof message.content === "string") {
    const name = NAME.exec(message.content)?.[1];
    const content = CONTENT.exec(message.content)?.[1];
    return name === undefined || content === undefined ? message : copyOf(message, { name, content });
  }
  let name: string | undefined;
  const blocks: ContentBlock[] = [];
  for (const block of message.content) {
    const text = isText(block) ? block.text : "";
    const found = NAME.exec(text)?.[1];
    const content = CONTENT.exec(text)?.[1];
    if (found === undefined || content === undefined) {
      blocks.push(block);
      continue;
    }
    name = found;
    if (content !== "") blocks.push({ ...block, text: content } as ContentBlock);
  }
  return name === undefined ? message : copyOf(message, { name, content: blocks });
}

function isText(block: ContentBlock): block is ContentBlock & { text: string } {
  return block.type === "text" && "text" in block && typeof block.text === "string";
}

function copyOf(message: AIMessage, changes: { name: string | undefined; content: AIMessage["content"] }): AIMessage {
  const { name: _, ...fields } = message.lc_kwargs;
  const made = { ...fields, content: changes.content, id: message.id };
  return new AIMessage((changes.name === undefined ? made : { ...made, name: changes.name }) as never);
}
