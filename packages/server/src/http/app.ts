import { Hono, type MiddlewareHandler } from "hono";
import type { AuthConfig } from "../config/auth-config.ts";
import type { HttpConfig } from "../config/http-config.ts";
import { uuid7 } from "../ids.ts";
import type { ServerTools } from "../server-tools.ts";
import { authenticate } from "./authenticate.ts";
import type { CustomApp } from "./custom-app.ts";
import { problem, problemResponse, toResponse } from "./problem-response.ts";
import { assistantGraphRoutes } from "./routes/assistant-graph.ts";
import { assistantRoutes } from "./routes/assistants.ts";
import { bulkRunRoutes, bulkThreadRoutes } from "./routes/bulk.ts";
import { cronRoutes } from "./routes/crons.ts";
import { docsRoutes } from "./routes/docs.ts";
import { runStreamRoutes } from "./routes/run-streams.ts";
import { runRoutes } from "./routes/runs.ts";
import { storeRoutes } from "./routes/store.ts";
import { systemRoutes } from "./routes/system.ts";
import { threadStateRoutes } from "./routes/thread-state.ts";
import { threadStreamRoutes } from "./routes/thread-stream.ts";
import { threadRoutes } from "./routes/threads.ts";
import { webhookRoutes } from "./routes/webhooks.ts";

export interface AppOptions {
  version: string;
  http: HttpConfig;
  custom: CustomApp | undefined;
  auth: AuthConfig | undefined;
}

/** Every route, in the order in which they are tried, behind what a request has to pass first. */
export function createApp(tools: ServerTools, options: AppOptions, passes: readonly MiddlewareHandler[]): Hono {
  const { version, http, custom, auth } = options;
  const app = http.mount_prefix === undefined ? new Hono() : new Hono().basePath(http.mount_prefix);
  for (const pass of passes) app.use(pass);
  app.onError((error, context) => {
    // Of Hono, whichever copy of it the user's own app was made with.
    if ("getResponse" in error && typeof error.getResponse === "function") return error.getResponse() as Response;
    const requestId = context.req.header("x-request-id") ?? uuid7(Date.now());
    const response = problemResponse(error, requestId, tools.logger);
    response.headers.set("x-request-id", requestId);
    return response;
  });
  app.notFound((context) => {
    return toResponse(
      problem("not_found", `404 Not Found: there is no ${context.req.method} ${context.req.path}`),
      404,
    );
  });
  const lock = toLock(tools, http, custom);
  const isLockFirst = http.middleware_order === "auth_first" || http.enable_custom_route_auth;
  if (lock !== undefined && isLockFirst) app.use(lock);
  if (custom !== undefined) app.route("/", custom.app);
  if (lock !== undefined && !isLockFirst) app.use(lock);
  app.route("/", systemRoutes(tools, { version, http }));
  if (!http.disable_meta) {
    app.route("/", docsRoutes({ version, prefix: http.mount_prefix ?? "", auth, routes: () => app.routes }));
  }
  if (!http.disable_assistants) {
    app.route("/assistants", assistantGraphRoutes(tools));
    app.route("/assistants", assistantRoutes(tools));
  }
  if (!http.disable_runs) {
    app.route("/", cronRoutes(tools));
    app.route("/", bulkRunRoutes(tools));
    app.route("/", runStreamRoutes(tools));
    app.route("/", runRoutes(tools));
    app.route("/", webhookRoutes(tools));
  }
  if (!http.disable_threads) {
    app.route("/threads", bulkThreadRoutes(tools));
    app.route("/threads", threadStreamRoutes(tools));
    app.route("/threads", threadStateRoutes(tools));
    app.route("/threads", threadRoutes(tools));
  }
  if (!http.disable_store) app.route("/store", storeRoutes(tools));
  return app;
}

/** What lets only known callers through. Routes of the custom app stand before it unless they want it too. */
function toLock({ auth }: ServerTools, http: HttpConfig, custom: CustomApp | undefined) {
  if (auth === undefined) return undefined;
  const publicPaths = publicRoutes(http);
  return authenticate(auth, (path, method) => {
    const local = http.mount_prefix === undefined ? path : path.slice(http.mount_prefix.length);
    if (publicPaths.includes(local)) return true;
    return !http.enable_custom_route_auth && custom !== undefined && custom.hasRoute(method, local);
  });
}

/** The routes that answer callers who are not authenticated. */
export function publicRoutes(http: HttpConfig): string[] {
  if (http.disable_meta) return ["/ok"];
  return ["/ok", "/info", "/docs", "/openapi.json", ...(http.public_metrics ? ["/metrics"] : [])];
}
