import type { RunRecord } from "@heddle/backend";
import type { MiddlewareHandler } from "hono";

/** What carries a trace from the request that creates a run to the worker that executes it (W3C Trace Context). */
export type TraceCarrier = Record<string, string>;

/** How a run ended, as far as its span tells. */
export interface TracedOutcome {
  status: string;
  error?: { error: string; message: string };
}

/**
 * Spans through `@opentelemetry/api`: where they go is decided by whoever starts the process (`node --import ./telemetry.js`).
 *
 * request → run → superstep → task → model and tool calls; a run is the child of the request that created it, also when another
 * process executes it.
 */
export interface Tracing {
  /** A span for each request. */
  middleware: MiddlewareHandler;
  /** What is under way here, for a run to go on from. */
  carry(): TraceCarrier;
  /** Executes a run within a span; `execute` gets the LangChain callbacks that make the spans of what happens in its graph. */
  traceRun<O extends TracedOutcome>(run: RunRecord, execute: (callbacks: object | undefined) => Promise<O>): Promise<O>;
}
