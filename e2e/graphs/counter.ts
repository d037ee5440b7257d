import { Annotation, END, type LangGraphRunnableConfig, START, StateGraph } from "@heddle/langgraph";
import { z } from "zod";

const Counter = Annotation.Root({
  count: Annotation<number>({ reducer: (left, right) => left + right, default: () => 0 }),
  log: Annotation<string[]>({ reducer: (left, right) => left.concat(right), default: () => [] }),
});

const Settings = z.object({ step: z.number().optional().describe("By how much to count") });

/** Adds the configured step, then writes the count down. */
export const graph = new StateGraph(Counter, Settings)
  .addNode("add", (_, config: LangGraphRunnableConfig<z.infer<typeof Settings>>) => {
    return { count: config.context?.step ?? config.configurable?.step ?? 1 };
  })
  .addNode("note", ({ count }) => ({ log: [`count is ${count}`] }))
  .addEdge(START, "add")
  .addEdge("add", "note")
  .addEdge("note", END)
  .compile();
