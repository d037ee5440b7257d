import { Hono } from "hono";
import type { AuthConfig } from "../../config/auth-config.ts";

export interface DocsOptions {
  version: string;
  prefix: string;
  auth: AuthConfig | undefined;
  /** All routes of the app, once they are all there. */
  routes(): readonly { method: string; path: string }[];
}

/** `/openapi.json` and `/docs`. The document is made when it is asked for: a server that nobody asks starts sooner. */
export function docsRoutes(options: DocsOptions): Hono {
  const routes = new Hono();
  let document: Promise<object> | undefined;
  routes.get("/openapi.json", async (context) => {
    document ??= describe(options);
    return context.json(await document);
  });
  routes.get("/docs", async (context) => {
    const { DOCS_PAGE } = await import("../openapi/docs-page.ts");
    return context.html(DOCS_PAGE);
  });
  return routes;
}

async function describe({ version, prefix, auth, routes }: DocsOptions): Promise<object> {
  const { openApiDocument } = await import("../openapi/document.ts");
  const served = routes().map(({ method, path }) => ({ method, path: toTemplate(path.slice(prefix.length)) }));
  const names = new Set(served.map(({ method, path }) => `${method} ${path}`));
  return openApiDocument({ version, prefix, served: names, security: securityOf(auth) });
}

/** `/threads/:thread_id` as OpenAPI writes it. */
function toTemplate(path: string): string {
  const text = path.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}");
  return text.length > 1 ? text.replace(/\/$/, "") : text;
}

function securityOf(auth: AuthConfig | undefined) {
  if (auth === undefined) return {};
  if (auth.openapi !== undefined) return auth.openapi;
  const securitySchemes = {
    ...(auth.api_keys ? { ApiKey: { type: "apiKey", in: "header", name: "x-api-key" } } : {}),
    ...(auth.jwt === undefined && auth.path === undefined ? {} : { Bearer: { type: "http", scheme: "bearer" } }),
  };
  return { securitySchemes, security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })) };
}
