import { LangChainTracer } from "@langchain/core/tracers/tracer_langchain";
import { expect, test } from "vitest";
import { LogState, log } from "../../testing/log-graph.ts";
import { START, StateGraph } from "../index.ts";
import { tracingMetadata } from "./tracing-metadata.ts";

test("tracers get simple values that are no secrets", () => {
  const configurable = {
    thread_id: "t",
    count: 2,
    isOn: false,
    list: [1],
    __pregel_task_id: "x",
    api_key: "k",
    accessToken: "t",
    Authorization: "a",
    user: "ann",
  };
  expect(tracingMetadata(configurable, { user: "ann", count: 3 })).toEqual({ thread_id: "t", count: 2, isOn: false });
  expect(tracingMetadata({ password: "p" }, undefined)).toBeUndefined();
});

/** A client of LangSmith that keeps what it is sent. */
function recordingTracer() {
  const sent: { name: string; inputs?: unknown; outputs?: unknown; extra?: { metadata?: object } }[] = [];
  const record = async (run: (typeof sent)[number]) => void sent.push(run);
  const update = async (_id: string, run: (typeof sent)[number]) => void sent.push(run);
  return { sent, tracer: new LangChainTracer({ client: { createRun: record, updateRun: update } as never }) };
}

test("a node's trace policy shapes what its tracer sends, and the run's configurable is told", async () => {
  const { sent, tracer } = recordingTracer();
  const tracePolicy = { processInputs: () => ({ hidden: true }) };
  const graph = new StateGraph(LogState)
    .addNode("secret", log("x"), { tracePolicy })
    .addEdge(START, "secret")
    .compile();
  expect(await graph.invoke({ n: 1 }, { callbacks: [tracer], configurable: { team: "blue", api_key: "k" } })).toEqual({
    n: 1,
    log: ["x"],
  });
  const root = sent.find((run) => run.name === "LangGraph");
  expect(root?.inputs).toEqual({ n: 1 });
  expect(root?.extra?.metadata).toMatchObject({ team: "blue" });
  expect(root?.extra?.metadata).not.toHaveProperty("api_key");
  expect(sent.find((run) => run.name === "secret")?.inputs).toEqual({ hidden: true });
});
