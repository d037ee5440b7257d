import { describe, expect, test } from "vitest";
import { chunksOf, LogState, log, logGraph, thread } from "../../testing/log-graph.ts";
import { Command, END, interrupt, MemorySaver, START, StateGraph, type StateSnapshot } from "../index.ts";

const chain = (options = {}) =>
  logGraph("a", "b", "c")
    .addEdge(START, "a")
    .addEdge("a", "b")
    .addEdge("b", "c")
    .compile({ checkpointer: new MemorySaver(), ...options });
type Inspectable = { getStateHistory(config: object): AsyncIterable<StateSnapshot> };
const history = (graph: Inspectable, config: object = thread()) => chunksOf(graph.getStateHistory(config));
const outline = async (graph: Inspectable) =>
  (await history(graph)).map(({ metadata, next, values }) => [
    metadata?.source,
    metadata?.step,
    next.join(),
    (values.log ?? []).join(),
  ]);

describe("getState", () => {
  test("of an unknown thread is empty", async () => {
    expect(await chain().getState(thread())).toEqual({ values: {}, next: [], config: thread(), tasks: [] });
  });
  test("needs a checkpointer", async () => {
    await expect(logGraph("a").addEdge(START, "a").compile().getState(thread())).rejects.toMatchObject({
      lc_error_code: "MISSING_CHECKPOINTER",
    });
  });
  test("takes the saver of the call before that of the graph", async () => {
    const saver = new MemorySaver();
    const graph = logGraph("a").addEdge(START, "a").compile();
    await graph.invoke({ n: 1 }, thread("t", { __pregel_checkpointer: saver }));
    const config = thread("t", { __pregel_checkpointer: saver });
    expect((await graph.getState(config)).values).toEqual({ n: 1, log: ["a"] });
    await graph.updateState(config, { log: ["u"] }, "a");
    expect((await history(graph, config))[0]?.values).toEqual({ n: 1, log: ["a", "u"] });
    expect(graph.checkpointer).toBeUndefined();
  });
  test("of a finished thread tells metadata, config and parent", async () => {
    const graph = chain();
    await graph.invoke({ n: 1 }, thread());
    expect(await graph.getState(thread())).toEqual({
      values: { n: 1, log: ["a", "b", "c"] },
      next: [],
      tasks: [],
      metadata: { source: "loop", step: 3, parents: {}, thread_id: "t" },
      config: thread("t", { checkpoint_ns: "", checkpoint_id: expect.any(String) }),
      parentConfig: thread("t", { checkpoint_ns: "", checkpoint_id: expect.any(String) }),
      createdAt: expect.any(String),
    });
  });
});

test("the history is newest first, and can be limited and filtered", async () => {
  const graph = chain();
  await graph.invoke({ n: 1 }, thread());
  expect(await outline(graph)).toEqual([
    ["loop", 3, "", "a,b,c"],
    ["loop", 2, "c", "a,b"],
    ["loop", 1, "b", "a"],
    ["loop", 0, "a", ""],
    ["input", -1, "__start__", ""],
  ]);
  expect(await chunksOf(graph.getStateHistory(thread(), { limit: 2 }))).toHaveLength(2);
  expect(await chunksOf(graph.getStateHistory(thread(), { filter: { source: "input" } }))).toHaveLength(1);
});

describe("updateState", () => {
  test("writes as a node, whose edges fire", async () => {
    const graph = chain();
    await graph.updateState(thread(), { log: ["u"] }, "a");
    expect(await outline(graph)).toEqual([["update", 0, "b", "u"]]);
    expect((await graph.invoke(null, thread())).log).toEqual(["u", "b", "c"]);
  });
  test("infers the node that ran last", async () => {
    const graph = chain({ interruptAfter: ["a"] });
    await graph.invoke({ n: 1 }, thread());
    await graph.updateState(thread(), { log: ["u"] });
    expect((await graph.getState(thread())).next).toEqual(["b"]);
  });
  test("answers a pause in place of the node", async () => {
    const graph = new StateGraph(LogState)
      .addNode("a", () => ({ log: [interrupt<string, string>("q")] }))
      .addNode("b", log("b"))
      .addEdge(START, "a")
      .addEdge("a", "b")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ n: 1 }, thread());
    await graph.updateState(thread(), { log: ["by hand"] }, "a");
    expect((await graph.invoke(null, thread())).log).toEqual(["by hand", "b"]);
  });
  test("without values copies the checkpoint; as END it clears the tasks", async () => {
    const graph = chain({ interruptBefore: ["b"] });
    await graph.invoke({ n: 1 }, thread());
    await graph.updateState(thread(), null);
    expect((await graph.getState(thread())).next).toEqual(["b"]);
    await graph.updateState(thread(), null, END);
    expect((await graph.getState(thread())).next).toEqual([]);
  });
  test("as input does what an input does", async () => {
    const graph = chain();
    await graph.updateState(thread(), { n: 4 }, "__input__");
    expect(await outline(graph)).toEqual([["input", -1, "__start__", ""]]);
    expect(await graph.invoke(null, thread())).toEqual({ n: 4, log: ["a", "b", "c"] });
  });
  test("as __copy__ forks, with updates if given", async () => {
    const graph = chain();
    await graph.invoke({ n: 1 }, thread());
    const past = (await history(graph))[2] as StateSnapshot;
    await graph.updateState(past.config, null, "__copy__");
    expect((await graph.getState(thread())).metadata?.source).toBe("fork");
    await graph.updateState(past.config, [[{ log: ["FORK"] }, "b"]], "__copy__");
    expect((await graph.invoke(null, thread())).log).toEqual(["a", "FORK", "c"]);
  });
  test.each<[string, Parameters<ReturnType<typeof chain>["bulkUpdateState"]>[1]]>([
    ["No supersteps provided", []],
    ["No updates provided", [{ updates: [] }]],
    ['Node "zz" does not exist', [{ updates: [{ values: {}, asNode: "zz" }] }]],
    ['"asNode" is required when applying multiple updates', [{ updates: [{ values: {} }, { values: {} }] }]],
  ])("refuses: %s", async (message, supersteps) => {
    const graph = chain();
    await graph.invoke({ n: 1 }, thread());
    await expect(graph.bulkUpdateState(thread(), supersteps)).rejects.toThrow(message);
  });
  test("refuses to guess between two nodes of one step", async () => {
    const graph = logGraph("a", "b")
      .addEdge(START, "a")
      .addEdge(START, "b")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ n: 1 }, thread());
    await expect(graph.updateState(thread(), { n: 2 })).rejects.toThrow('Ambiguous update, specify "asNode"');
  });
});

