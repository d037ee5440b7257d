import { Annotation, END, interrupt, MessagesAnnotation, START, StateGraph } from "@heddle/langgraph";
import { graph as agent } from "./agent.ts";

const Inner = Annotation.Root({ answer: Annotation<string>, note: Annotation<string> });

const inner = new StateGraph(Inner)
  .addNode("prepare", () => ({ note: "prepared" }))
  .addNode("ask", ({ answer, note }) => ({ answer: answer ?? String(interrupt(`${note}?`)) }))
  .addEdge(START, "prepare")
  .addEdge("prepare", "ask")
  .addEdge("ask", END)
  .compile();

const Outer = Annotation.Root({ answer: Annotation<string>, note: Annotation<string>, done: Annotation<boolean> });

/** A subgraph which asks a human. */
export const graph = new StateGraph(Outer)
  .addNode("child", inner)
  .addNode("finish", () => ({ done: true }))
  .addEdge(START, "child")
  .addEdge("child", "finish")
  .addEdge("finish", END)
  .compile();

const middle = new StateGraph(MessagesAnnotation)
  .addNode("enter", () => ({}))
  .addNode("grandchild", agent)
  .addEdge(START, "enter")
  .addEdge("enter", "grandchild")
  .addEdge("grandchild", END)
  .compile();

/** The agent, two levels down. */
export const deep = new StateGraph(MessagesAnnotation)
  .addNode("child", middle)
  .addEdge(START, "child")
  .addEdge("child", END)
  .compile();
