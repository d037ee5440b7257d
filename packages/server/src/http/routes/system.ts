import { Hono } from "hono";
import type { HttpConfig } from "../../config/http-config.ts";
import { toError } from "../../errors.ts";
import type { ServerTools } from "../../server-tools.ts";
import { flag } from "../schemas/fields.ts";

export interface SystemOptions {
  version: string;
  http: HttpConfig;
}

/** `/ok`, `/info` and `/metrics`: whether the server lives, what it can do, and how it does. */
export function systemRoutes(tools: ServerTools, { version, http }: SystemOptions): Hono {
  const routes = new Hono();
  routes.get("/ok", async (context) => {
    if (flag.safeParse(context.req.query("check_db")).data !== true) return context.json({ ok: true });
    const database = await check(tools);
    return context.json({ ok: database.ok, checks: { database } }, database.ok ? 200 : 503);
  });
  if (http.disable_meta) return routes;
  routes.get("/info", (context) => context.json(toInfo(version)));
  routes.get("/metrics", async (context) => {
    const { text, contentType } = await tools.metrics.text();
    return context.body(text, 200, { "content-type": contentType });
  });
  return routes;
}

/** Why a database does not answer is told to the log: the answer is for everybody. */
async function check({ backend, logger }: ServerTools): Promise<{ ok: boolean; latency_ms: number }> {
  const startedAt = performance.now();
  try {
    await backend.check();
    return { ok: true, latency_ms: Math.round(performance.now() - startedAt) };
  } catch (thrown) {
    logger.error({ err: toError(thrown) }, "the database does not answer");
    return { ok: false, latency_ms: Math.round(performance.now() - startedAt) };
  }
}

function toInfo(version: string) {
  return {
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
  };
}
