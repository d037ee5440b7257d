import { Annotation, END, START, StateGraph } from "@heddle/langgraph";

const State = Annotation.Root({ name: Annotation<string>, greeting: Annotation<string> });

/** The smallest graph that does something. */
export const graph = new StateGraph(State)
  .addNode("greet", ({ name }) => ({ greeting: `Hello, ${name}!` }))
  .addEdge(START, "greet")
  .addEdge("greet", END)
  .compile();
