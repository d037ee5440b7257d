import { expect, test } from "vitest";
import { chunksOf, LogState, log, logGraph } from "../../../testing/log-graph.ts";
import { START, StateGraph } from "../../index.ts";
import { createGraphRunStream, type RunStreamChunk } from "./create-graph-run-stream.ts";
import { createLifecycleTransformer } from "./lifecycle-transformer.ts";
import type { ProtocolEvent } from "./protocol-event.ts";
import { StreamChannel } from "./stream-channel.ts";
import { createSubgraphDiscoveryTransformer, type SubgraphDiscovery } from "./subgraph-discovery.ts";
import { createValuesTransformer } from "./values-transformer.ts";

const event = (method: string, namespace: string[], data: unknown): ProtocolEvent => ({
  type: "event",
  seq: 0,
  method,
  params: { namespace, timestamp: 1, data },
});

async function* chunks(): AsyncGenerator<RunStreamChunk> {
  yield [[], "values", { a: 1 }];
  yield [["s:1"], "values", { b: 1 }];
  yield [[], "tasks", { id: "1", name: "s", result: {} }];
  yield [[], "values", { a: 2 }];
}

test("chunks from elsewhere are read as a run", async () => {
  const extension = () => ({ init: () => ({ x: 1 }), process: () => true });
  const run = createGraphRunStream(chunks(), [extension]);
  const events = await chunksOf(run);
  expect(events.map(({ seq, method }) => `${seq} ${method}`)).toEqual([
    "0 lifecycle",
    "1 values",
    "2 lifecycle",
    "3 values",
    "4 tasks",
    "5 lifecycle",
    "6 values",
    "7 lifecycle",
  ]);
  expect([await run.output, run.extensions.x]).toEqual([{ a: 2 }, 1]);
});

test("a source that fails fails its run", async () => {
  async function* failing(): AsyncGenerator<RunStreamChunk> {
    yield [[], "values", {}];
    throw new Error("lost");
  }
  await expect(createGraphRunStream(failing()).output).rejects.toThrow("lost");
});

test("the lifecycle of a run is told from its events", async () => {
  const transformer = createLifecycleTransformer({ rootGraphName: "g", initialStatus: "started" });
  const { lifecycle } = transformer.init();
  transformer.onRegister?.({ push: () => {} });
  transformer.process(event("values", ["s:1", "t:2"], {}));
  await transformer.finalize?.();
  const told = (await chunksOf(lifecycle)).map((entry) => `${entry.graph_name} ${entry.event}`);
  expect(told).toEqual(["g started", "s started", "t started", "t completed", "s completed", "g completed"]);
});

test("a root whose life somebody else tells is left out", async () => {
  const transformer = createLifecycleTransformer({ emitRootOnRegister: false });
  const emitted: unknown[] = [];
  transformer.onRegister?.({ push: (namespace) => emitted.push(namespace) });
  transformer.process(event("values", ["s:1"], {}));
  transformer.fail?.(new Error("boom"));
  expect(emitted).toEqual([["s:1"], ["s:1"]]);
});

test("states of one graph only are kept", async () => {
  const transformer = createValuesTransformer(["s:1"]);
  for (const namespace of [[], ["s:1"], ["s:1", "t:2"]]) transformer.process(event("values", namespace, { namespace }));
  transformer.finalize?.();
  expect(await chunksOf(transformer.init()._valuesLog)).toEqual([{ namespace: ["s:1"] }]);
});

test("each nested graph is discovered once, outermost first", async () => {
  const discoveries = StreamChannel.local<SubgraphDiscovery<string>>();
  const registered: string[] = [];
  const transformer = createSubgraphDiscoveryTransformer<string>(
    {
      _events: StreamChannel.local(),
      _discoveries: discoveries,
      register: (path) => void registered.push(path.join("/")),
    },
    { createStream: (path) => path.join("/") },
  );
  transformer.process(event("values", ["a:1", "b:2"], {}));
  transformer.process(event("messages", ["a:1", "node:3"], {}));
  discoveries.close();
  expect(registered).toEqual(["a:1", "a:1/b:2"]);
  expect(await chunksOf(transformer.init().subgraphs)).toEqual(["a:1"]);
});

const named = (name: string) => () => ({ init: () => ({ [name]: name }), process: () => true });

test("transformers of the graph come before those of the call, and a copy may add some", async () => {
  const graph = new StateGraph(LogState)
    .addNode("a", log("a"))
    .addEdge(START, "a")
    .compile({ transformers: [named("compiled")] });
  const run = await graph
    .withConfig({ streamTransformers: [named("configured")] })
    .streamEvents({ n: 1 }, { version: "v3", transformers: [named("called")] });
  expect(Object.keys(run.extensions)).toEqual(["compiled", "configured", "called"]);
  const plain = await graph.streamEvents({ n: 1 }, { version: "v3" });
  expect(Object.keys(plain.extensions)).toEqual(["compiled"]);
  await Promise.all([run.output, plain.output]);
});

test("a run is encoded as server-sent events, its failure too", async () => {
  const inner = logGraph("x").addEdge(START, "x").compile();
  const graph = new StateGraph(LogState)
    .addNode("s", inner)
    .addNode("fail", () => {
      throw new Error("boom");
    })
    .addEdge(START, "s")
    .addEdge("s", "fail")
    .compile();
  const stream = await graph.streamEvents({ n: 1 }, { version: "v3", encoding: "text/event-stream" });
  const text = (await chunksOf(stream)).map((bytes) => new TextDecoder().decode(bytes));
  expect(text[0]).toBe('event: lifecycle\ndata: {"event":"running","graph_name":"root"}\n\n');
  expect(text.find((part) => part.startsWith("event: updates|s:"))).toContain('"node":"x"');
  expect(text.at(-1)).toBe('event: error\ndata: {"message":"Error: boom"}\n\n');
});
