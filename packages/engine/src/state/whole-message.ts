import {
  AIMessage,
  type BaseMessage,
  ChatMessage,
  FunctionMessage,
  HumanMessage,
  isBaseMessageChunk,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";

// biome-ignore lint/suspicious/noExplicitAny: the constructors of core's messages each take fields of their own
const WHOLE: Readonly<Record<string, new (fields: any) => BaseMessage>> = {
  ai: AIMessage,
  human: HumanMessage,
  system: SystemMessage,
  tool: ToolMessage,
  function: FunctionMessage,
  generic: ChatMessage,
};

const FIELDS = [
  "content",
  "id",
  "name",
  "additional_kwargs",
  "response_metadata",
  "tool_calls",
  "invalid_tool_calls",
  "usage_metadata",
  "tool_call_id",
  "status",
  "artifact",
  "role",
];

/** A streamed chunk is a part of a message; the state holds whole ones. Whole messages are returned as they are. */
export function toWholeMessage(message: BaseMessage): BaseMessage {
  // `isBaseMessageChunk` asks for a method which whole messages lack.
  if (!("concat" in message) || !isBaseMessageChunk(message)) return message;
  const Whole = WHOLE[message.getType()];
  if (Whole === undefined) return message;
  const fields: Record<string, unknown> = {};
  const source = message as unknown as Record<string, unknown>;
  for (const field of FIELDS) if (source[field] !== undefined) fields[field] = source[field];
  return new Whole(fields);
}
