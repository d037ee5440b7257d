import { Hono } from "hono";
import type { HttpConfig } from "../../config/http-config.ts";

/** `/ok` and `/info`: whether the server lives, and what it can do. */
export function systemRoutes(version: string, { disable_meta }: HttpConfig): Hono {
  const routes = new Hono();
  routes.get("/ok", (context) => context.json({ ok: true }));
  if (disable_meta) return routes;
  routes.get("/info", (context) =>
    context.json({
      version,
      langgraph_js_version: version,
      context: "js",
      flags: {
        assistants: true,
        crons: true,
        langsmith: false,
        langsmith_tracing_replicas: false,
        stream_namespaces: true,
        strict_resume: true,
      },
    }),
  );
  return routes;
}
