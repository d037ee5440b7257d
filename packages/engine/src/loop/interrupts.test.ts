import { describe, expect, test } from "vitest";
import { z } from "zod";
import { chunksOf, LogState, log, logGraph, thread } from "../../testing/log-graph.ts";
import { Command, interrupt, isInvalidResume, MemorySaver, NodeInterrupt, START, StateGraph } from "../index.ts";

const ask = (question: unknown, options?: { responseSchema: object }) => () => ({
  log: [JSON.stringify(interrupt(question, options))],
});
const asking = (...questions: string[]) => {
  const runs = { count: 0 };
  const graph = new StateGraph(LogState)
    .addNode("a", () => {
      runs.count += 1;
      return { log: questions.map((question) => interrupt<string, string>(question)) };
    })
    .addEdge(START, "a")
    .compile({ checkpointer: new MemorySaver() });
  return { graph, runs };
};
const parallel = () =>
  new StateGraph(LogState)
    .addNode("a", ask("qa"))
    .addNode("b", ask("qb"))
    .addEdge(START, "a")
    .addEdge(START, "b")
    .compile({ checkpointer: new MemorySaver() });
// biome-ignore lint/suspicious/noExplicitAny: results hold interrupts beside the state
const idsOf = (result: any): string[] => result.__interrupt__.map((item: { id: string }) => item.id);

test("the node runs again from its top for each answer, and each question has an id of its own", async () => {
  const { graph, runs } = asking("q1", "q2");
  const first = await graph.invoke({ n: 1 }, thread());
  expect(first).toEqual({
    n: 1,
    log: [],
    __interrupt__: [{ id: expect.stringMatching(/^[0-9a-f]{32}$/), value: "q1" }],
  });
  const second = await graph.invoke(new Command({ resume: "r1" }), thread());
  expect(idsOf(second)).not.toEqual(idsOf(first));
  expect(await graph.invoke(new Command({ resume: "r2" }), thread())).toEqual({ n: 1, log: ["r1", "r2"] });
  expect(runs.count).toBe(3);
});

test.each([[0], [""], [false]])("the answer %o is an answer", async (answer) => {
  const { graph } = asking("q");
  await graph.invoke({ n: 1 }, thread());
  expect((await graph.invoke(new Command({ resume: answer }), thread())).log).toEqual([answer]);
});

test("a single value answers every task that waits", async () => {
  const graph = parallel();
  await graph.invoke({ n: 1 }, thread());
  expect((await graph.invoke(new Command({ resume: "R" }), thread())).log).toEqual(['"R"', '"R"']);
});

test("answers by id may come one by one; what is finished is shown as cached and not run again", async () => {
  const graph = parallel();
  const [idA, idB] = idsOf(await graph.invoke({ n: 1 }, thread())) as [string, string];
  const paused = await graph.invoke(new Command({ resume: { [idB]: "B" } }), thread());
  expect(paused).toMatchObject({ log: ['"B"'], __interrupt__: [{ id: idA }] });
  expect((await graph.getState(thread())).next).toEqual(["a"]);
  const chunks = await chunksOf(graph.stream(new Command({ resume: { [idA]: "A" } }), thread()));
  expect(chunks).toEqual([{ b: { log: ['"B"'] }, __metadata__: { cached: true } }, { a: { log: ['"A"'] } }]);
});

test("the first id of a task stands for its later questions", async () => {
  const { graph } = asking("q1", "q2");
  const [id] = idsOf(await graph.invoke({ n: 1 }, thread())) as [string];
  await graph.invoke(new Command({ resume: { [id]: "one" } }), thread());
  expect((await graph.invoke(new Command({ resume: { [id]: "two" } }), thread())).log).toEqual(["one", "two"]);
});

test("siblings finish before the pause, and their writes are part of the result", async () => {
  const graph = new StateGraph(LogState)
    .addNode("a", ask("q"))
    .addNode("b", async () => ({ log: ["b"] }))
    .addEdge(START, "a")
    .addEdge(START, "b")
    .compile({ checkpointer: new MemorySaver() });
  expect((await graph.invoke({ n: 1 }, thread())).log).toEqual(["b"]);
});

test("new input discards the question", async () => {
  const { graph } = asking("q");
  await graph.invoke({ n: 1 }, thread());
  await graph.invoke({ n: 2 }, thread());
  expect(await graph.invoke(new Command({ resume: "R" }), thread())).toEqual({ n: 2, log: ["R"] });
});

test("without a checkpointer a question is an error with a code", async () => {
  const graph = new StateGraph(LogState).addNode("a", ask("q")).addEdge(START, "a").compile();
  await expect(graph.invoke({ n: 1 })).rejects.toMatchObject({
    name: "GraphValueError",
    lc_error_code: "MISSING_CHECKPOINTER",
  });
});

