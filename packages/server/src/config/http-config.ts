import { z } from "zod";

const off = z.boolean().default(false);

/** Patterns of header names, `*` for any part of one. What is excluded stays excluded. */
const headerList = z.object({ includes: z.array(z.string()).optional(), excludes: z.array(z.string()).optional() });

/** `http` of langgraph.json. */
export const httpConfig = z.object({
  /** `./file.ts:export` of a Hono app, whose routes come before ours. */
  app: z.string().optional(),
  disable_assistants: off,
  disable_threads: off,
  disable_runs: off,
  disable_store: off,
  /** `/info`, `/metrics`, `/docs` and `/openapi.json`; `/ok` stays. */
  disable_meta: off,
  /** Requests that name a webhook are refused. */
  disable_webhooks: off,
  cors: z
    .object({
      allow_origins: z.array(z.string()).default(["*"]),
      /** Has to match the whole origin; counts instead of `allow_origins`. */
      allow_origin_regex: z.string().optional(),
      allow_methods: z.array(z.string()).optional(),
      allow_headers: z.array(z.string()).optional(),
      allow_credentials: off,
      expose_headers: z.array(z.string()).default([]),
      max_age: z.number().int().nonnegative().default(600),
    })
    .optional(),
  /** Which request headers graphs find in `configurable`. */
  configurable_headers: headerList.optional(),
  /** Which request headers a log line of a request has. */
  logging_headers: headerList.optional(),
  /** Whether requests are authenticated before or after the middleware of `app`. */
  middleware_order: z.enum(["auth_first", "middleware_first"]).default("middleware_first"),
  /** Whether routes of `app` are for authenticated callers only. */
  enable_custom_route_auth: off,
  /** All paths begin with this: `/agents`. */
  mount_prefix: z
    .string()
    .regex(/^(\/[\w.~-]+)+$/, 'has to begin with "/" and not end with it')
    .optional(),
  /** Ours: how large the body of a request may be. */
  max_body_bytes: z
    .number()
    .int()
    .positive()
    .default(64 * 1024 * 1024),
  /** Ours: `/metrics` answers callers who are not authenticated. */
  public_metrics: off,
});

export type HttpConfig = z.output<typeof httpConfig>;
