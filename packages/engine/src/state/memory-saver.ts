import {
  MemorySaver as BaseMemorySaver,
  JsonPlusSerializer,
  type MessageClasses,
  type SerializerProtocol,
} from "@heddle/checkpoint";
import * as messages from "@langchain/core/messages";

const {
  AIMessage,
  AIMessageChunk,
  ChatMessage,
  FunctionMessage,
  HumanMessage,
  HumanMessageChunk,
  RemoveMessage,
  SystemMessage,
  ToolMessage,
} = messages;

/** Core's message classes by name: with them, stored messages come back as messages. */
const messageClasses: MessageClasses = {
  AIMessage,
  AIMessageChunk,
  ChatMessage,
  FunctionMessage,
  HumanMessage,
  HumanMessageChunk,
  RemoveMessage,
  SystemMessage,
  ToolMessage,
} as MessageClasses;

/** Keeps checkpoints in memory; its messages are those of `@langchain/core`. */
export class MemorySaver extends BaseMemorySaver {
  constructor(serde: SerializerProtocol = new JsonPlusSerializer({ messageClasses })) {
    super(serde);
  }
}
