import { describe, expect, test, vi } from "vitest";
import { chunksOf } from "../../testing/log-graph.ts";
import { Annotation, Command, END, MessageGraph, Send, START, StateGraph } from "../index.ts";

const State = Annotation.Root({
  n: Annotation<number>,
  log: Annotation<string[]>({ reducer: (a, b) => a.concat(b), default: () => [] }),
});
const log = (name: string) => () => ({ log: [name] });
const draw = () => new StateGraph(State).addNode("a", log("a"));
const one = (node: () => unknown) =>
  new StateGraph(State)
    .addNode("a", node as never)
    .addEdge(START, "a")
    .compile();

describe("building refuses", () => {
  test.each<[string, () => unknown]>([
    ["No nodes provided in `addNode`", () => new StateGraph(State).addNode({})],
    ["log is already being used as a state attribute", () => new StateGraph(State).addNode("log", log("x"))],
    ['"|" is a reserved character', () => new StateGraph(State).addNode("a|b", log("x"))],
    ["Node `a` already present.", () => draw().addNode("a", log("x"))],
    ["Node `__start__` is reserved.", () => new StateGraph(State).addNode("__start__", log("x"))],
    ["END cannot be a start node", () => draw().addEdge(END as never, "a")],
    ["START cannot be an end node", () => draw().addEdge("a", START as never)],
    ['Need to add a node named "zz" first', () => draw().addEdge(["a", "zz" as never], "a")],
    [
      "Condition `condition` already present for node `a`",
      () =>
        draw()
          .addConditionalEdges("a", () => END)
          .addConditionalEdges("a", () => END),
    ],
    [
      "Found edge starting at unknown node `x`",
      () =>
        draw()
          .addEdge(START, "a")
          .addEdge("x" as never, "a")
          .compile(),
    ],
    [
      "Found edge ending at unknown node `x`",
      () =>
        draw()
          .addEdge(START, "a")
          .addEdge("a", "x" as never)
          .compile(),
    ],
    ["Node `a` is not reachable.", () => draw().compile()],
    [
      "Interrupt node `zz` is not present",
      () =>
        draw()
          .addEdge(START, "a")
          .compile({ interruptBefore: ["zz" as never] }),
    ],
    ["Invalid StateGraph input", () => new StateGraph(3 as never)],
    ["must be greater than 0", () => new StateGraph(State).addNode("a", log("x"), { timeout: 0 })],
  ])("%s", (message, build) => {
    expect(build).toThrow(message);
  });

  test("the same key with another reducer", () => {
    const input = Annotation.Root({ log: Annotation<string[]>({ reducer: (_, b) => b }) });
    expect(() => new StateGraph({ stateSchema: State, input })).toThrow(
      'Channel "log" already exists with a different type.',
    );
  });
});

test("adding to a compiled graph only warns", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const graph = draw().addEdge(START, "a");
  graph.compile();
  graph.addNode("b", log("b"));
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
});

test("a compiled graph has upstream's channels and triggers", () => {
  const graph = draw()
    .addNode("b", log("b"))
    .addNode("c", log("c"), { defer: true })
    .addEdge(START, "a")
    .addEdge(START, "b")
    .addEdge(["a", "b"], "c")
    .compile();
  const kinds = Object.entries(graph.channels).map(([name, channel]) => [name, channel.lc_graph_name]);
  expect(kinds).toEqual([
    ["n", "LastValue"],
    ["log", "BinaryOperatorAggregate"],
    ["__start__", "EphemeralValue"],
    ["__pregel_tasks", "Topic"],
    ["branch:to:a", "EphemeralValue"],
    ["branch:to:b", "EphemeralValue"],
    ["branch:to:c", "LastValueAfterFinish"],
    ["join:a+b:c", "NamedBarrierValueAfterFinish"],
  ]);
  expect(graph.nodes.c?.triggers).toEqual(["branch:to:c", "join:a+b:c"]);
});

