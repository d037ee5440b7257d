import { Annotation, END, entrypoint, START, StateGraph } from "@heddle/langgraph";
import type { RunnableGraph } from "./runnable-graph.ts";

// What Heddle's engine compiles is what the server can run. The official engine's graphs: e2e/official-graph.test-d.ts.

const State = Annotation.Root({ count: Annotation<number> });

const graph = new StateGraph(State)
  .addNode("add", ({ count }) => ({ count: count + 1 }))
  .addEdge(START, "add")
  .addEdge("add", END)
  .compile();

export const fromGraph: RunnableGraph = graph;
export const fromFunction: RunnableGraph = entrypoint("double", async (count: number) => count * 2);
