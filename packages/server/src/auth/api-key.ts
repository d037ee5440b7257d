import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { ApiKeyRecord, ApiKeys } from "@heddle/backend";
import { ServerError } from "../errors.ts";
import type { AuthUser } from "./auth-user.ts";
import type { Authenticator } from "./authentication.ts";

const PREFIX = "hdl_";

/** What is asked for when a key is made. */
export interface ApiKeyRequest {
  /** Who comes with this key; keys of one identity are one user. */
  identity: string;
  name: string;
  permissions: string[];
  /** ISO 8601; null for never. */
  expiresAt: string | null;
}

/** A new key. Its text is told once; what is kept is a hash, which is enough since the key is 32 random bytes. */
export function newApiKey(request: ApiKeyRequest, createdAt: string): { text: string; record: ApiKeyRecord } {
  const text = `${PREFIX}${randomBytes(32).toString("base64url")}`;
  const record = {
    ...request,
    keyId: randomUUID(),
    hash: hashOf(text),
    hint: text.slice(-4),
    createdAt,
    revokedAt: null,
  };
  return { text, record };
}

/** Knows requests by `x-api-key`, or by `authorization: Bearer` with a key of ours. */
export function apiKeyAuthenticator(keys: ApiKeys, now: () => Date): Authenticator {
  return async (request) => {
    const text = keyOf(request);
    if (text === undefined) return undefined;
    const key = await keys.find(hashOf(text));
    if (key === undefined || key.revokedAt !== null || (key.expiresAt !== null && new Date(key.expiresAt) <= now())) {
      throw new ServerError("unauthorized", "Not authenticated: the API key is unknown, revoked or expired");
    }
    return toUser(key);
  };
}

function keyOf({ headers }: Request): string | undefined {
  const given = headers.get("x-api-key");
  if (given !== null && given !== "") return given;
  const bearer = /^bearer\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  return bearer?.startsWith(PREFIX) ? bearer : undefined;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function toUser({ identity, name, permissions, keyId }: ApiKeyRecord): AuthUser {
  return { identity, display_name: name || identity, permissions, is_authenticated: true, api_key_id: keyId };
}
