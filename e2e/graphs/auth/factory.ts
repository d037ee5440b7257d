import type { LangGraphRunnableConfig } from "@heddle/langgraph";
import { Annotation, END, START, StateGraph } from "@heddle/langgraph";

const State = Annotation.Root({ made_for: Annotation<string> });

/** A graph that is made anew for whoever asks, and named after them. */
export function graph({ configurable }: LangGraphRunnableConfig) {
  const name = String(configurable?.langgraph_auth_user_id ?? "nobody");
  return new StateGraph(State)
    .addNode(`for-${name}`, () => ({ made_for: name }))
    .addEdge(START, `for-${name}`)
    .addEdge(`for-${name}`, END)
    .compile();
}