describe("time travel", () => {
  test("replays from a past checkpoint on a fork; history only grows", async () => {
    const graph = chain();
    await graph.invoke({ n: 1 }, thread());
    const past = (await history(graph)).find((snapshot) => snapshot.next[0] === "b") as StateSnapshot;
    expect((await graph.invoke(null, past.config)).log).toEqual(["a", "b", "c"]);
    expect((await outline(graph)).slice(0, 4)).toEqual([
      ["loop", 4, "", "a,b,c"],
      ["loop", 3, "c", "a,b"],
      ["fork", 2, "b", "a"],
      ["loop", 3, "", "a,b,c"],
    ]);
  });
  test("to the last checkpoint does nothing", async () => {
    const graph = chain();
    await graph.invoke({ n: 1 }, thread());
    const { config } = await graph.getState(thread());
    expect((await graph.invoke(null, config)).log).toEqual(["a", "b", "c"]);
    expect(await history(graph)).toHaveLength(5);
  });
  test("asks a question again that was answered since", async () => {
    const graph = new StateGraph(LogState)
      .addNode("a", () => ({ log: [interrupt<string, string>("q")] }))
      .addEdge(START, "a")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ n: 1 }, thread());
    const paused = await graph.getState(thread());
    await graph.invoke(new Command({ resume: "one" }), thread());
    expect(await graph.invoke(null, paused.config)).toMatchObject({ __interrupt__: [{ value: "q" }] });
    expect((await graph.invoke(new Command({ resume: "two" }), thread())).log).toEqual(["two"]);
  });
  test("resuming at the latest checkpoint by its id is an ordinary resume", async () => {
    const graph = new StateGraph(LogState)
      .addNode("a", () => ({ log: [interrupt<string, string>("q")] }))
      .addEdge(START, "a")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ n: 1 }, thread());
    const { config } = await graph.getState(thread());
    expect((await graph.invoke(new Command({ resume: "R" }), config)).log).toEqual(["R"]);
    expect((await outline(graph)).map(([source]) => source)).not.toContain("fork");
  });
});

describe("durability", () => {
  test.each(["sync", "async"] as const)("%s saves every step", async (durability) => {
    const graph = chain();
    await graph.invoke({ n: 1 }, { ...thread(), durability });
    expect(await history(graph)).toHaveLength(5);
  });
  test("exit saves once, at the end or at a pause", async () => {
    const graph = chain({ interruptAfter: ["a"] });
    await graph.invoke({ n: 1 }, { ...thread(), durability: "exit" });
    expect(await outline(graph)).toEqual([["loop", 1, "b", "a"]]);
    await graph.invoke(null, { ...thread(), durability: "exit" });
    expect(await outline(graph)).toEqual([
      ["loop", 3, "", "a,b,c"],
      ["loop", 1, "b", "a"],
    ]);
  });
  test("and its deprecated name exclude each other", async () => {
    await expect(chain().invoke({ n: 1 }, { ...thread(), durability: "exit", checkpointDuring: true })).rejects.toThrow(
      "at the same time",
    );
  });
  test("a saver that fails makes the run fail", async () => {
    const saver = new MemorySaver();
    saver.put = async () => {
      throw new Error("disk full");
    };
    await expect(chain({ checkpointer: saver }).invoke({ n: 1 }, thread())).rejects.toThrow("disk full");
  });
  test("a missing thread id is named", async () => {
    await expect(chain().invoke({ n: 1 })).rejects.toThrow('missing a required "thread_id"');
  });
});
