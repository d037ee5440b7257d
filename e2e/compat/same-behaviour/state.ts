import type { Kit, Scenario } from "../testing/engines.ts";
import { type Any, chunks, history, inThread, logState, outcome } from "../testing/observe.ts";

const log =
  (name: string): Any =>
  () => ({ log: [name] });

function chain(kit: Kit, options: Any = {}): Any {
  return new kit.lg.StateGraph(logState(kit))
    .addNode("a", log("a"))
    .addNode("b", (({ n }: Any) => ({ log: ["b"], n: n + 1 })) as Any)
    .addNode("c", log("c"))
    .addEdge("__start__", "a")
    .addEdge("a", "b")
    .addEdge("b", "c")
    .compile({ checkpointer: new kit.lg.MemorySaver(), ...options });
}

function asking(kit: Kit, options: Any = {}): Any {
  return new kit.lg.StateGraph(logState(kit))
    .addNode("a", log("a"))
    .addNode("ask", (() => ({ log: [`ask ${kit.lg.interrupt("?")}`] })) as Any)
    .addNode("side", log("side"))
    .addNode("end", log("end"))
    .addEdge("__start__", "a")
    .addEdge("a", "ask")
    .addEdge("a", "side")
    .addEdge(["ask", "side"], "end")
    .compile({ checkpointer: new kit.lg.MemorySaver(), ...options });
}

function withChild(kit: Kit, childOptions: Any = {}): Any {
  const child = new kit.lg.StateGraph(logState(kit))
    .addNode("x", log("x"))
    .addNode("y", (({ n }: Any) => ({ log: [`y ${kit.lg.interrupt(n)}`] })) as Any)
    .addNode("z", log("z"))
    .addEdge("__start__", "x")
    .addEdge("x", "y")
    .addEdge("y", "z")
    .compile(childOptions);
  return new kit.lg.StateGraph(logState(kit))
    .addNode("before", log("before"))
    .addNode("sub", child)
    .addNode("after", log("after"))
    .addEdge("__start__", "before")
    .addEdge("before", "sub")
    .addEdge("sub", "after")
    .compile({ checkpointer: new kit.lg.MemorySaver() });
}

async function at(graph: Any, step: number, source?: string, config: Any = inThread()): Promise<Any> {
  const all = (await history(graph, config)) as Any[];
  return all.find(({ metadata }) => metadata.step === step && (source === undefined || metadata.source === source))
    ?.config;
}

async function whole(graph: Any, config: Any = inThread()): Promise<unknown> {
  return [
    await outcome(() => graph.getState(config, { subgraphs: true })),
    await outcome(() => history(graph, config)),
  ];
}

const updates: [string, (kit: Kit) => [Any, string?]][] = [
  ["values", () => [{ log: ["edited"] }]],
  ["values as a node", () => [{ log: ["edited"], n: 9 }, "a"]],
  ["values as the last node", () => [{ log: ["edited"] }, "c"]],
  ["values as an unknown node", () => [{ log: ["x"] }, "nope"]],
  ["nothing", () => [null]],
  ["nothing as the end", () => [null, "__end__"]],
  ["nothing as a copy", () => [null, "__copy__"]],
  ["input", () => [{ n: 4 }, "__input__"]],
  ["input as start", () => [{ n: 4 }, "__start__"]],
  ["a command", (kit) => [new kit.lg.Command({ update: { log: ["cmd"] }, goto: "c" }), "a"]],
  ["an unknown key", () => [{ nope: 1 }, "a"]],
  ["an overwrite", (kit) => [{ log: new kit.lg.Overwrite(["only"]) }, "a"]],
  ["a text", () => ["text" as Any, "a"]],
  ["undefined", () => [undefined, "a"]],
];

const editing: Scenario[] = updates.flatMap(([name, make]) => [
  {
    name: `updateState with ${name}, in a new thread`,
    run: async (kit) => {
      const graph = chain(kit);
      return [
        await outcome(() => graph.updateState(inThread(), ...make(kit))),
        await whole(graph),
        await outcome(() => graph.invoke(null, inThread())),
        await whole(graph),
      ];
    },
  },
  {
    name: `updateState with ${name}, at the end`,
    run: async (kit) => {
      const graph = chain(kit);
      await graph.invoke({ n: 1 }, inThread());
      return [
        await outcome(() => graph.updateState(inThread(), ...make(kit))),
        await whole(graph),
        await outcome(() => graph.invoke(null, inThread())),
        await whole(graph),
      ];
    },
  },
  {
    name: `updateState with ${name}, while a question is open`,
    run: async (kit) => {
      const graph = asking(kit);
      await graph.invoke({ n: 1 }, inThread());
      return [
        await outcome(() => graph.updateState(inThread(), ...make(kit))),
        await whole(graph),
        await outcome(() => graph.invoke(new kit.lg.Command({ resume: "yes" }), inThread())),
        await whole(graph),
      ];
    },
  },
  {
    name: `updateState with ${name}, at a past checkpoint, and on from there`,
    run: async (kit) => {
      const graph = chain(kit);
      await graph.invoke({ n: 1 }, inThread());
      const past = await at(graph, 1);
      const edited = (await outcome(() => graph.updateState(past, ...make(kit)))) as Any;
      return [
        edited,
        await whole(graph),
        await outcome(() => graph.invoke(null, edited.returned ?? past)),
        await whole(graph),
      ];
    },
  },
]);

