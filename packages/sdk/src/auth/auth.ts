import type { AuthEventKey, AuthValue } from "./auth-event.ts";
import type { AuthResult } from "./auth-filter.ts";

/** Who sends a request. Fields of the handler's own reach graphs in `configurable.langgraph_auth_user`. */
export interface AuthUser {
  identity: string;
  display_name: string;
  permissions: string[];
  is_authenticated: boolean;
}

/** What an authenticate handler says: an identity, or an object that has one. */
export type AuthenticateResult = string | ({ identity: string } & Partial<AuthUser> & Record<string, unknown>);

/** What a handler is called with. */
export interface AuthCall<K extends AuthEventKey, U> {
  event: string;
  resource: string;
  action: string;
  /** To be read, and to be changed. */
  value: AuthValue<K>;
  permissions: string[];
  user: U & AuthUser;
}

export type AuthHandler<K extends AuthEventKey, U> = (call: AuthCall<K, U>) => AuthResult | Promise<AuthResult>;

type Authenticate = (request: Request) => AuthenticateResult | Promise<AuthenticateResult>;

type UserOf<R> = Awaited<R> extends string ? AuthUser : Awaited<R> & AuthUser;

/**
 * Who sends a request, and what it may do. Of the handlers for an event one is asked, the most specific: `threads:create`, then
 * `threads`, then `*:create`, then `*`. An event without any is refused, unless `auth.without_handler` of langgraph.json says
 * otherwise. The shape is that of `Auth` of `@langchain/langgraph-sdk/auth`, which works as well.
 *
 * @example
 * export const auth = new Auth()
 *   .authenticate(async (request) => (await whoHas(request.headers.get("authorization"))) ?? refuse())
 *   .on("*", ({ value, user }) => {
 *     if ("metadata" in value) value.metadata = { ...value.metadata, owner: user.identity };
 *     return { owner: user.identity };
 *   });
 */
export class Auth<U = AuthUser> {
  /** Where servers look for what was given. */
  readonly "~handlerCache": {
    authenticate?: Authenticate;
    callbacks?: Record<string, (call: never) => AuthResult | Promise<AuthResult>>;
  } = {};

  /** Says who sends a request. Throws HTTPException for whoever is not let in. */
  authenticate<R extends AuthenticateResult | Promise<AuthenticateResult>>(
    handler: (request: Request) => R,
  ): Auth<UserOf<R>> {
    this["~handlerCache"].authenticate = handler;
    return this as unknown as Auth<UserOf<R>>;
  }

  /** Decides on one or several kinds of requests; a later handler for the same key takes the place of the former. */
  on<K extends AuthEventKey>(keys: K | K[], handler: AuthHandler<K, U>): this {
    const cache = this["~handlerCache"];
    cache.callbacks ??= {};
    for (const key of Array.isArray(keys) ? keys : [keys]) cache.callbacks[key] = handler;
    return this;
  }
}
