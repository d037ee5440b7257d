import { context, propagation, trace } from "@opentelemetry/api";
import { traceRequests } from "./trace-requests.ts";
import { traceRun } from "./trace-run.ts";
import type { TraceCarrier, Tracing } from "./tracing.ts";

/** Tracing by what is registered with the OpenTelemetry API. */
export function createTracing(): Tracing {
  const tracer = trace.getTracer("heddle");
  return {
    middleware: traceRequests(tracer),
    carry: () => {
      const carrier: TraceCarrier = {};
      propagation.inject(context.active(), carrier);
      return carrier;
    },
    traceRun: (run, execute) => traceRun(tracer, run, execute),
  };
}
