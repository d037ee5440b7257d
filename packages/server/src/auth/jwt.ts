import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { ServerError, toError } from "../errors.ts";
import type { AuthUser } from "./auth-user.ts";
import type { Authenticator } from "./authentication.ts";

export interface JwtOptions {
  /** The `iss` of the tokens; its discovery document (OpenID Connect Discovery 1.0, section 4) names the keys. */
  issuer: string;
  /** The `aud` a token has to be for; without one, any. */
  audience?: string | undefined;
  /** Where the keys are, for issuers without discovery. */
  jwksUri?: string | undefined;
  /** The claim that says who somebody is. */
  identityClaim: string;
}

/** Knows requests by a token as `authorization: Bearer` that its issuer has signed (RFC 7519, RFC 8725). */
export function jwtAuthenticator(options: JwtOptions): Authenticator {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (request) => {
    const token = /^bearer\s+([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (token === undefined) return undefined;
    keys ??= findKeys(options);
    // An issuer that could not be asked is asked again by the next request.
    keys.catch(() => {
      keys = undefined;
    });
    return toUser(await verify(token, await keys, options), options.identityClaim);
  };
}

/** Signatures by a shared secret are refused: whoever may check them could make them. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

async function verify(token: string, keys: JWTVerifyGetKey, { issuer, audience }: JwtOptions): Promise<JWTPayload> {
  const { jwtVerify } = await import("jose");
  try {
    const expected = { issuer, algorithms: ALGORITHMS, requiredClaims: ["exp"], ...(audience ? { audience } : {}) };
    return (await jwtVerify(token, keys, expected)).payload;
  } catch (thrown) {
    throw new ServerError("unauthorized", `Not authenticated: the token is not valid: ${toError(thrown).message}`);
  }
}

async function findKeys({ issuer, jwksUri }: JwtOptions): Promise<JWTVerifyGetKey> {
  const { createRemoteJWKSet } = await import("jose");
  return createRemoteJWKSet(new URL(jwksUri ?? (await discover(issuer))));
}

async function discover(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(5000) });
  const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (document.issuer !== issuer || typeof document.jwks_uri !== "string") {
    throw new Error(`The discovery document ${address} is not one of issuer ${issuer} with a jwks_uri`);
  }
  return document.jwks_uri;
}

function toUser(claims: JWTPayload, identityClaim: string): AuthUser {
  const identity = claims[identityClaim];
  if (typeof identity !== "string" || identity === "") {
    throw new ServerError("unauthorized", `Not authenticated: the token has no claim "${identityClaim}"`);
  }
  const { name, scope, permissions } = claims;
  const granted = Array.isArray(permissions)
    ? permissions.map(String)
    : String(scope ?? "")
        .split(" ")
        .filter(Boolean);
  return {
    identity,
    display_name: typeof name === "string" ? name : identity,
    permissions: granted,
    is_authenticated: true,
    claims,
  };
}
