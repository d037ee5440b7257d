import { Annotation, END, type LangGraphRunnableConfig, START, StateGraph } from "@heddle/langgraph";

const State = Annotation.Root({ ask: Annotation<string>, user: Annotation<unknown>, seen: Annotation<unknown> });

/** Says who its run is for, and what else of the request it sees. */
export const graph = new StateGraph(State)
  .addNode("look", (_: typeof State.State, config: LangGraphRunnableConfig) => {
    const { langgraph_auth_user, langgraph_auth_user_id, user_id, ...others } = config.configurable ?? {};
    const headers = Object.fromEntries(
      Object.entries(others).filter(([key]) => /^x-|^user-agent|^authorization/.test(key)),
    );
    return { user: { langgraph_auth_user, langgraph_auth_user_id, user_id }, seen: headers };
  })
  .addEdge(START, "look")
  .addEdge("look", END)
  .compile();
