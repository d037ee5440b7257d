import { Annotation, END, START, StateGraph } from "@heddle/langgraph";
import { z } from "zod";

const Zod = z.object({ text: z.string(), count: z.number().optional() });

/** Its state is declared by zod. */
export const zod = new StateGraph(Zod)
  .addNode("measure", ({ text }) => ({ count: text.length }))
  .addEdge(START, "measure")
  .addEdge("measure", END)
  .compile();

const Wide = Annotation.Root({ text: Annotation<string>, secret: Annotation<string> });
const Narrow = Annotation.Root({ text: Annotation<string> });

/** What goes in, what comes out and what is between differ. */
export const mixed = new StateGraph({ state: Wide, input: Narrow, output: Narrow })
  .addNode("keep", ({ text }) => ({ secret: text }))
  .addEdge(START, "keep")
  .addEdge("keep", END)
  .compile();
