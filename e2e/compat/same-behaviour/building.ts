import { RunnableLambda } from "@langchain/core/runnables";
import { z } from "zod";
import type { Kit, Scenario } from "../testing/engines.ts";
import { type Any, chunks, inThread, logState, outcome } from "../testing/observe.ts";

const none: Any = () => ({});
const log =
  (name: string): Any =>
  () => ({ log: [name] });

const mistakes: [string, (kit: Kit, builder: Any) => unknown][] = [
  ["an empty record of nodes", (_kit, b) => b.addNode({})],
  ["an empty list of nodes", (_kit, b) => b.addNode([])],
  ["a node named like a key of the state", (_kit, b) => b.addNode("log", none)],
  ["a node with a bar", (_kit, b) => b.addNode("a|b", none)],
  ["a node with a colon", (_kit, b) => b.addNode("a:b", none)],
  ["a node twice", (_kit, b) => b.addNode("a", none).addNode("a", none)],
  ["a node named start", (_kit, b) => b.addNode("__start__", none)],
  ["a node named end", (_kit, b) => b.addNode("__end__", none)],
  ["a node without a function", (_kit, b) => b.addNode("a", undefined)],
  ["an edge from the end", (_kit, b) => b.addNode("a", none).addEdge("__end__", "a")],
  ["an edge to the start", (_kit, b) => b.addNode("a", none).addEdge("a", "__start__")],
  ["an edge from nowhere", (_kit, b) => b.addNode("a", none).addEdge("__start__", "a").addEdge("x", "a").compile()],
  ["an edge to nowhere", (_kit, b) => b.addNode("a", none).addEdge("__start__", "a").addEdge("a", "x").compile()],
  ["a join from nowhere", (_kit, b) => b.addNode("a", none).addEdge(["a", "x"], "a")],
  ["a join to nowhere", (_kit, b) => b.addNode("a", none).addEdge(["a"], "x")],
  ["a join from the end", (_kit, b) => b.addNode("a", none).addEdge(["a", "__end__"], "a")],
  ["a join to the end", (_kit, b) => b.addNode("a", none).addEdge(["a"], "__end__")],
  ["an empty join", (_kit, b) => b.addNode("a", none).addEdge([], "a")],
  [
    "a condition twice",
    (_kit, b) => b.addNode("a", none).addConditionalEdges("a", none).addConditionalEdges("a", none),
  ],
  [
    "a condition from nowhere",
    (_kit, b) => b.addNode("a", none).addEdge("__start__", "a").addConditionalEdges("x", none, ["a"]).compile(),
  ],
  [
    "a condition to nowhere",
    (_kit, b) => b.addNode("a", none).addEdge("__start__", "a").addConditionalEdges("a", none, ["x"]).compile(),
  ],
  ["a condition that is no function", (_kit, b) => b.addNode("a", none).addConditionalEdges("a", "text")],
  ["no nodes", (_kit, b) => b.compile()],
  ["no entry", (_kit, b) => b.addNode("a", none).compile()],
  [
    "a node that is not reached",
    (_kit, b) => b.addNode("a", none).addNode("b", none).addEdge("__start__", "a").compile(),
  ],
  [
    "an interrupt of nobody",
    (_kit, b) =>
      b
        .addNode("a", none)
        .addEdge("__start__", "a")
        .compile({ interruptBefore: ["x"] }),
  ],
  [
    "an interrupt after nobody",
    (_kit, b) =>
      b
        .addNode("a", none)
        .addEdge("__start__", "a")
        .compile({ interruptAfter: ["x"] }),
  ],
  [
    "ends that are nobody",
    (_kit, b) =>
      b
        .addNode("a", none, { ends: ["x"] })
        .addEdge("__start__", "a")
        .compile(),
  ],
  [
    "an error handler's name that is taken",
    (_kit, b) => b.addNode("__error_handler__a", none).addNode("a", none, { errorHandler: none }),
  ],
  [
    "checkpointer true at the root",
    (_kit, b) => b.addNode("a", none).addEdge("__start__", "a").compile({ checkpointer: true }).invoke({ n: 1 }),
  ],
  ["a sequence without nodes", (_kit, b) => b.addSequence([])],
  [
    "a sequence with a node twice",
    (_kit, b) =>
      b.addSequence([
        ["a", none],
        ["a", none],
      ]),
  ],
  [
    "an input schema that clashes",
    (kit, b) =>
      b.addNode("a", none, {
        input: kit.lg.Annotation.Root({ log: kit.lg.Annotation<number>({ reducer: (x: number) => x }) }),
      }),
  ],
  [
    "an input schema that does not clash",
    (kit, b) =>
      b
        .addNode("a", none, {
          input: kit.lg.Annotation.Root({ log: kit.lg.Annotation<number>(), extra: kit.lg.Annotation<number>() }),
        })
        .addEdge("__start__", "a")
        .compile().streamChannels,
  ],
  [
    "durability and checkpointDuring",
    (_kit, b) =>
      b
        .addNode("a", none)
        .addEdge("__start__", "a")
        .compile()
        .invoke({ n: 1 }, { durability: "sync", checkpointDuring: false }),
  ],
];

