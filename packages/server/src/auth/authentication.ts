import { ServerError } from "../errors.ts";
import type { AuthHooks } from "./auth-hooks.ts";
import { type AuthUser, toAuthUser } from "./auth-user.ts";
import { type AuthRules, type Caller, knownCaller, type WithoutHandler } from "./caller.ts";
import { rememberUsers, type UserCacheOptions } from "./user-cache.ts";

/** One way to find out who sends a request; undefined when the request carries nothing this way knows. */
export type Authenticator = (request: Request) => Promise<AuthUser | undefined>;

export interface Authentication {
  /**
   * Who sends the request, and what it may do.
   *
   * @throws ServerError `unauthorized`, or the Refusal which the user's handler threw.
   */
  identify(request: Request): Promise<Caller>;
  /** A user who was identified before: whoever made a cron, when it fires. */
  callerOf(user: AuthUser): Caller;
}

export interface AuthenticationOptions {
  hooks?: AuthHooks | undefined;
  /** Built-in ways, tried in order. */
  authenticators: readonly Authenticator[];
  withoutHandler: WithoutHandler;
  cache?: UserCacheOptions | undefined;
}

/** @throws Error when nothing says who somebody is, or two things do. */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { hooks, authenticators, withoutHandler, cache } = options;
  const own = hooks?.authenticate;
  if (own === undefined && authenticators.length === 0) {
    throw new Error("auth has no way to tell who sends a request: give an authenticate handler, api_keys or jwt");
  }
  if (own !== undefined && authenticators.length > 0) {
    throw new Error("auth has an authenticate handler and a built-in way (api_keys, jwt); choose one");
  }
  const ways = own === undefined ? authenticators : [async (request: Request) => toAuthUser(await own(request))];
  const rules: AuthRules = { handlers: hooks?.handlers ?? new Map(), withoutHandler };
  const find = (request: Request) => firstUser(request, ways);
  const identify = cache === undefined ? find : rememberUsers(find, cache);
  return {
    identify: async (request) => knownCaller(await identify(request), rules),
    callerOf: (user) => knownCaller(user, rules),
  };
}

async function firstUser(request: Request, ways: readonly Authenticator[]): Promise<AuthUser> {
  for (const way of ways) {
    const user = await way(request);
    if (user !== undefined) return user;
  }
  throw new ServerError("unauthorized", "Not authenticated: send an API key as x-api-key, or a token as authorization");
}
