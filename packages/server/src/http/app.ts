import { Hono } from "hono";
import { cors } from "hono/cors";
import { uuid7 } from "../ids.ts";
import type { ServerTools } from "../server-tools.ts";
import { problem, problemResponse, toResponse } from "./problem-response.ts";
import { assistantRoutes } from "./routes/assistants.ts";
import { runStreamRoutes } from "./routes/run-streams.ts";
import { runRoutes } from "./routes/runs.ts";
import { storeRoutes } from "./routes/store.ts";
import { systemRoutes } from "./routes/system.ts";
import { threadStateRoutes } from "./routes/thread-state.ts";
import { threadRoutes } from "./routes/threads.ts";

/** What a browser may read of an answer; the clients need them to reconnect and to page. */
const EXPOSED_HEADERS = ["content-location", "location", "x-pagination-total", "x-pagination-next", "x-request-id"];

/** The door: every route, in the order in which they are tried. */
export function createApp(tools: ServerTools, version: string): Hono {
  const app = new Hono();
  const allowOrigin = cors({ origin: "*", exposeHeaders: EXPOSED_HEADERS });
  // Only browsers send an origin; adding headers to every other answer would cost a tenth of a short run.
  app.use((context, next) => (context.req.header("origin") === undefined ? next() : allowOrigin(context, next)));
  app.onError((error, context) => {
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
  app.route("/", systemRoutes(version));
  app.route("/assistants", assistantRoutes(tools));
  app.route("/", runStreamRoutes(tools));
  app.route("/", runRoutes(tools));
  app.route("/threads", threadStateRoutes(tools));
  app.route("/threads", threadRoutes(tools));
  app.route("/store", storeRoutes(tools));
  return app;
}
