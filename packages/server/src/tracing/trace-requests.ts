import { context, propagation, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";

/** A span for each request, by the semantic conventions of OpenTelemetry for HTTP servers. It ends with the answer's head. */
export function traceRequests(tracer: Tracer): MiddlewareHandler {
  return async (request, next) => {
    const { method, path } = request.req;
    const parent = propagation.extract(context.active(), Object.fromEntries(request.req.raw.headers));
    const attributes = { "http.request.method": method, "url.path": path };
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
    try {
      await context.with(trace.setSpan(parent, span), next);
      const route = matchedRoutes(request).findLast((matched) => matched.method === method)?.path;
      const { status } = request.res;
      if (route !== undefined) span.updateName(`${method} ${route}`).setAttribute("http.route", route);
      span.setAttribute("http.response.status_code", status);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    } finally {
      span.end();
    }
  };
}
