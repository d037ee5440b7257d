import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { HttpConfig } from "../config/http-config.ts";

/** What a browser may read of an answer; the clients need them to reconnect and to page. */
const EXPOSED_HEADERS = ["content-location", "location", "x-pagination-total", "x-pagination-next", "x-request-id"];

/**
 * Which pages of other origins may call this server. Without a configuration all may, without credentials. Only browsers send
 * an origin; adding headers to every other answer would cost a tenth of a short run.
 */
export function allowOrigins(config: HttpConfig["cors"]): MiddlewareHandler {
  const middleware = config === undefined ? cors({ origin: "*", exposeHeaders: EXPOSED_HEADERS }) : fromConfig(config);
  return (context, next) => (context.req.header("origin") === undefined ? next() : middleware(context, next));
}

function fromConfig(config: NonNullable<HttpConfig["cors"]>): MiddlewareHandler {
  const { allow_origins, allow_origin_regex, allow_methods, allow_headers, expose_headers } = config;
  const isAny = allow_origin_regex === undefined && allow_origins.includes("*");
  const pattern = allow_origin_regex === undefined ? undefined : new RegExp(`^(?:${allow_origin_regex})$`);
  const isAllowed = (origin: string) => (pattern === undefined ? allow_origins.includes(origin) : pattern.test(origin));
  return cors({
    origin: isAny ? "*" : (origin) => (isAllowed(origin) ? origin : null),
    // Every page with the user's cookies is nobody's intention; browsers refuse it too.
    credentials: config.allow_credentials && !isAny,
    maxAge: config.max_age,
    exposeHeaders: [...new Set([...EXPOSED_HEADERS, ...expose_headers.map((name) => name.toLowerCase())])],
    ...(allow_methods === undefined ? {} : { allowMethods: allow_methods }),
    ...(allow_headers === undefined || allow_headers.includes("*") ? {} : { allowHeaders: allow_headers }),
  });
}
