import { describe, expect, test } from "vitest";
import { chunksOf, LogState, log, logGraph, thread } from "../../testing/log-graph.ts";
import { Annotation, Command, interrupt, MemorySaver, Send, START, StateGraph } from "../index.ts";

const asking = (options = {}) =>
  new StateGraph(LogState)
    .addNode("x", log("x"))
    .addNode("y", () => ({ log: [`y:${interrupt("yy")}`] }))
    .addEdge(START, "x")
    .addEdge("x", "y")
    .compile(options);

test("a nested graph pauses the root and goes on where it stopped", async () => {
  const graph = new StateGraph(LogState)
    .addNode("s", asking())
    .addNode("after", log("after"))
    .addEdge(START, "s")
    .addEdge("s", "after")
    .compile({ checkpointer: new MemorySaver() });
  expect(await graph.invoke({ n: 1 }, thread())).toMatchObject({ log: [], __interrupt__: [{ value: "yy" }] });
  const snapshot = await graph.getState(thread(), { subgraphs: true });
  expect(snapshot.tasks[0]?.state).toMatchObject({ values: { log: ["x"] }, next: ["y"] });
  expect((await graph.invoke(new Command({ resume: "R" }), thread())).log).toEqual(["x", "y:R", "after"]);
});

test("a graph called in a function is nested; the second of one task gets a number", async () => {
  const namespaces: string[] = [];
  const inner = new StateGraph(LogState)
    .addNode("x", (_state, config) => {
      namespaces.push(config.executionInfo?.checkpointNs ?? "");
      return {};
    })
    .addEdge(START, "x")
    .compile();
  const graph = new StateGraph(LogState)
    .addNode("p", async () => {
      await inner.invoke({ n: 1 });
      await inner.invoke({ n: 2 });
      return {};
    })
    .addEdge(START, "p")
    .compile();
  await graph.invoke({ n: 0 });
  const [first, second] = namespaces.map((namespace) => namespace.replace(/[0-9a-f-]{36}/g, "ID"));
  expect([first, second]).toEqual(["p:ID|x:ID", "p:ID|1|x:ID"]);
});

test("two graphs called in one function are answered one after the other", async () => {
  const inner = asking();
  const graph = new StateGraph(LogState)
    .addNode("p", async () => {
      const first = await inner.invoke({ n: 1 });
      const second = await inner.invoke({ n: 2 });
      return { log: [...first.log, ...second.log] };
    })
    .addEdge(START, "p")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({ n: 0 }, thread());
  await graph.invoke(new Command({ resume: "1" }), thread());
  expect((await graph.invoke(new Command({ resume: "2" }), thread())).log).toEqual(["x", "y:1", "x", "y:2"]);
});

describe("checkpointer", () => {
  test("true keeps the state across calls of the parent", async () => {
    const inner = logGraph("x").addEdge(START, "x").compile({ checkpointer: true });
    const graph = new StateGraph(Annotation.Root({ n: Annotation<number>, seen: Annotation<string[]> }))
      .addNode("p", async () => ({ seen: (await inner.invoke({ log: ["in"] })).log }))
      .addEdge(START, "p")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ n: 1 }, thread());
    expect((await graph.invoke({ n: 2 }, thread())).seen).toEqual(["in", "x", "in", "x"]);
  });
  test("true at a root is refused", async () => {
    await expect(asking({ checkpointer: true }).invoke({ n: 1 }, thread())).rejects.toThrow(
      "checkpointer: true cannot be used for root graphs.",
    );
  });
  test("false saves nothing of the child, which then begins again", async () => {
    const graph = new StateGraph(LogState)
      .addNode("s", asking({ checkpointer: false }))
      .addEdge(START, "s")
      .compile({ checkpointer: new MemorySaver() });
    expect(await graph.invoke({ n: 1 }, thread())).toMatchObject({ __interrupt__: [{ value: "yy" }] });
    expect((await graph.invoke(new Command({ resume: "R" }), thread())).log).toEqual(["x", "y:R"]);
  });
});

test("a call with its own thread inside of a node stays nested", async () => {
  const inner = new StateGraph(LogState)
    .addNode("x", (_state, config) => ({
      log: [String(config.configurable?.thread_id), String(config.configurable?.foo)],
    }))
    .addEdge(START, "x")
    .compile();
  const graph = new StateGraph(LogState)
    .addNode("p", () => inner.invoke({ n: 1 }, thread("other")))
    .addEdge(START, "p")
    .compile({ checkpointer: new MemorySaver() });
  expect((await graph.invoke({ n: 1 }, thread("t", { foo: "bar" }))).log).toEqual(["other", "bar"]);
});

describe("a command for the parent", () => {
  const child = new StateGraph(LogState)
    .addNode("c", () => new Command({ graph: Command.PARENT, update: { log: ["from child"], zz: 1 }, goto: "other" }))
    .addEdge(START, "c")
    .compile();
  test("updates and routes there, and the parent's edges fire too", async () => {
    const graph = new StateGraph(LogState)
      .addNode("sub", child, { ends: ["other"] as never })
      .addNode("other", log("other"))
      .addNode("after", log("after"))
      .addEdge(START, "sub")
      .addEdge("sub", "after")
      .compile();
    expect((await graph.invoke({ n: 1 })).log).toEqual(["from child", "after", "other"]);
  });
  test("at a root is dropped", async () => {
    expect(await child.invoke({ n: 1 })).toEqual({ n: 1, log: [] });
  });
});

test("chunks of nested graphs come with their namespace, before the parent's update", async () => {
  const inner = logGraph("x").addEdge(START, "x").compile();
  const graph = new StateGraph(LogState).addNode("s", inner).addEdge(START, "s").compile();
  const chunks = await chunksOf(graph.stream({ n: 1 }, { subgraphs: true }));
  expect(chunks).toEqual([
    [[expect.stringMatching(/^s:[0-9a-f-]{36}$/)], { x: { log: ["x"] } }],
    [[], { s: { n: 1, log: ["x"] } }],
  ]);
  expect(await chunksOf(graph.stream({ n: 1 }))).toEqual([{ s: { n: 1, log: ["x"] } }]);
});

test("an abort reaches nodes of nested graphs", async () => {
  const controller = new AbortController();
  let signal: AbortSignal | undefined;
  const inner = new StateGraph(LogState)
    .addNode("x", (_state, config) => {
      signal = config.signal;
      setImmediate(() => controller.abort());
      return new Promise<never>(() => {});
    })
    .addEdge(START, "x")
    .compile();
  const graph = new StateGraph(LogState).addNode("s", inner).addEdge(START, "s").compile();
  const run = graph.invoke({ n: 1 }, { signal: controller.signal });
  await expect(run).rejects.toMatchObject({ name: "AbortError" });
  expect(signal?.aborted).toBe(true);
});

test("many nested graphs side by side do not look like a leak", async () => {
  const warnings: string[] = [];
  const onWarning = (warning: Error) => warnings.push(warning.name);
  process.on("warning", onWarning);
  const inner = new StateGraph(LogState)
    .addNode("x", async () => ({ log: ["x"] }))
    .addEdge(START, "x")
    .compile();
  const graph = new StateGraph(LogState)
    .addNode("w", async () => ({ log: (await inner.invoke({ n: 1 })).log }))
    .addConditionalEdges(START, () => Array.from({ length: 30 }, () => new Send("w", {})), ["w"])
    .compile();
  expect((await graph.invoke({ n: 1 })).log).toHaveLength(30);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
});
