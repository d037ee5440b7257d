import { Annotation, END, type LangGraphRunnableConfig, START, StateGraph } from "@heddle/langgraph";
import { z } from "zod";

const State = Annotation.Root({ seen: Annotation<unknown> });
const Context = z.object({ tone: z.string().optional(), model: z.string().optional() });

function look(_: typeof State.State, config: LangGraphRunnableConfig<z.infer<typeof Context>>) {
  const entries = Object.entries(config.configurable ?? {});
  const configurable = Object.fromEntries(entries.filter(([key]) => !key.startsWith("__")));
  return {
    seen: { configurable, context: config.context ?? null, metadata: config.metadata, limit: config.recursionLimit },
  };
}

/** Tells what its run was configured with. */
export const graph = new StateGraph(State, Context)
  .addNode("look", look)
  .addEdge(START, "look")
  .addEdge("look", END)
  .compile();

let calls = 0;

/** A graph made anew at each access; it tells for which it was made. */
export function factory(config: LangGraphRunnableConfig) {
  const made = ++calls;
  const name = String(config.configurable?.node ?? "plain");
  return new StateGraph(State)
    .addNode(name, () => ({ seen: { made, name } }))
    .addEdge(START, name)
    .addEdge(name, END)
    .compile();
}
