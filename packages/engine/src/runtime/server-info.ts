import type { RunnableConfig } from "@langchain/core/runnables";
import type { ServerInfo } from "./runtime.ts";

/** Who serves the graph, from what a server puts into the config; undefined outside of one. */
export function serverInfo(config: RunnableConfig): ServerInfo | undefined {
  const { configurable, metadata } = config;
  const assistantId = configurable?.assistant_id ?? metadata?.assistant_id;
  const graphId = configurable?.graph_id ?? metadata?.graph_id;
  const user = configurable?.langgraph_auth_user;
  if (assistantId === undefined && graphId === undefined && user === undefined) return undefined;
  const info: ServerInfo = { assistantId: String(assistantId ?? ""), graphId: String(graphId ?? "") };
  const isUser = typeof user === "object" && user !== null && "identity" in user;
  return isUser ? { ...info, user } : info;
}
