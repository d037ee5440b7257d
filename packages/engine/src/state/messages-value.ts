import { type BaseMessage, isBaseMessage } from "@langchain/core/messages";
import { type Messages, messagesDeltaReducer, messagesStateReducer } from "./messages-reducer.ts";
import type { SchemaMeta } from "./schema-meta.ts";
import type { SerializableSchema } from "./standard-schema.ts";
import { DeltaValue, ReducedValue } from "./state-values.ts";

/** How clients know that a key holds messages. */
const MESSAGES_EXTRA = { langgraph_type: "messages", description: "A list of chat messages" } as const;

/** A Standard Schema written by hand: messages need no schema library. */
function schemaOf<T>(
  accepts: (value: unknown) => value is T,
  fallback: (() => T) | undefined,
  what: string,
): SerializableSchema<unknown, T> {
  return {
    "~standard": {
      version: 1,
      vendor: "heddle",
      validate(value) {
        const candidate = value === undefined ? fallback?.() : value;
        return accepts(candidate) ? { value: candidate } : { issues: [{ message: `Expected ${what}` }] };
      },
      jsonSchema: { input: () => ({}) },
    },
  };
}

const messageList = schemaOf<BaseMessage[]>(
  (value): value is BaseMessage[] => Array.isArray(value) && value.every((item) => isBaseMessage(item)),
  () => [],
  "a list of messages",
);

const messageInput = schemaOf<Messages>(
  (value): value is Messages => typeof value === "string" || (typeof value === "object" && value !== null),
  undefined,
  "a message, or a list of messages",
);

/** The messages of a conversation, as a `StateSchema` field. */
export const MessagesValue: ReducedValue<BaseMessage[], Messages> = new ReducedValue<BaseMessage[], Messages>(
  messageList,
  {
    inputSchema: messageInput,
    reducer: messagesStateReducer as (current: BaseMessage[], next: Messages) => BaseMessage[],
    jsonSchemaExtra: MESSAGES_EXTRA,
  },
);

/** The same, of which checkpoints store only what each step appended. */
export const MessagesDeltaValue: DeltaValue<BaseMessage[], Messages> = new DeltaValue<BaseMessage[], Messages>(
  messageList,
  {
    inputSchema: messageInput,
    reducer: messagesDeltaReducer,
    jsonSchemaExtra: MESSAGES_EXTRA,
  },
);

/** Makes a zod field a list of messages: `withLangGraph(z.array(z.any()), MessagesZodMeta)`. */
export const MessagesZodMeta: SchemaMeta<BaseMessage[], Messages> = {
  reducer: { fn: messagesStateReducer as (current: BaseMessage[], next: Messages) => BaseMessage[] },
  jsonSchemaExtra: { langgraph_type: "messages" },
  default: () => [],
};
