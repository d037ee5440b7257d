import { InMemoryCache } from "@heddle/checkpoint";
import { afterEach, describe, expect, test, vi } from "vitest";
import { chunksOf, LogState, log, thread } from "../../testing/log-graph.ts";
import {
  Command,
  interrupt,
  MemorySaver,
  type NodeError,
  type NodeTimeoutError,
  Send,
  START,
  StateGraph,
} from "../index.ts";

const quick = { initialInterval: 1, jitter: false, logWarning: false };
const failing = (times: number, options: object, error: () => Error = () => new Error("boom")) => {
  const runs = { count: 0 };
  const graph = new StateGraph(LogState)
    .addNode(
      "a",
      (_state, config) => {
        runs.count += 1;
        if (runs.count <= times) throw error();
        return { log: [`attempt ${config.executionInfo?.nodeAttempt}`] };
      },
      options,
    )
    .addEdge(START, "a")
    .compile();
  return { graph, runs };
};

describe("retry", () => {
  test("runs again until it works, and tells which attempt it is", async () => {
    expect((await failing(2, { retryPolicy: quick }).graph.invoke({ n: 1 })).log).toEqual(["attempt 3"]);
  });
  test("stops at maxAttempts", async () => {
    const { graph, runs } = failing(9, { retryPolicy: { ...quick, maxAttempts: 2 } });
    await expect(graph.invoke({ n: 1 })).rejects.toThrow("boom");
    expect(runs.count).toBe(2);
  });
  test.each([
    ["a status that will not change", Object.assign(new Error("x"), { status: 404 })],
    ["an abort", Object.assign(new Error("x"), { name: "AbortError" })],
    ["a cancellation", new Error("Cancel: no")],
  ])("refuses %s", async (_name, error) => {
    const { graph, runs } = failing(1, { retryPolicy: quick }, () => error);
    await expect(graph.invoke({ n: 1 })).rejects.toThrow();
    expect(runs.count).toBe(1);
  });
  test("asks retryOn first", async () => {
    const { graph } = failing(1, { retryPolicy: { ...quick, retryOn: () => false } });
    await expect(graph.invoke({ n: 1 })).rejects.toThrow("boom");
  });
  test("drops what a failed attempt has written", async () => {
    let attempts = 0;
    const graph = new StateGraph(LogState)
      .addNode(
        "a",
        (_state, config) => {
          config.configurable?.__pregel_send([["log", ["half"]]]);
          if (++attempts === 1) throw new Error("boom");
          return {};
        },
        { retryPolicy: quick },
      )
      .addEdge(START, "a")
      .compile();
    expect((await graph.invoke({ n: 1 })).log).toEqual(["half"]);
  });
  test("defaults of the graph apply to nodes without their own", async () => {
    const graph = new StateGraph(LogState)
      .setNodeDefaults({ retryPolicy: quick, timeout: 50 })
      .addNode("a", log("a"))
      .addNode("b", log("b"), { timeout: 7 })
      .addEdge(START, "a")
      .addEdge("a", "b")
      .compile();
    expect(graph.nodes.a).toMatchObject({ retryPolicy: quick, timeout: { runTimeout: 50, refreshOn: "auto" } });
    expect(graph.nodes.b?.timeout).toEqual({ runTimeout: 7, refreshOn: "auto" });
  });
});