describe("a node's return value", () => {
  test("nothing writes nothing, unknown keys are dropped, an undefined value is a write", async () => {
    expect(await one(() => null).invoke({ n: 1 })).toEqual({ n: 1, log: [] });
    expect(await one(() => ({ zz: 1, n: undefined })).invoke({ n: 1 })).toEqual({ n: undefined, log: [] });
  });
  test.each([["x"], [5], [[1]]])("%o is refused with a code", async (value) => {
    await expect(one(() => value).invoke({ n: 1 })).rejects.toMatchObject({
      name: "InvalidUpdateError",
      lc_error_code: "INVALID_GRAPH_NODE_RETURN_VALUE",
    });
  });
  test("a list with commands applies each update in order", async () => {
    const node = () => [
      new Command({ update: { log: ["a"] } }),
      { log: ["b"] },
      new Command({ update: { log: ["c"] } }),
    ];
    expect(await one(node).invoke({ n: 1 })).toEqual({ n: 1, log: ["a", "b", "c"] });
  });
});

describe("routing", () => {
  test("static edges and goto add up", async () => {
    const graph = new StateGraph(State)
      .addNode("a", () => new Command({ goto: "c" }), { ends: ["c"] })
      .addNode("b", log("b"))
      .addNode("c", log("c"))
      .addEdge(START, "a")
      .addEdge("a", "b")
      .compile();
    expect((await graph.invoke({ n: 1 })).log).toEqual(["b", "c"]);
  });
  test("a router sees its node's writes, not those of siblings", async () => {
    let seen: unknown;
    const graph = draw()
      .addNode("b", log("b"))
      .addEdge(START, "a")
      .addEdge(START, "b")
      .addConditionalEdges("a", (state) => {
        seen = state;
        return END;
      })
      .compile();
    await graph.invoke({ n: 1, log: ["in"] });
    expect(seen).toEqual({ n: 1, log: ["in", "a"] });
  });
  test("an unknown name is ignored, an empty answer is an error", async () => {
    const to = (target: unknown) =>
      draw()
        .addEdge(START, "a")
        .addConditionalEdges("a", () => target as never)
        .compile();
    expect((await to("nope").invoke({ n: 1 })).log).toEqual(["a"]);
    expect((await to([]).invoke({ n: 1 })).log).toEqual(["a"]);
    await expect(to(null).invoke({ n: 1 })).rejects.toThrow("Branch condition returned unknown or null destination");
  });
  test("packets to END and to unknown nodes are refused", async () => {
    await expect(one(() => new Command({ goto: new Send(END, {}) })).invoke({ n: 1 })).rejects.toThrow(
      "Cannot send a packet to the END node",
    );
    await expect(one(() => new Command({ goto: new Send("nope", {}) })).invoke({ n: 1 })).rejects.toThrow(
      'Invalid node name "nope" in Send packet',
    );
  });
  test("a packet is the input of its node, as it is", async () => {
    const graph = new StateGraph(State)
      .addNode("work", (task: { item: string }) => ({ log: [task.item] }))
      .addConditionalEdges(START, () => [new Send("work", { item: "x" }), new Send("work", { item: "y" })], ["work"])
      .compile();
    expect((await graph.invoke({ n: 1 })).log).toEqual(["x", "y"]);
  });
});

test("private keys are streamed but not returned", async () => {
  const graph = new StateGraph({ stateSchema: State, output: Annotation.Root({ n: Annotation<number> }) })
    .addNode("a", () => ({ secret: 7, n: 2 }) as never)
    .addNode("b", (state: { secret: number }) => ({ log: [String(state.secret)] }), {
      input: Annotation.Root({ secret: Annotation<number> }),
    })
    .addEdge(START, "a")
    .addEdge("a", "b")
    .compile();
  expect(await graph.invoke({ n: 1 })).toEqual({ n: 2 });
  const last = (await chunksOf(graph.stream({ n: 1 }, { streamMode: "values" }))).at(-1);
  expect(last).toEqual({ n: 2, log: ["7"], secret: 7 });
});

test("a message graph is a list of messages", async () => {
  const graph = new MessageGraph()
    .addNode("a", () => "pong" as never)
    .addEdge(START, "a")
    .compile();
  const result = (await graph.invoke("ping" as never)) as unknown as { content: string }[];
  expect(result.map((message) => message.content)).toEqual(["ping", "pong"]);
});
