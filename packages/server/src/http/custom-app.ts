import { Hono } from "hono";
import { importExport } from "../config/import-export.ts";
import { toError } from "../errors.ts";

/** The user's own Hono app: its middleware goes round our routes, its routes come before ours. */
export interface CustomApp {
  app: Hono;
  /** Whether it has a route of its own for this; what is registered for all methods counts as middleware. */
  hasRoute(method: string, path: string): boolean;
}

/** @throws Error that names the path and says why it is none. */
export async function loadCustomApp(path: string, root: string): Promise<CustomApp> {
  try {
    const { value } = await importExport(path, root);
    if (isHono(value)) return toCustomApp(value);
    throw new Error("it is not a Hono app (an object with fetch and routes)");
  } catch (thrown) {
    throw new Error(`http.app "${path}" was not loaded: ${toError(thrown).message}`, { cause: thrown });
  }
}

function toCustomApp(app: Hono): CustomApp {
  const own = new Hono();
  for (const { method, path, handler } of app.routes) {
    if (method !== "ALL") own.on(method, path, handler);
  }
  return { app, hasRoute: (method, path) => own.router.match(method, path)[0].length > 0 };
}

/** By its shape: the project may bring its own copy of Hono. */
function isHono(value: unknown): value is Hono {
  return (
    typeof value === "object" && value !== null && "fetch" in value && "routes" in value && Array.isArray(value.routes)
  );
}