describe("timeout", () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const endless = (options: object) =>
    new StateGraph(LogState)
      .addNode("a", () => new Promise<never>(() => {}), options)
      .addEdge(START, "a")
      .compile();
  test("ends an attempt that takes too long", async () => {
    const error = await endless({ timeout: 5 })
      .invoke({ n: 1 })
      .catch((thrown: NodeTimeoutError) => thrown);
    expect(error).toMatchObject({ name: "NodeTimeoutError", node: "a", kind: "run", timeout: 5 });
  });
  test("idle time is refreshed by signs of life", async () => {
    vi.useFakeTimers();
    const graph = new StateGraph(LogState)
      .addNode(
        "a",
        async (_state, config) => {
          for (let i = 0; i < 5; i++) {
            await new Promise((resolve) => setTimeout(resolve, 50));
            config.heartbeat?.();
          }
          return { log: ["done"] };
        },
        { timeout: { idleTimeout: 60 } },
      )
      .addEdge(START, "a")
      .compile();
    const running = graph.invoke({ n: 1 });
    for (let i = 0; i < 5; i++) await vi.advanceTimersByTimeAsync(50);
    expect((await running).log).toEqual(["done"]);
    const silent = endless({ timeout: { idleTimeout: 60 } }).invoke({ n: 1 });
    silent.catch(() => {});
    await vi.advanceTimersByTimeAsync(60);
    await expect(silent).rejects.toMatchObject({ kind: "idle" });
  });
  test("of a packet wins over the node's", async () => {
    const graph = new StateGraph(LogState)
      .addNode("w", () => new Promise<never>(() => {}))
      .addConditionalEdges(START, () => new Send("w", {}, { timeout: 5 }), ["w"])
      .compile();
    await expect(graph.invoke({ n: 1 })).rejects.toMatchObject({ name: "NodeTimeoutError", timeout: 5 });
  });
});

test("a cached result is used again, marked, until the cache is cleared", async () => {
  let runs = 0;
  const graph = new StateGraph(LogState)
    .addNode(
      "a",
      () => {
        runs += 1;
        return { log: ["a"] };
      },
      { cachePolicy: true },
    )
    .addEdge(START, "a")
    .compile({ cache: new InMemoryCache() });
  expect(await chunksOf(graph.stream({ n: 1 }))).toEqual([{ a: { log: ["a"] } }]);
  expect(await chunksOf(graph.stream({ n: 1 }))).toEqual([{ a: { log: ["a"] }, __metadata__: { cached: true } }]);
  await graph.invoke({ n: 2 });
  await graph.clearCache();
  await graph.invoke({ n: 1 });
  expect(runs).toBe(3);
});

describe("an error handler", () => {
  const boom = () => {
    throw new Error("boom");
  };
  const handled = (errorHandler: (state: unknown, error: NodeError) => unknown, options = {}) =>
    new StateGraph(LogState)
      .addNode("a", boom as () => { log: string[] }, { errorHandler: errorHandler as never })
      .addNode("b", log("b"))
      .addEdge(START, "a")
      .addEdge("a", "b")
      .compile(options);
  test("answers for the node, with its input", async () => {
    const graph = handled((state, error) => ({
      log: [`${error.node}: ${error.error.message} ${JSON.stringify(state)}`],
    }));
    expect((await graph.invoke({ n: 1 })).log).toEqual(['a: boom {"n":1,"log":[]}']);
  });
  test("may go somewhere else", async () => {
    expect(await handled(() => new Command({ goto: "b", update: { n: 9 } })).invoke({ n: 1 })).toEqual({
      n: 9,
      log: ["b"],
    });
  });
  test("that fails makes the run fail", async () => {
    const graph = handled(() => {
      throw new Error("second");
    });
    await expect(graph.invoke({ n: 1 })).rejects.toThrow("second");
  });
  test("of the graph catches for all nodes, but never pauses", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const graph = new StateGraph(LogState)
      .setNodeDefaults({ errorHandler: (_state, error) => ({ log: [`default ${error.node}`] }) })
      .addNode("a", boom as () => { log: string[] })
      .addNode("q", () => ({ log: [interrupt<string, string>("q")] }))
      .addEdge(START, "a")
      .addEdge(START, "q")
      .compile({ checkpointer: new MemorySaver() });
    expect(await graph.invoke({ n: 1 }, thread())).toMatchObject({ __interrupt__: [{ value: "q" }] });
    warn.mockRestore();
  });
});
