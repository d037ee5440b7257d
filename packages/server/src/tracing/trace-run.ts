import type { RunRecord } from "@heddle/backend";
import { context, propagation, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { TracedOutcome } from "./tracing.ts";
import { TracingCallbacks } from "./tracing-callbacks.ts";

/** See Tracing.traceRun. */
export async function traceRun<O extends TracedOutcome>(
  tracer: Tracer,
  run: RunRecord,
  execute: (callbacks: object) => Promise<O>,
): Promise<O> {
  const parent = propagation.extract(context.active(), run.kwargs.trace ?? {});
  const span = tracer.startSpan(
    `run ${run.graphId}`,
    { kind: SpanKind.CONSUMER, attributes: toAttributes(run) },
    parent,
  );
  const inside = trace.setSpan(parent, span);
  const callbacks = new TracingCallbacks(tracer, run.runId, inside);
  try {
    const outcome = await context.with(inside, () => execute(callbacks));
    noteOutcome(span, outcome);
    return outcome;
  } finally {
    callbacks.close();
    span.end();
  }
}

function toAttributes({ runId, threadId, assistantId, graphId, attempt }: RunRecord) {
  return {
    "heddle.run_id": runId,
    "heddle.thread_id": threadId,
    "heddle.assistant_id": assistantId,
    "heddle.graph_id": graphId,
    "heddle.attempt": attempt,
  };
}

function noteOutcome(span: Span, { status, error }: TracedOutcome): void {
  span.setAttribute("heddle.run_status", status);
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: `${error.error}: ${error.message}` });
}
