import { interrupt, MessagesAnnotation, START, StateGraph } from "@heddle/langgraph";
import { AIMessage } from "@langchain/core/messages";

/** Drafts a reply and asks a human before it is sent. */
export const graph = new StateGraph(MessagesAnnotation)
  .addNode("draft", ({ messages }) => ({ messages: [new AIMessage(`Draft for: ${messages.at(-1)?.text}`)] }))
  .addNode("approve", () => {
    const answer = interrupt({ question: "Send it?" });
    return { messages: [new AIMessage(answer === "yes" ? "Sent." : "Dropped.")] };
  })
  .addEdge(START, "draft")
  .addEdge("draft", "approve")
  .compile();
