import { openSqliteBackend } from "@heddle/backend-sqlite";
import { MessagesAnnotation, START, StateGraph } from "@heddle/langgraph";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createServer } from "../server.ts";
import { findTracing } from "./find-tracing.ts";

const exporter = new InMemorySpanExporter();

beforeEach(() => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});

afterEach(() => {
  exporter.reset();
  for (const api of [trace, context, propagation]) api.disable();
});

function graphOf(fails: boolean) {
  const model = new FakeListChatModel({ responses: ["hello"] });
  return new StateGraph(MessagesAnnotation)
    .addNode("think", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("act", () => {
      if (fails) throw new Error("broken");
      return {};
    })
    .addEdge(START, "think")
    .addEdge("think", "act")
    .compile();
}

async function run(fails: boolean, headers: Record<string, string> = {}): Promise<ReadableSpan[]> {
  await using backend = await openSqliteBackend({ file: ":memory:" });
  const server = await createServer({
    backend,
    graphs: [{ graphId: "agent", from: { graph: graphOf(fails) } }],
    root: import.meta.dirname,
    logger: pino({ level: "silent" }),
    version: "0",
    concurrency: 1,
  });
  const body = JSON.stringify({ assistant_id: "agent", input: { messages: [{ role: "user", content: "hi" }] } });
  const response = await server.fetch(new Request("http://localhost/runs/wait", { method: "POST", headers, body }));
  await response.text();
  await server.close();
  return exporter.getFinishedSpans();
}

/** `child < parent`, up to the span that has none here. */
function lineage(spans: readonly ReadableSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  return spans.map((span) => {
    const parent = byId.get(span.parentSpanContext?.spanId ?? "");
    return parent === undefined ? span.name : `${span.name} < ${parent.name}`;
  });
}

test("a run is the child of its request; supersteps, tasks and model calls hang below it", async () => {
  const spans = await run(false);
  expect(lineage(spans).sort()).toEqual([
    "POST /runs/wait",
    "chat FakeListChatModel < task think",
    "run agent < POST /runs/wait",
    "superstep 1 < run agent",
    "superstep 2 < run agent",
    "task act < superstep 2",
    "task think < superstep 1",
  ]);
  const [request, executed] = ["POST /runs/wait", "run agent"].map((name) => spans.find((span) => span.name === name));
  expect(request?.attributes).toMatchObject({ "http.route": "/runs/wait", "http.response.status_code": 200 });
  expect(executed?.attributes).toMatchObject({ "heddle.graph_id": "agent", "heddle.run_status": "success" });
});

test("what failed is marked, from the task up to the run", async () => {
  const spans = await run(true);
  const failed = spans.filter(({ status }) => status.code === 2).map(({ name }) => name);
  expect(failed.sort()).toEqual(["run agent", "task act"]);
});

test("the trace of whoever sends the request goes on", async () => {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const spans = await run(false, { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
  expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
});

test("while nobody listens there is nothing to trace with", async () => {
  expect(await findTracing()).toBeDefined();
  trace.disable();
  expect(await findTracing()).toBeUndefined();
});
