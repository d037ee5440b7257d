import { z } from "zod";

/** `auth` of langgraph.json. `api_keys`, `jwt` and `without_handler` are ours; the rest is upstream's. */
export const authConfig = z.object({
  /** `./file.ts:export` of an `Auth`. */
  path: z.string().optional(),
  /** Callers are known by keys which `heddle keys` makes. */
  api_keys: z.boolean().optional(),
  /** Callers are known by tokens of an issuer (OpenID Connect). */
  jwt: z
    .object({
      issuer: z.url(),
      audience: z.string().optional(),
      jwks_uri: z.url().optional(),
      identity_claim: z.string().default("sub"),
    })
    .optional(),
  /** What holds where no handler decides. Default: deny with `path`, own without. */
  without_handler: z.enum(["deny", "own", "allow"]).optional(),
  cache: z
    .object({
      cache_keys: z.array(z.string()).min(1),
      ttl_seconds: z.number().positive().default(60),
      max_size: z.number().int().positive().default(1000),
    })
    .optional(),
  /** Nothing here ever skips authentication, so this holds whatever it says. */
  disable_studio_auth: z.boolean().optional(),
  openapi: z
    .object({
      securitySchemes: z.record(z.string(), z.unknown()).optional(),
      security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
    })
    .optional(),
});

export type AuthConfig = z.output<typeof authConfig>;
