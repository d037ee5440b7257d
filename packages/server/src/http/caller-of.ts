import type { AccessFilter } from "@heddle/backend";
import type { Context } from "hono";
import type { AuthEvent } from "../auth/auth-event.ts";
import { type Caller, EVERYBODY } from "../auth/caller.ts";
import type { ServerTools } from "../server-tools.ts";

/** Under which name the door keeps who sent a request. */
export const CALLER = "caller";

/** Who sent the request. The door has found out before any route is reached; a route without that answers nobody. */
export function callerOf(context: Context, { auth }: ServerTools): Caller {
  if (auth === undefined) return EVERYBODY;
  const caller: Caller | undefined = context.get(CALLER);
  if (caller === undefined) throw new Error(`${context.req.method} ${context.req.path} was not authenticated`);
  return caller;
}

/**
 * Asks whether the caller may do this; resolves to which resources it may do it with.
 *
 * @throws ServerError `forbidden`
 */
export async function allowed(
  context: Context,
  tools: ServerTools,
  event: AuthEvent,
  value: object,
): Promise<AccessFilter | undefined> {
  return (await callerOf(context, tools).authorize(event, value)).access;
}
