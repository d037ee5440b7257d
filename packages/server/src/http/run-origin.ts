import type { Context } from "hono";
import type { RunOrigin } from "../runs/create-run.ts";
import type { ServerTools } from "../server-tools.ts";
import { callerOf } from "./caller-of.ts";

/** What of a request the graph of its run finds in `configurable`: the headers the configuration lets through, and the user. */
export function runOrigin(context: Context, tools: ServerTools): RunOrigin {
  const caller = callerOf(context, tools);
  const configurable: Record<string, unknown> = {};
  for (const [name, value] of context.req.raw.headers) {
    if (tools.isConfigurableHeader(name)) configurable[name] = value;
  }
  if (caller.user !== undefined) {
    configurable.langgraph_auth_user = caller.user;
    configurable.langgraph_auth_user_id = caller.user.identity;
    configurable.langgraph_auth_permissions = caller.user.permissions;
  }
  return { caller, configurable };
}
