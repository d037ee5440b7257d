import type { AccessFilter } from "@heddle/backend";
import { ServerError } from "../errors.ts";
import { type AuthEvent, eventParts, handlerKeys } from "./auth-event.ts";
import type { AuthHandler } from "./auth-hooks.ts";
import type { AuthUser } from "./auth-user.ts";
import { authorizeOwner } from "./ownership.ts";
import { parseFilter } from "./parse-filter.ts";

/** What holds for an event that has no handler: nobody may, everybody may with what they own, or everybody may. */
export type WithoutHandler = "deny" | "own" | "allow";

/** What a caller may do: the value as handlers changed it, and which resources the request may touch. */
export interface Permit<V> {
  value: V;
  access: AccessFilter | undefined;
}

/** Whoever sends one request, and what it may do. */
export interface Caller {
  /** undefined: this server asks nobody who they are. */
  user: AuthUser | undefined;
  /**
   * Asks whether the caller may do this. Handlers may change the value, so it is theirs from here on.
   *
   * @throws ServerError `forbidden`
   */
  authorize<V extends object>(event: AuthEvent, value: V): Promise<Permit<V>>;
  /** Whether somebody decides on this event: a handler, or the rule of ownership. */
  decides(event: AuthEvent): boolean;
}

/** The caller of a server without authentication. */
export const EVERYBODY: Caller = {
  user: undefined,
  authorize: async (_, value) => ({ value, access: undefined }),
  decides: () => false,
};

export interface AuthRules {
  handlers: ReadonlyMap<string, AuthHandler>;
  withoutHandler: WithoutHandler;
}

/** A caller who is known. */
export function knownCaller(user: AuthUser, { handlers, withoutHandler }: AuthRules): Caller {
  const handlerOf = (event: AuthEvent) =>
    handlerKeys(event)
      .map((key) => handlers.get(key))
      .find((handler) => handler !== undefined);
  return {
    user,
    decides: (event) => handlerOf(event) !== undefined || withoutHandler === "own",
    authorize: async (event, value) => {
      const handler = handlerOf(event);
      const asked = value as Record<string, unknown> & typeof value;
      const { permissions } = user;
      const result =
        handler === undefined
          ? decideWithout(event, asked, user, withoutHandler)
          : await handler({ event, ...eventParts(event), value: asked, permissions, user });
      return { value, access: toAccess(event, result) };
    },
  };
}

function decideWithout(
  event: AuthEvent,
  value: Record<string, unknown>,
  user: AuthUser,
  withoutHandler: WithoutHandler,
): unknown {
  if (withoutHandler === "own") return authorizeOwner(event, value, user);
  if (withoutHandler === "allow") return true;
  throw new ServerError(
    "forbidden",
    `Not authorized: there is no auth handler for "${event}"; add one, or set auth.without_handler in langgraph.json`,
  );
}

/** Nothing and true allow, false refuses, an object is a filter; whatever else is a mistake in the handler, and refuses too. */
function toAccess(event: AuthEvent, result: unknown): AccessFilter | undefined {
  if (result === undefined || result === null || result === true) return undefined;
  if (result === false) throw new ServerError("forbidden", `Not authorized for ${event}`);
  if (typeof result === "object" && !Array.isArray(result)) {
    const filter = { ...result };
    return Object.keys(filter).length === 0 ? undefined : parseFilter(filter);
  }
  throw new Error(
    `Auth handler returned invalid result for "${event}": ${JSON.stringify(result)}; it has to be true, false, nothing or a filter`,
  );
}
