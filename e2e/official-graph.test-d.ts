import type { RunnableGraph } from "@heddle/server";
import { Annotation, END, entrypoint, START, StateGraph } from "@langchain/langgraph";

// What the official engine compiles is what the server can run, by structure alone.

const State = Annotation.Root({ count: Annotation<number> });

const graph = new StateGraph(State)
  .addNode("add", ({ count }) => ({ count: count + 1 }))
  .addEdge(START, "add")
  .addEdge("add", END)
  .compile();

export const fromGraph: RunnableGraph = graph;
export const fromFunction: RunnableGraph = entrypoint("double", async (count: number) => count * 2);
