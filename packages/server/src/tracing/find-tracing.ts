import type { Tracing } from "./tracing.ts";

/** Where `@opentelemetry/api` 1.x keeps what was registered, for all its copies in the process. */
const REGISTERED = Symbol.for("opentelemetry.js.api.1");

/**
 * Undefined while nobody listens for spans: then the API is not even loaded, and a run costs nothing for them. To be asked once,
 * when a server is created.
 */
export async function findTracing(): Promise<Tracing | undefined> {
  const registered = (globalThis as Record<symbol, { trace?: unknown } | undefined>)[REGISTERED];
  if (registered?.trace === undefined) return undefined;
  const { createTracing } = await import("./open-telemetry.ts");
  return createTracing();
}