const bulk: [string, Any][] = [
  ["nothing", []],
  ["a superstep without updates", [{ updates: [] }]],
  ["one update", [{ updates: [{ values: { log: ["1"] }, asNode: "a" }] }]],
  [
    "two supersteps",
    [{ updates: [{ values: { log: ["1"] }, asNode: "a" }] }, { updates: [{ values: { log: ["2"] }, asNode: "b" }] }],
  ],
  [
    "two updates of one superstep",
    [
      {
        updates: [
          { values: { log: ["1"] }, asNode: "a" },
          { values: { log: ["2"] }, asNode: "b" },
        ],
      },
    ],
  ],
  [
    "two updates of the same node",
    [
      {
        updates: [
          { values: { log: ["1"] }, asNode: "a" },
          { values: { log: ["2"] }, asNode: "a" },
        ],
      },
    ],
  ],
  ["two updates without a node", [{ updates: [{ values: { log: ["1"] } }, { values: { log: ["2"] } }] }]],
  [
    "input, then a node",
    [{ updates: [{ values: { n: 1 }, asNode: "__input__" }] }, { updates: [{ values: { log: ["1"] }, asNode: "a" }] }],
  ],
  [
    "a node, then the end",
    [{ updates: [{ values: { log: ["1"] }, asNode: "a" }] }, { updates: [{ values: null, asNode: "__end__" }] }],
  ],
];

const bulkEditing: Scenario[] = bulk.map(([name, supersteps]) => ({
  name: `bulkUpdateState with ${name}`,
  run: async (kit) => {
    const graph = chain(kit);
    return [
      await outcome(() => graph.bulkUpdateState(inThread(), supersteps)),
      await whole(graph),
      await outcome(() => graph.invoke(null, inThread())),
      await whole(graph),
    ];
  },
}));

const travelling: Scenario[] = [-1, 0, 1, 2, 3].flatMap((step): Scenario[] => [
  {
    name: `replay of a chain from step ${step}`,
    run: async (kit) => {
      const graph = chain(kit);
      await graph.invoke({ n: 1 }, inThread());
      const past = await at(graph, step);
      return [
        await chunks(() => graph.stream(null, { ...past, streamMode: ["values", "updates", "checkpoints"] })),
        await whole(graph),
      ];
    },
  },
  {
    name: `new input at step ${step} of a chain`,
    run: async (kit) => {
      const graph = chain(kit);
      await graph.invoke({ n: 1 }, inThread());
      const past = await at(graph, step);
      return [
        await chunks(() => graph.stream({ n: 5 }, { ...past, streamMode: ["values", "updates", "tasks"] })),
        await whole(graph),
      ];
    },
  },
  {
    name: `a command at step ${step} of a chain`,
    run: async (kit) => {
      const graph = chain(kit);
      await graph.invoke({ n: 1 }, inThread());
      const past = await at(graph, step);
      const command = new kit.lg.Command({ update: { log: ["cmd"] }, goto: "c" });
      return [
        await chunks(() => graph.stream(command, { ...past, streamMode: ["values", "updates"] })),
        await whole(graph),
      ];
    },
  },
  {
    name: `replay at step ${step} of an answered question, and another answer`,
    run: async (kit) => {
      const graph = asking(kit);
      await graph.invoke({ n: 1 }, inThread());
      await graph.invoke(new kit.lg.Command({ resume: "first" }), inThread());
      const past = await at(graph, step);
      const replayed = await outcome(() => graph.invoke(null, past));
      const middle = await whole(graph);
      return [
        replayed,
        middle,
        await outcome(() => graph.invoke(new kit.lg.Command({ resume: "second" }), inThread())),
        await whole(graph),
      ];
    },
  },
  {
    name: `fork at step ${step} of an answered question`,
    run: async (kit) => {
      const graph = asking(kit);
      await graph.invoke({ n: 1 }, inThread());
      await graph.invoke(new kit.lg.Command({ resume: "first" }), inThread());
      const past = await at(graph, step);
      const forked = (await outcome(() => graph.updateState(past, { log: ["fork"] }))) as Any;
      if (forked.returned === undefined) return forked;
      const on = await outcome(() => graph.invoke(null, forked.returned));
      return [
        forked,
        on,
        await outcome(() => graph.invoke(new kit.lg.Command({ resume: "second" }), inThread())),
        await whole(graph),
      ];
    },
  },
  ...[undefined, true].map((checkpointer) => ({
    name: `replay of a graph with a child (${checkpointer}) from step ${step}`,
    run: async (kit: Kit) => {
      const graph = withChild(kit, { checkpointer });
      await graph.invoke({ n: 1 }, inThread());
      await graph.invoke(new kit.lg.Command({ resume: "first" }), inThread());
      const past = await at(graph, step);
      const replayed = await chunks(() => graph.stream(null, { ...past, streamMode: "updates", subgraphs: true }));
      const middle = await whole(graph);
      const again = await outcome(() => graph.invoke(new kit.lg.Command({ resume: "second" }), inThread()));
      return [replayed, middle, again, await whole(graph)];
    },
  })),
]);