test("outside of a graph there is nobody to ask", () => {
  expect(() => interrupt("q")).toThrow("Called interrupt() outside the context of a graph.");
});

test("NodeInterrupt pauses without an id, and the node decides anew", async () => {
  let isClosed = true;
  const graph = new StateGraph(LogState)
    .addNode("a", () => {
      if (isClosed) throw new NodeInterrupt("closed");
      return { log: ["a"] };
    })
    .addEdge(START, "a")
    .compile({ checkpointer: new MemorySaver() });
  expect(await graph.invoke({ n: 1 }, thread())).toMatchObject({ __interrupt__: [{ value: "closed" }] });
  isClosed = false;
  expect((await graph.invoke(null, thread())).log).toEqual(["a"]);
});

describe("a response schema", () => {
  const graph = () =>
    new StateGraph(LogState)
      .addNode("a", ask("q", { responseSchema: z.object({ ok: z.boolean() }) }))
      .addEdge(START, "a")
      .compile({ checkpointer: new MemorySaver() });
  test("is shown to clients", async () => {
    const result = (await graph().invoke({ n: 1 }, thread())) as unknown as { __interrupt__: object[] };
    expect(result.__interrupt__[0]).toMatchObject({ response_schema: { type: "object", required: ["ok"] } });
  });
  test("refuses an answer that does not fit; the question stays", async () => {
    const asking = graph();
    await asking.invoke({ n: 1 }, thread());
    const error = await asking
      .invoke(new Command({ resume: { ok: "no" } }), thread())
      .catch((thrown: unknown) => thrown);
    expect(isInvalidResume(error)).toBe(true);
    expect((await asking.invoke(new Command({ resume: { ok: true } }), thread())).log).toEqual(['{"ok":true}']);
  });
});

describe("strict resume", () => {
  const strict = (answer: unknown, graph = parallel()) => {
    const run = async () => {
      const ids = idsOf(await graph.invoke({ n: 1 }, thread()));
      return {
        ids,
        error: await graph
          .invoke(new Command({ resume: answer }), thread("t", { __pregel_strict_resume: true }))
          .catch((thrown: unknown) => thrown),
      };
    };
    return run();
  };
  test("refuses one value for several questions", async () => {
    const { ids, error } = await strict("x");
    expect(error).toMatchObject({ name: "UnknownInterruptError", reason: "ambiguous", pendingIds: ids });
  });
  test("refuses an empty map", async () => {
    expect((await strict({})).error).toMatchObject({ reason: "empty_map" });
  });
  test("refuses an id that is not pending", async () => {
    const id = "0".repeat(32);
    expect((await strict({ [id]: 1 })).error).toMatchObject({ reason: "not_pending", interruptIds: [id] });
  });
});

describe("static interrupts", () => {
  const chain = (options: object) =>
    logGraph("a", "b", "c")
      .addEdge(START, "a")
      .addEdge("a", "b")
      .addEdge("b", "c")
      .compile({ checkpointer: new MemorySaver(), ...options });
  test("before a node: null passes the point once", async () => {
    const graph = chain({ interruptBefore: ["b"] });
    expect(await graph.invoke({ n: 1 }, thread())).toEqual({ n: 1, log: ["a"], __interrupt__: [] });
    expect((await graph.getState(thread())).next).toEqual(["b"]);
    expect((await graph.invoke(null, thread())).log).toEqual(["a", "b", "c"]);
  });
  test("after a node", async () => {
    const graph = chain({ interruptAfter: ["b"] });
    expect(await graph.invoke({ n: 1 }, thread())).toEqual({ n: 1, log: ["a", "b"], __interrupt__: [] });
    expect((await graph.invoke(null, thread())).log).toEqual(["a", "b", "c"]);
  });
  test("of a call, for all nodes", async () => {
    const graph = chain({});
    const stops: string[][] = [];
    let input: object | null = { n: 1 };
    for (let i = 0; i < 4; i++) {
      await graph.invoke(input as never, { ...thread(), interruptBefore: "*" });
      stops.push((await graph.getState(thread())).next);
      input = null;
    }
    expect(stops).toEqual([["a"], ["b"], ["c"], []]);
  });
  test("in a nested graph pause the root", async () => {
    const nested = logGraph("x", "y")
      .addEdge(START, "x")
      .addEdge("x", "y")
      .compile({ interruptBefore: ["y"] });
    const graph = new StateGraph(LogState)
      .addNode("sub", nested)
      .addNode("after", log("after"))
      .addEdge(START, "sub")
      .addEdge("sub", "after")
      .compile({ checkpointer: new MemorySaver() });
    expect(await graph.invoke({ n: 1 }, thread())).toMatchObject({ __interrupt__: [] });
    expect((await graph.invoke(null, thread())).log).toEqual(["x", "y", "after"]);
  });
});
