import { describe, expect, test } from "vitest";
import { chunksOf, LogState, log, logGraph, thread } from "../../testing/log-graph.ts";
import { Command, END, GraphDrained, MemorySaver, Overwrite, RunControl, Send, START, StateGraph } from "../index.ts";

test("writes are applied by path, whatever the order of finishing", async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const graph = new StateGraph(LogState)
    .addNode("z", () => {
      release();
      return { log: ["z"] };
    })
    .addNode("a", async () => {
      await gate;
      return { log: ["a"] };
    })
    .addNode("m", log("m"))
    .addEdge(START, "z")
    .addEdge(START, "a")
    .addEdge(START, "m")
    .addConditionalEdges(START, () => [new Send("z", {}), new Send("m", {})])
    .compile();
  expect((await graph.invoke({ n: 0 })).log).toEqual(["a", "m", "z", "z", "m"]);
});

test("tasks are streamed in the order of finishing", async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const graph = new StateGraph(LogState)
    .addNode("a", async () => {
      await gate;
      return { log: ["a"] };
    })
    .addNode("b", async () => {
      setImmediate(release);
      return { log: ["b"] };
    })
    .addEdge(START, "a")
    .addEdge(START, "b")
    .compile();
  expect((await chunksOf(graph.stream({ n: 0 }))).map((chunk) => Object.keys(chunk)[0])).toEqual(["b", "a"]);
});

test("a join waits for all of its sources", async () => {
  const graph = logGraph("a", "b", "b2", "c")
    .addEdge(START, "a")
    .addEdge(START, "b")
    .addEdge("b", "b2")
    .addEdge(["a", "b2"], "c")
    .compile();
  expect((await graph.invoke({ n: 0 })).log).toEqual(["a", "b", "b2", "c"]);
});

test("a deferred node runs once, when nothing else is left", async () => {
  const graph = logGraph("a", "b", "b2")
    .addNode("c", log("c"), { defer: true })
    .addEdge(START, "a")
    .addEdge(START, "b")
    .addEdge("b", "b2")
    .addEdge("a", "c")
    .addEdge("b2", "c")
    .compile();
  expect((await graph.invoke({ n: 0 })).log).toEqual(["a", "b", "b2", "c"]);
});

test("an overwrite replaces a reduced value", async () => {
  const graph = new StateGraph(LogState)
    .addNode("a", () => ({ log: new Overwrite(["x"]) }))
    .addEdge(START, "a")
    .compile();
  expect((await graph.invoke({ n: 0, log: ["in"] })).log).toEqual(["x"]);
});

describe("the recursion limit", () => {
  const chain = logGraph("a", "b", "c").addEdge(START, "a").addEdge("a", "b").addEdge("b", "c").compile();
  test("of N lets N steps run and then fails", async () => {
    const chunks: unknown[] = [];
    const run = async () => {
      for await (const chunk of await chain.stream({ n: 0 }, { recursionLimit: 3 })) chunks.push(chunk);
    };
    await expect(run()).rejects.toMatchObject({ name: "GraphRecursionError", lc_error_code: "GRAPH_RECURSION_LIMIT" });
    expect(chunks).toHaveLength(3);
  });
  test("of N + 1 suffices for N nodes", async () => {
    expect((await chain.invoke({ n: 0 }, { recursionLimit: 4 })).log).toEqual(["a", "b", "c"]);
  });
  test("must be at least 1", async () => {
    await expect(chain.invoke({ n: 0 }, { recursionLimit: 0 })).rejects.toThrow(
      'Passed "recursionLimit" must be at least 1.',
    );
  });
});

describe("input", () => {
  const graph = logGraph("a").addEdge(START, "a").compile();
  test("null without anything to resume is refused", async () => {
    await expect(graph.invoke(null)).rejects.toThrow('Received no input writes for "__start__"');
  });
  test("a command needs something to do, and no parent", async () => {
    await expect(graph.invoke(new Command({}))).rejects.toThrow("Received empty Command input");
    await expect(graph.invoke(new Command({ graph: Command.PARENT, update: { n: 1 } }))).rejects.toThrow(
      "There is no parent graph.",
    );
    await expect(graph.invoke(new Command({ resume: 1 }))).rejects.toThrow(
      "Cannot use Command(resume=...) without checkpointer",
    );
  });
  test("a command may update the state and choose where to begin", async () => {
    expect(await graph.invoke(new Command({ goto: "a", update: { n: 5 } }))).toEqual({ n: 5, log: ["a"] });
  });
});

