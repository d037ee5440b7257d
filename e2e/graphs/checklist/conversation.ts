import {
  Annotation,
  END,
  type LangGraphRunnableConfig,
  MessagesAnnotation,
  START,
  StateGraph,
} from "@heddle/langgraph";
import { AIMessage } from "@langchain/core/messages";
import { gate } from "../gate.ts";

const State = Annotation.Root({ ...MessagesAnnotation.spec, folder: Annotation<string>, waits: Annotation<boolean> });

/** Says something, waits at a gate if it is told to, and says something again. */
export const graph = new StateGraph(State)
  .addNode("begin", ({ messages }) => ({ messages: [new AIMessage({ id: `b-${messages.length}`, content: "begin" })] }))
  .addNode("wait", async ({ waits, folder }, config: LangGraphRunnableConfig) => {
    if (waits) await gate(folder, config.signal);
    return {};
  })
  .addNode("end", ({ messages }) => ({ messages: [new AIMessage({ id: `e-${messages.length}`, content: "end" })] }))
  .addEdge(START, "begin")
  .addEdge("begin", "wait")
  .addEdge("wait", "end")
  .addEdge("end", END)
  .compile();
