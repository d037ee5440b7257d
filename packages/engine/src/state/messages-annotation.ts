import type { BaseMessage } from "@langchain/core/messages";
import { Annotation } from "./annotation.ts";
import { type Messages, messagesStateReducer } from "./messages-reducer.ts";

/** The state of a conversation: one key, `messages`. */
export const MessagesAnnotation = Annotation.Root({
  messages: Annotation<BaseMessage[], Messages>({ reducer: messagesStateReducer, default: () => [] }),
});