const inside: Scenario[] = [undefined, true].flatMap((checkpointer): Scenario[] => [
  {
    name: `the state of a child (${checkpointer}) is read, edited and resumed`,
    run: async (kit) => {
      const graph = withChild(kit, { checkpointer });
      await graph.invoke({ n: 1 }, inThread());
      const paused = await graph.getState(inThread(), { subgraphs: true });
      const child = paused.tasks[0].state.config;
      const named = (await graph.getState(inThread())).tasks[0].state;
      return [
        paused,
        await outcome(() => graph.getState(child)),
        await outcome(() => graph.getState(named)),
        await outcome(() => graph.getState(inThread("1", {}), {})),
        await outcome(() => history(graph, child)),
        await outcome(() => history(graph, named)),
        await outcome(() => graph.updateState(child, { log: ["edited"] })),
        await outcome(() => graph.updateState(named, { log: ["edited too"] }, "x")),
        await whole(graph),
        await outcome(() => graph.invoke(new kit.lg.Command({ resume: "yes" }), inThread())),
        await whole(graph),
      ];
    },
  },
  {
    name: `replay inside of a child (${checkpointer})`,
    run: async (kit) => {
      const graph = withChild(kit, { checkpointer });
      await graph.invoke({ n: 1 }, inThread());
      const paused = await graph.getState(inThread(), { subgraphs: true });
      const past = (await history(graph, paused.tasks[0].state.config)) as Any[];
      const told: unknown[] = [past];
      for (const { config } of past) {
        told.push(await chunks(() => graph.stream(null, { ...config, streamMode: "updates", subgraphs: true })));
        told.push(await history(graph));
      }
      told.push(await outcome(() => graph.invoke(new kit.lg.Command({ resume: "yes" }), inThread())));
      return told;
    },
  },
  {
    name: `a child's (${checkpointer}) node is stepped over by updateState as the node of the parent`,
    run: async (kit) => {
      const graph = withChild(kit, { checkpointer });
      await graph.invoke({ n: 1 }, inThread());
      return [
        await outcome(() => graph.updateState(inThread(), { log: ["instead"] }, "sub")),
        await whole(graph),
        await outcome(() => graph.invoke(null, inThread())),
        await whole(graph),
      ];
    },
  },
]);

const reading: Scenario[] = [
  {
    name: "history with limits, filters and a beginning",
    run: async (kit) => {
      const graph = chain(kit);
      await graph.invoke({ n: 1 }, inThread());
      await graph.invoke({ n: 1 }, inThread());
      const past = await at(graph, 2);
      return [
        await history(graph, inThread(), { limit: 2 }),
        await history(graph, inThread(), { filter: { source: "input" } }),
        await history(graph, inThread(), { filter: { step: 3 } }),
        await history(graph, inThread(), { before: past, limit: 2 }),
        await history(graph, past),
        await history(graph, inThread("nobody")),
        await graph.getState(inThread("nobody")),
        await graph.getState(past),
      ];
    },
  },
  {
    name: "what is missing: no checkpointer, no thread, no configurable",
    run: async (kit) => {
      const bare = chain(kit, { checkpointer: undefined });
      const graph = chain(kit);
      return [
        await outcome(() => bare.getState(inThread())),
        await outcome(() => history(bare)),
        await outcome(() => bare.updateState(inThread(), { n: 1 })),
        await outcome(() => graph.invoke({ n: 1 })),
        await outcome(() => graph.invoke({ n: 1 }, { configurable: {} })),
        await outcome(() => graph.getState({ configurable: {} })),
        await outcome(() => bare.invoke(new kit.lg.Command({ resume: 1 }))),
        await outcome(() => bare.invoke(null)),
        await outcome(() => bare.invoke(undefined)),
        await outcome(() => bare.invoke({})),
        await outcome(() => bare.invoke({ nope: 1 })),
        await outcome(() => bare.invoke("text")),
        await outcome(() => bare.invoke(7)),
        await outcome(() => bare.invoke(new kit.lg.Command({}))),
        await outcome(() => bare.invoke(new kit.lg.Command({ graph: kit.lg.Command.PARENT, goto: "a" }))),
        await outcome(() => graph.invoke(null, inThread("new"))),
        await outcome(() => graph.invoke(new kit.lg.Command({ resume: 1 }), inThread("new2"))),
        await whole(graph, inThread("new2")),
        await outcome(() => graph.invoke(new kit.lg.Command({ goto: "b", update: { n: 1 } }), inThread("new3"))),
        await whole(graph, inThread("new3")),
      ];
    },
  },
];

export const scenarios: Scenario[] = [...editing, ...bulkEditing, ...travelling, ...inside, ...reading];
