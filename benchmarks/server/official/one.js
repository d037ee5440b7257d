import { Annotation, END, START, StateGraph } from "@langchain/langgraph";

const State = Annotation.Root({ count: Annotation() });

/** One node that adds one. */
export const graph = new StateGraph(State)
  .addNode("add", ({ count }) => ({ count: (count ?? 0) + 1 }))
  .addEdge(START, "add")
  .addEdge("add", END)
  .compile();
