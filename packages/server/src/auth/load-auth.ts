import type { Backend } from "@heddle/backend";
import type { AuthConfig } from "../config/auth-config.ts";
import { importExport } from "../config/import-export.ts";
import { toError } from "../errors.ts";
import { apiKeyAuthenticator } from "./api-key.ts";
import { type AuthHooks, toAuthHooks } from "./auth-hooks.ts";
import { type Authentication, type Authenticator, createAuthentication } from "./authentication.ts";
import { jwtAuthenticator } from "./jwt.ts";

interface AuthPlace {
  root: string;
  backend: Backend;
  /** An `Auth` that needs no loading. */
  instance?: unknown;
}

/**
 * Authentication as the configuration wants it.
 *
 * @throws Error that says what of it cannot be: a server must not start open because its lock is broken.
 */
export async function loadAuth(config: AuthConfig, { root, backend, instance }: AuthPlace): Promise<Authentication> {
  const given = instance === undefined ? undefined : toAuthHooks(instance);
  const hooks = config.path === undefined ? given : await loadHooks(config.path, root);
  const { cache, jwt } = config;
  const authenticators: Authenticator[] = [];
  if (config.api_keys) authenticators.push(apiKeyAuthenticator(backend.apiKeys, () => new Date()));
  if (jwt !== undefined) {
    authenticators.push(
      jwtAuthenticator({
        issuer: jwt.issuer,
        audience: jwt.audience,
        jwksUri: jwt.jwks_uri,
        identityClaim: jwt.identity_claim,
      }),
    );
  }
  return createAuthentication({
    hooks,
    authenticators,
    withoutHandler: config.without_handler ?? (hooks === undefined ? "own" : "deny"),
    cache: cache && { headers: cache.cache_keys, ttlMs: cache.ttl_seconds * 1000, maxSize: cache.max_size },
  });
}

async function loadHooks(path: string, root: string): Promise<AuthHooks> {
  try {
    return toAuthHooks((await importExport(path, root)).value);
  } catch (thrown) {
    throw new Error(`auth.path "${path}" was not loaded: ${toError(thrown).message}`, { cause: thrown });
  }
}
