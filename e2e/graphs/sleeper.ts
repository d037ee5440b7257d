import { Annotation, END, START, StateGraph, sleep } from "@heddle/langgraph";

const State = Annotation.Root({ ms: Annotation<number>, woke: Annotation<string> });

/** Sleeps as long as it is told, holding no worker, and tells when it woke. */
export const graph = new StateGraph(State)
  .addNode("nap", async ({ ms }) => {
    await sleep(ms);
    return { woke: new Date().toISOString() };
  })
  .addEdge(START, "nap")
  .addEdge("nap", END)
  .compile();
