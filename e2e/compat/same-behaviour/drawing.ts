import { z } from "zod";
import type { Kit, Scenario } from "../testing/engines.ts";
import { type Any, logState, outcome } from "../testing/observe.ts";
import { programs } from "../testing/programs.ts";

const none: Any = () => ({});

async function drawn(graph: Any, options?: Any): Promise<unknown> {
  const drawable = await graph.getGraphAsync(options);
  return [drawable.drawMermaid(), drawable.toJSON(), drawable.drawMermaid({ withStyles: false, curveStyle: "basis" })];
}

const shapes: [string, (kit: Kit, builder: Any) => Any, Any?][] = [
  [
    "a chain",
    (_kit, b) =>
      b.addNode("a", none).addNode("b", none).addEdge("__start__", "a").addEdge("a", "b").addEdge("b", "__end__"),
  ],
  [
    "no edge to the end",
    (_kit, b) => b.addNode("a", none).addNode("b", none).addEdge("__start__", "a").addEdge("a", "b"),
  ],
  [
    "a condition without a map",
    (_kit, b) => b.addNode("a", none).addNode("b", none).addEdge("__start__", "a").addConditionalEdges("a", none),
  ],
  [
    "a condition with a list",
    (_kit, b) =>
      b
        .addNode("a", none)
        .addNode("b", none)
        .addEdge("__start__", "a")
        .addConditionalEdges("a", none, ["b", "__end__"]),
  ],
  [
    "a condition with labels",
    (_kit, b) =>
      b
        .addNode("a", none)
        .addNode("b", none)
        .addEdge("__start__", "a")
        .addConditionalEdges("a", none, { go: "b", b: "b", stop: "__end__" }),
  ],
  [
    "a condition at the start",
    (_kit, b) => b.addNode("a", none).addNode("b", none).addConditionalEdges("__start__", none, ["a", "b"]),
  ],
  [
    "ends",
    (_kit, b) =>
      b
        .addNode("a", none, { ends: ["b", "__end__"] })
        .addNode("b", none)
        .addEdge("__start__", "a"),
  ],
  [
    "a join",
    (_kit, b) =>
      b
        .addNode("a", none)
        .addNode("b", none)
        .addNode("c", none)
        .addEdge("__start__", "a")
        .addEdge("__start__", "b")
        .addEdge(["a", "b"], "c"),
  ],
  [
    "interrupts",
    (_kit, b) => b.addNode("a", none).addNode("b", none).addEdge("__start__", "a").addEdge("a", "b"),
    { interruptBefore: ["a", "b"], interruptAfter: ["b"] },
  ],
  ["interrupts everywhere", (_kit, b) => b.addNode("a", none).addEdge("__start__", "a"), { interruptBefore: "*" }],
  [
    "metadata and defer",
    (_kit, b) => b.addNode("a", none, { metadata: { x: 1, deep: { y: 2 } }, defer: true }).addEdge("__start__", "a"),
  ],
  [
    "an error handler",
    (_kit, b) =>
      b.addNode("a", none, { errorHandler: none }).addNode("b", none).addEdge("__start__", "a").addEdge("a", "b"),
  ],
  [
    "a loop",
    (_kit, b) => b.addNode("a", none).addNode("b", none).addEdge("__start__", "a").addEdge("a", "b").addEdge("b", "a"),
  ],
  [
    "odd names",
    (_kit, b) =>
      b
        .addNode("a b", none)
        .addNode("c-d.e", none)
        .addNode("end", none)
        .addEdge("__start__", "a b")
        .addEdge("a b", "c-d.e")
        .addEdge("c-d.e", "end"),
  ],
  [
    "a sequence",
    (_kit, b) =>
      b
        .addSequence([
          ["a", none],
          ["b", none],
          ["c", none],
        ])
        .addEdge("__start__", "a"),
  ],
  ["a sequence from a record", (_kit, b) => b.addSequence({ a: none, b: none }).addEdge("__start__", "a")],
];

const nesting: Scenario[] = [undefined, false, true, 1, 2].map((xray) => ({
  name: `graphs within graphs, xray ${xray}`,
  run: async (kit) => {
    const inner = new kit.lg.StateGraph(logState(kit))
      .addNode("x", none)
      .addNode("y", none)
      .addEdge("__start__", "x")
      .addEdge("x", "y")
      .compile();
    const middle = new kit.lg.StateGraph(logState(kit))
      .addNode("inner", inner)
      .addNode("z", none)
      .addEdge("__start__", "inner")
      .addEdge("inner", "z")
      .compile();
    const graph = new kit.lg.StateGraph(logState(kit))
      .addNode("middle", middle)
      .addNode("subgraph", inner)
      .addNode("end", none, { subgraphs: [inner] } as Any)
      .addEdge("__start__", "middle")
      .addEdge("middle", "subgraph")
      .addEdge("subgraph", "end")
      .compile() as Any;
    const names = async (ns?: string, recurse?: boolean): Promise<string[]> => {
      const told: string[] = [];
      for await (const [name, found] of graph.getSubgraphsAsync(ns, recurse))
        told.push(`${name}: ${found.constructor.name}`);
      return told;
    };
    return [
      await drawn(graph, xray === undefined ? undefined : { xray }),
      await names(),
      await names(undefined, true),
      await names("middle"),
      await names("middle|inner", true),
      await names("nope"),
    ];
  },
}));

export const scenarios: Scenario[] = [
  ...shapes.map(
    ([name, shape, options]): Scenario => ({
      name,
      run: (kit) => drawn(shape(kit, new kit.lg.StateGraph(logState(kit))).compile(options)),
    }),
  ),
  ...programs.map(
    (program): Scenario => ({
      name: `program: ${program.name}`,
      run: async (kit) => {
        const graph = program.build(kit, {});
        return [
          await outcome(async () => (await graph.getGraphAsync({ xray: true })).drawMermaid()),
          Object.entries(graph.nodes).map(([key, node]: Any) => [
            key,
            node.triggers,
            node.channels,
            node.tags,
            node.metadata,
          ]),
          Object.entries(graph.channels).map(([key, channel]: Any) => [key, channel.lc_graph_name]),
          graph.inputChannels,
          graph.outputChannels,
          graph.streamChannels,
          graph.streamMode,
          graph.lg_is_pregel,
          graph.getName(),
          graph.streamChannelsList,
          graph.streamChannelsAsIs,
        ];
      },
    }),
  ),
  ...nesting,
  {
    name: "JSON schemas",
    run: (kit) => {
      const graph = new kit.lg.StateGraph(z.object({ a: z.string().describe("an a"), n: z.number().default(1) }), {
        input: z.object({ a: z.string() }),
        output: z.object({ n: z.number() }),
        context: z.object({ user: z.string() }),
      } as Any)
        .addNode("x", none)
        .addEdge("__start__", "x")
        .compile() as Any;
      const plain = new kit.lg.StateGraph(logState(kit)).addNode("x", none).addEdge("__start__", "x").compile() as Any;
      const { getStateTypeSchema, getUpdateTypeSchema, getInputTypeSchema, getOutputTypeSchema, getConfigTypeSchema } =
        kit.zodSchema as Any;
      return [
        getStateTypeSchema,
        getUpdateTypeSchema,
        getInputTypeSchema,
        getOutputTypeSchema,
        getConfigTypeSchema,
      ].map((get) => [get(graph), get(plain)]);
    },
  },
];
