/** Who sends a request, as an authenticator says. Fields of its own making are kept: graphs find them in `langgraph_auth_user`. */
export interface AuthUser {
  identity: string;
  display_name: string;
  permissions: string[];
  is_authenticated: boolean;
  [field: string]: unknown;
}

/**
 * What an `authenticate` handler returned, as a user: an identity, or an object that has one.
 *
 * @throws Error for anything else: a handler that is broken lets nobody in.
 */
export function toAuthUser(returned: unknown): AuthUser {
  if (typeof returned === "string" && returned !== "") return toAuthUser({ identity: returned });
  if (typeof returned === "object" && returned !== null && "identity" in returned) {
    const { identity, display_name, permissions } = returned as Record<string, unknown>;
    if (typeof identity === "string" && identity !== "") {
      return {
        is_authenticated: true,
        ...returned,
        identity,
        display_name: typeof display_name === "string" ? display_name : identity,
        permissions: Array.isArray(permissions) ? permissions.map(String) : [],
      };
    }
  }
  throw new Error("The authenticate handler has to return an identity (text) or an object with a text `identity`");
}
