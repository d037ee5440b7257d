import type { MiddlewareHandler } from "hono";
import { loggedHeaders } from "../config/header-list.ts";
import type { ServerTools } from "../server-tools.ts";
import { type AppOptions, createApp } from "./app.ts";
import { allowOrigins } from "./cors.ts";
import { isWithin, limitBodies } from "./limit-bodies.ts";
import { logRequests } from "./log-requests.ts";

type Answer = (request: Request) => Response | Promise<Response>;

/**
 * The door. Requests of browsers, and bodies which do not say that they are short enough, pass what stands before the routes; the
 * others, most of all those of programs, go to the routes straight away: what they pass without need costs a short run a twentieth.
 */
export function createDoor(tools: ServerTools, options: AppOptions): Answer {
  const { cors, max_body_bytes: mostBytes } = options.http;
  const watchers = watchersOf(tools, options);
  const guarded = createApp(tools, options, [...watchers, allowOrigins(cors), limitBodies(mostBytes)]);
  if (watchers.length > 0) return (request) => guarded.fetch(request);
  const open = createApp(tools, options, []);
  const needsNothing = (request: Request) => !request.headers.has("origin") && isWithin(request, mostBytes);
  return (request) => (needsNothing(request) ? open : guarded).fetch(request);
}

/** Who takes note of every request. By default nobody does. */
function watchersOf({ tracing, logger }: ServerTools, { http }: AppOptions): MiddlewareHandler[] {
  const watchers: MiddlewareHandler[] = [];
  if (tracing !== undefined) watchers.push(tracing.middleware);
  if (logger.isLevelEnabled("info")) watchers.push(logRequests(logger, loggedHeaders(http.logging_headers)));
  return watchers;
}
