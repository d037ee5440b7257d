import { Hono } from "hono";

/** `/ok` and `/info`: whether the server lives, and what it can do. */
export function systemRoutes(version: string): Hono {
  const routes = new Hono();
  routes.get("/ok", (context) => context.json({ ok: true }));
  routes.get("/info", (context) =>
    context.json({
      version,
      langgraph_js_version: version,
      context: "js",
      flags: { assistants: true, crons: false, langsmith: false, langsmith_tracing_replicas: false },
    }),
  );
  return routes;
}
