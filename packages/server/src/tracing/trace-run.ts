import type { RunRecord } from "@heddle/backend";
import { context, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Tracing } from "./tracing.ts";
import { TracingCallbacks } from "./tracing-callbacks.ts";

/** How a run ended, as far as its span tells. */
interface TracedOutcome {
  status: string;
  error?: { error: string; message: string };
}

/** Executes a run within a span; `execute` gets the callbacks that make the spans of what happens inside of its graph. */
export async function traceRun<O extends TracedOutcome>(
  run: RunRecord,
  tracing: Tracing | undefined,
  execute: (callbacks: TracingCallbacks | undefined) => Promise<O>,
): Promise<O> {
  if (tracing === undefined) return execute(undefined);
  const parent = tracing.follow(run.kwargs.trace ?? {});
  const span = tracing.tracer.startSpan(
    `run ${run.graphId}`,
    { kind: SpanKind.CONSUMER, attributes: toAttributes(run) },
    parent,
  );
  const inside = trace.setSpan(parent, span);
  const callbacks = new TracingCallbacks(tracing.tracer, run.runId, inside);
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