const constructors: [string, (kit: Kit) => unknown][] = [
  ["nothing", () => []],
  ["undefined", () => [undefined]],
  ["an empty object", () => [{}]],
  ["a number", () => [7]],
  ["a function", () => [() => {}]],
  ["channels", () => [{ channels: { a: null, b: { reducer: (x: Any, y: Any) => x + y, default: () => 0 } } }]],
  [
    "input and output",
    (kit) => [
      {
        input: kit.lg.Annotation.Root({ a: kit.lg.Annotation<string>() }),
        output: kit.lg.Annotation.Root({ b: kit.lg.Annotation<string>() }),
      },
    ],
  ],
  [
    "state schema, input, output",
    (kit) => [
      {
        stateSchema: kit.lg.Annotation.Root({ a: kit.lg.Annotation<string>(), b: kit.lg.Annotation<string>() }),
        input: kit.lg.Annotation.Root({ a: kit.lg.Annotation<string>() }),
        output: kit.lg.Annotation.Root({ b: kit.lg.Annotation<string>() }),
      },
    ],
  ],
  ["zod 4", () => [z.object({ a: z.string(), b: z.string().default("x") })]],
  ["state in an object", () => [{ state: z.object({ a: z.string() }), context: z.object({ c: z.string() }) }]],
  ["a state schema", (kit) => [new kit.lg.StateSchema({ a: z.string(), b: z.string().default("d") })]],
  ["raw channels", (kit) => [{ a: kit.lg.Annotation<string>(), b: kit.lg.Annotation<string>() }]],
  ["real channels", (kit) => [{ a: new kit.channels.LastValue(), b: () => new kit.channels.Topic() }]],
];

const routers: [string, (kit: Kit) => Any][] = [
  ["a name", () => () => "b"],
  ["names", () => () => ["b", "c"]],
  ["the end", () => () => "__end__"],
  ["nothing", () => () => undefined],
  ["null", () => () => null],
  ["an empty list", () => () => []],
  ["a list with null", () => () => ["b", null]],
  ["an unknown name", () => () => "nope"],
  ["a packet", (kit) => () => new kit.lg.Send("b", { log: [], n: 9 })],
  ["a packet to the end", (kit) => () => new kit.lg.Send("__end__", {})],
  ["a packet to nobody", (kit) => () => new kit.lg.Send("nope", {})],
  ["a promise", () => async () => "b"],
  [
    "a failure",
    () => () => {
      throw new Error("lost");
    },
  ],
  ["a runnable", () => RunnableLambda.from(() => "c")],
  ["the state", () => (state: Any) => (state.log.includes("a") ? "b" : "c")],
  ["a label", () => () => "go"],
  ["true", () => () => true],
  ["a number", () => () => 1],
];

const maps: [string, Any][] = [
  ["no map", undefined],
  ["a list", ["b", "c", "__end__"]],
  ["labels", { go: "b", true: "c", 1: "b", b: "c", __end__: "__end__" }],
];

