import { type LangGraphRunnableConfig, MessagesAnnotation, START, StateGraph } from "@heddle/langgraph";
import { AIMessage } from "@langchain/core/messages";

/** Begins to answer, and then waits until it is stopped. */
export const graph = new StateGraph(MessagesAnnotation)
  .addNode("begin", () => ({ messages: [new AIMessage("Let me think.")] }))
  .addNode("think", (_, { signal }: LangGraphRunnableConfig) => {
    return new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  })
  .addEdge(START, "begin")
  .addEdge("begin", "think")
  .compile();
