import type { AuthUser } from "./auth-user.ts";

export interface UserCacheOptions {
  /** The headers that say who somebody is; requests that have none of them are never remembered. */
  headers: readonly string[];
  ttlMs: number;
  maxSize: number;
}

type FindUser = (request: Request) => Promise<AuthUser>;

/** Remembers who came with which headers. Refusals are not remembered. */
export function rememberUsers(find: FindUser, { headers, ttlMs, maxSize }: UserCacheOptions, now = Date.now): FindUser {
  const known = new Map<string, { user: AuthUser; until: number }>();
  return async (request) => {
    const values = headers.map((name) => request.headers.get(name));
    if (values.every((value) => value === null)) return find(request);
    const key = JSON.stringify(values);
    const hit = known.get(key);
    if (hit !== undefined && hit.until > now()) return hit.user;
    const user = await find(request);
    known.delete(key);
    known.set(key, { user, until: now() + ttlMs });
    for (const oldest of known.keys()) {
      if (known.size <= maxSize) break;
      known.delete(oldest);
    }
    return user;
  };
}