export const scenarios: Scenario[] = [
  ...mistakes.map(
    ([name, make]): Scenario => ({
      name: `${name}`,
      run: (kit) =>
        outcome(async () => {
          const made = await make(kit, new kit.lg.StateGraph(logState(kit)));
          return Array.isArray(made) ? made : "no complaint";
        }),
    }),
  ),
  ...constructors.map(
    ([name, args]): Scenario => ({
      name: `a graph made of ${name}`,
      run: (kit) =>
        outcome(async () => {
          const builder = new (kit.lg.StateGraph as Any)(...(args(kit) as Any[]));
          const channels = Object.entries(builder.channels).map(([key, channel]: Any) => [key, channel.lc_graph_name]);
          const graph = builder
            .addNode("node", (state: Any) => ({ b: `got ${JSON.stringify(state)}` }))
            .addEdge("__start__", "node")
            .compile();
          return [
            channels,
            graph.inputChannels,
            graph.outputChannels,
            graph.streamChannels,
            await outcome(() => graph.invoke({ a: "in" })),
            await chunks(() => graph.stream({ a: "in" }, { streamMode: "values" })),
          ];
        }),
    }),
  ),
  ...routers.flatMap(([name, make]) =>
    maps.map(
      ([mapName, map]): Scenario => ({
        name: `a router that returns ${name}, ${mapName}`,
        run: async (kit) => {
          const graph = new kit.lg.StateGraph(logState(kit))
            .addNode("a", log("a"))
            .addNode("b", log("b"))
            .addNode("c", log("c"))
            .addEdge("__start__", "a")
            .addConditionalEdges("a", make(kit), map)
            .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
          const told = (await outcome(() => graph.invoke({ n: 1 }, inThread()))) as Any;
          // Of a router that fails, the official engine takes the node for done: it would never choose again.
          return told.thrown === undefined ? [told, (await graph.getState(inThread())).next] : told;
        },
      }),
    ),
  ),
  {
    name: "all forms of addNode",
    run: async (kit) => {
      const graph = (new kit.lg.StateGraph(logState(kit)) as Any)
        .addNode({ a: log("a"), b: log("b") })
        .addNode([
          ["c", log("c")],
          ["d", log("d"), { metadata: { x: 1 } }],
        ])
        .addNode("e", RunnableLambda.from(log("e")))
        .addSequence([
          ["f", log("f")],
          ["g", log("g")],
        ])
        .setEntryPoint("a")
        .addEdge("a", "b")
        .addEdge("b", "c")
        .addEdge("c", "d")
        .addEdge("d", "e")
        .addEdge("e", "f")
        .setFinishPoint("g")
        .compile();
      return [
        await graph.invoke({ n: 1 }),
        Object.keys(graph.nodes),
        Object.keys(graph.builder.nodes),
        [...graph.builder.edges],
      ];
    },
  },
  {
    name: "legacy Graph and MessageGraph",
    run: async (kit) => {
      const graph = (new kit.lg.Graph() as Any)
        .addNode("a", (x: Any) => `${x}a`)
        .addNode("b", (x: Any) => `${x}b`)
        .addEdge("__start__", "a")
        .addEdge("a", "b")
        .addEdge("b", "__end__")
        .compile();
      const branching = (new kit.lg.Graph() as Any)
        .addNode("a", (x: Any) => `${x}a`)
        .addNode("b", (x: Any) => `${x}b`)
        .addEdge("__start__", "a")
        .addConditionalEdges("a", (x: string) => (x.length > 3 ? "__end__" : "b"))
        .addEdge("b", "a")
        .compile();
      const messages = (new kit.lg.MessageGraph() as Any)
        .addNode("a", () => ({ role: "assistant", content: "hi", id: "1" }))
        .addEdge("__start__", "a")
        .compile({ checkpointer: new kit.lg.MemorySaver() });
      return [
        await graph.invoke("x"),
        await chunks(() => graph.stream("x")),
        await chunks(() => graph.stream("x", { streamMode: "updates" })),
        Object.entries(graph.channels)
          .map(([key, channel]: Any) => `${key}: ${channel.lc_graph_name}`)
          .sort(),
        graph.streamMode,
        graph.outputChannels,
        (await branching.getGraphAsync()).drawMermaid(),
        await messages.invoke([{ role: "user", content: "q", id: "0" }], inThread()),
        await messages.getState(inThread()),
        await chunks(() =>
          messages.stream(
            [{ role: "user", content: "q2", id: "2" }],
            inThread("1", { streamMode: ["updates", "values", "tasks"] }),
          ),
        ),
        messages.outputChannels,
        await outcome(() => (new kit.lg.Graph() as Any).addNode("a", none).addEdge("a", "b").addEdge("a", "c")),
        await outcome(() =>
          (new kit.lg.Graph() as Any)
            .addNode("a", none)
            .addEdge("__start__", "a")
            .addEdge("a", "__end__")
            .addEdge("a", "__end__")
            .compile()
            .invoke("x"),
        ),
      ];
    },
  },
];
