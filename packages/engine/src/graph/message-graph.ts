import type { BaseMessage } from "@langchain/core/messages";
import { type Messages, messagesStateReducer } from "../state/messages-reducer.ts";
import { StateGraph } from "./state-graph.ts";

/** Legacy: a graph whose whole state is a list of messages. */
export class MessageGraph extends StateGraph<unknown, BaseMessage[], Messages> {
  constructor() {
    super({ channels: { __root__: { reducer: messagesStateReducer, default: () => [] } } } as never);
  }
}
