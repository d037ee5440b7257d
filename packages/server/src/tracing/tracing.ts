import { type Context, context, ProxyTracerProvider, propagation, type Tracer, trace } from "@opentelemetry/api";

/** What carries a trace from the request that creates a run to the worker that executes it (W3C Trace Context). */
export type TraceCarrier = Record<string, string>;

/**
 * Spans through `@opentelemetry/api`: where they go is decided by whoever starts the process (`node --import ./telemetry.js`).
 *
 * request → run → superstep → task → model and tool calls; a run is the child of the request that created it, also when another
 * process executes it.
 */
export interface Tracing {
  tracer: Tracer;
  /** What is under way in this process, for a run to go on from. */
  carry(): TraceCarrier;
  /** What a carrier says, as a context to start spans in. */
  follow(carrier: unknown): Context;
}

/** Undefined while nobody listens for spans: then a run costs nothing for them. To be asked once, when a server is created. */
export function findTracing(): Tracing | undefined {
  const provider = trace.getTracerProvider();
  const nobody = new ProxyTracerProvider().getDelegate();
  const delegate = provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider;
  if (delegate === nobody) return undefined;
  return {
    tracer: trace.getTracer("heddle"),
    carry: () => {
      const carrier: TraceCarrier = {};
      propagation.inject(context.active(), carrier);
      return carrier;
    },
    follow: (carrier) => propagation.extract(context.active(), carrier),
  };
}
