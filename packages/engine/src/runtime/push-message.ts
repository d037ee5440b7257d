import { type BaseMessage, type BaseMessageLike, coerceMessageLikeToMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { ambientConfig, taskOf } from "./ambient.ts";

export interface PushMessageOptions extends RunnableConfig {
  /** The state key that keeps the message; null to stream it only. @default "messages" */
  stateKey?: string | null;
}

/** Streams a message at once, before the node has finished, and by default writes it to the state. It needs an id. */
export function pushMessage(message: BaseMessage | BaseMessageLike, options?: PushMessageOptions): BaseMessage {
  const { stateKey = "messages", ...given } = options ?? {};
  const config = taskOf(given) === undefined ? ambientConfig() : given;
  const task = taskOf(config);
  if (config === undefined || task === undefined)
    throw new Error("pushMessage() was called outside the context of a graph.");
  const pushed = coerceMessageLikeToMessage(message);
  if (pushed.id === undefined || pushed.id === "") throw new Error("Message ID is required.");
  task.streamMessage(pushed, config);
  if (stateKey !== null) task.send([[stateKey, pushed]]);
  return pushed;
}