describe("failure", () => {
  const failing = () => {
    const state = { isBroken: true, runs: { a: 0, b: 0 } };
    const graph = new StateGraph(LogState)
      .addNode("a", async () => {
        state.runs.a += 1;
        await Promise.resolve();
        if (state.isBroken) throw new Error("boom");
        return { log: ["a"] };
      })
      .addNode("b", () => {
        state.runs.b += 1;
        return { log: ["b"] };
      })
      .addEdge(START, "a")
      .addEdge(START, "b")
      .compile({ checkpointer: new MemorySaver() });
    return { graph, state };
  };
  test("is kept with its task; null input runs only what failed", async () => {
    const { graph, state } = failing();
    await expect(graph.invoke({ n: 1 }, thread())).rejects.toThrow("boom");
    const snapshot = await graph.getState(thread());
    expect(snapshot.next).toEqual(["a"]);
    expect(snapshot.tasks.map((task) => [task.name, task.error, task.result])).toEqual([
      ["a", { message: "boom", name: "Error" }, undefined],
      ["b", undefined, { log: ["b"] }],
    ]);
    state.isBroken = false;
    expect((await graph.invoke(null, thread())).log).toEqual(["a", "b"]);
    expect(state.runs).toEqual({ a: 2, b: 1 });
  });
  test("is forgotten when new input comes", async () => {
    const { graph, state } = failing();
    await expect(graph.invoke({ n: 1 }, thread())).rejects.toThrow("boom");
    state.isBroken = false;
    expect((await graph.invoke({ log: ["again"] }, thread())).log).toEqual(["again", "a", "b"]);
  });
  test("of several tasks at once is an AggregateError", async () => {
    const boom = (name: string) => async () => {
      throw new Error(name);
    };
    const graph = new StateGraph(LogState)
      .addNode("a", boom("A"))
      .addNode("b", boom("B"))
      .addEdge(START, "a")
      .addEdge(START, "b")
      .compile();
    const error = await graph.invoke({ n: 0 }).catch((thrown: AggregateError) => thrown);
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors.map((each: Error) => each.message)).toEqual(["A", "B"]);
  });
  test("does not wait for siblings, and aborts their signal", async () => {
    let signal: AbortSignal | undefined;
    const graph = new StateGraph(LogState)
      .addNode("bad", async () => {
        throw new Error("boom");
      })
      .addNode("endless", (_state, config) => {
        signal = config.signal;
        return new Promise<never>(() => {});
      })
      .addEdge(START, "bad")
      .addEdge(START, "endless")
      .compile();
    await expect(graph.invoke({ n: 0 })).rejects.toThrow("boom");
    expect(signal?.aborted).toBe(true);
  });
});

describe("cancellation", () => {
  const endless = () =>
    new StateGraph(LogState)
      .addNode("a", () => new Promise<never>(() => {}))
      .addEdge(START, "a")
      .compile();
  test("rejects without waiting for nodes", async () => {
    const controller = new AbortController();
    const run = endless().invoke({ n: 0 }, { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
  });
  test("leaving a stream stops its run", async () => {
    const ran: string[] = [];
    const graph = new StateGraph(LogState)
      .addNode("a", log("a"))
      .addNode("b", async (_state, config) => {
        await new Promise((resolve) => config.signal.addEventListener("abort", resolve));
        ran.push("stopped");
        return {};
      })
      .addEdge(START, "a")
      .addEdge("a", "b")
      .compile();
    for await (const _ of await graph.stream({ n: 0 })) break;
    await Promise.resolve();
    expect(ran).toEqual(["stopped"]);
  });
  test("a step that takes too long is aborted", async () => {
    const graph = endless();
    graph.stepTimeout = 5;
    await expect(graph.invoke({ n: 0 })).rejects.toThrow("Abort");
  });
});

describe("a drain", () => {
  const chain = () =>
    logGraph("a", "b").addEdge(START, "a").addEdge("a", "b").compile({ checkpointer: new MemorySaver() });
  test("asked for before the start runs nothing; null input goes on", async () => {
    const graph = chain();
    const control = new RunControl();
    control.requestDrain("deploy");
    await expect(graph.invoke({ n: 1 }, { ...thread(), control })).rejects.toThrow(GraphDrained);
    expect((await graph.getState(thread())).next).toEqual(["__start__"]);
    expect((await graph.invoke(null, thread())).log).toEqual(["a", "b"]);
  });
  test("is no error when nothing is left to run", async () => {
    const graph = new StateGraph(LogState)
      .addNode("a", (_state, config) => {
        config.control?.requestDrain();
        return { log: ["a"] };
      })
      .addEdge(START, "a")
      .addEdge("a", END)
      .compile();
    expect((await graph.invoke({ n: 1 })).log).toEqual(["a"]);
  });
});

test("maxConcurrency bounds how many tasks run at once", async () => {
  let running = 0;
  let most = 0;
  const graph = new StateGraph(LogState)
    .addNode("w", async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return { log: ["w"] };
    })
    .addConditionalEdges(START, () => Array.from({ length: 6 }, () => new Send("w", {})), ["w"])
    .compile();
  expect((await graph.invoke({ n: 0 }, { maxConcurrency: 2 })).log).toHaveLength(6);
  expect(most).toBe(2);
});
