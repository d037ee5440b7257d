import { RunnableLambda } from "@langchain/core/runnables";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { z } from "zod";
import type { Kit, Scenario } from "../testing/engines.ts";
import { type Any, chunks, inThread, logState, outcome } from "../testing/observe.ts";

const one = (kit: Kit, node: Any, options?: Any, compileOptions: Any = {}, schema?: Any): Any =>
  new kit.lg.StateGraph(logState(kit), schema)
    .addNode("node", node, options)
    .addEdge("__start__", "node")
    .compile(compileOptions);

/** What a node finds in its config, told without the engine's own keys. */
const tellConfig = (config: Any): unknown => ({
  keys: Object.keys(config)
    .filter((key) => config[key] !== undefined && !["callbacks", "signal", "store"].includes(key))
    .sort(),
  configurable: Object.fromEntries(Object.entries(config.configurable).filter(([key]) => !key.startsWith("__pregel"))),
  metadata: config.metadata,
  tags: config.tags,
  runName: config.runName,
  recursionLimit: config.recursionLimit,
  context: config.context,
  executionInfo: { ...config.executionInfo, runId: "ours says it, where it is known" },
  serverInfo: config.serverInfo === undefined ? undefined : { user: undefined, ...config.serverInfo },
  hasSignal: config.signal instanceof AbortSignal,
  hasStore: config.store !== undefined,
  drain: config.control?.drainRequested,
});

async function seen(kit: Kit, invokeConfig: Any, { options, compileOptions, schema }: Any = {}): Promise<unknown> {
  const told: unknown[] = [];
  const graph = one(
    kit,
    (_state: Any, config: Any) => {
      told.push(tellConfig(config));
      return {};
    },
    options,
    compileOptions,
    schema,
  );
  told.push(await outcome(() => graph.invoke({ n: 1 }, invokeConfig)));
  return told;
}

const configs: [string, (kit: Kit) => [Any, Any?]][] = [
  ["nothing", () => [undefined]],
  ["a thread", (kit) => [inThread(), { compileOptions: { checkpointer: new kit.lg.MemorySaver() } }]],
  [
    "tags, metadata and a name",
    () => [
      {
        tags: ["t"],
        metadata: { m: 1 },
        runName: "mine",
        runId: "11111111-1111-4111-8111-111111111111",
        recursionLimit: 7,
      },
    ],
  ],
  [
    "configurable ids",
    () => [
      {
        configurable: {
          thread_id: "t",
          run_id: "r",
          assistant_id: "as",
          graph_id: "g",
          task_id: "x",
          user: "u",
          api_key: "secret",
        },
      },
    ],
  ],
  ["context", () => [{ context: { user: "ada" } }, { schema: z.object({ user: z.string() }) }]],
  ["configurable for context", () => [{ configurable: { user: "ada" } }, { schema: z.object({ user: z.string() }) }]],
  ["a wrong context", () => [{ context: { user: 1 } }, { schema: z.object({ user: z.string() }) }]],
  ["no context", () => [{}, { schema: z.object({ user: z.string() }) }]],
  ["context with a default", () => [{ context: {} }, { schema: z.object({ user: z.string().default("bea") }) }]],
  [
    "auth",
    () => [{ configurable: { langgraph_auth_user: { identity: "me", name: "x" }, assistant_id: "as", graph_id: "g" } }],
  ],
  ["server ids in metadata", () => [{ metadata: { assistant_id: "as", graph_id: "g" } }]],
  ["node metadata and tags", () => [{ metadata: { m: 1 } }, { options: { metadata: { own: 1, m: 2 } } }]],
  ["a store", (kit) => [{}, { compileOptions: { store: new kit.lg.InMemoryStore() } }]],
  ["a name of the graph", () => [{}, { compileOptions: { name: "Named" } }]],
  ["unknown keys", () => [{ nonsense: 1, configurable: { x: 1 } }]],
  ["callbacks off", () => [{ callbacks: [] }]],
  ["max concurrency", () => [{ maxConcurrency: 3 }]],
];

const helpers: Scenario[] = [
  {
    name: "helpers inside of a node",
    run: async (kit) => {
      const told: unknown[] = [];
      const graph = one(
        kit,
        async (state: Any, config: Any) => {
          told.push(kit.lg.getCurrentTaskInput(), kit.lg.getConfig().metadata?.langgraph_node);
          await new Promise((resolve) => setTimeout(resolve, 1));
          told.push(
            kit.lg.getCurrentTaskInput(config),
            typeof kit.lg.getWriter(),
            typeof kit.lg.getStore()?.put,
            state,
          );
          kit.lg.getWriter()?.({ a: 1 });
          config.writer("c");
          await kit.lg.getStore()?.put(["a"], "k", { v: 1 });
          told.push(await config.store.get(["a"], "k"));
          return { log: ["x"] };
        },
        {},
        { store: new kit.lg.InMemoryStore() },
      );
      return [await chunks(() => graph.stream({ n: 1 }, { streamMode: ["custom", "values"] })), told];
    },
  },
  {
    name: "helpers outside of a graph",
    run: (kit) =>
      Promise.all(
        (
          [
            () => kit.lg.interrupt(1),
            () => kit.lg.getConfig(),
            () => kit.lg.getStore(),
            () => kit.lg.getWriter(),
            () => kit.lg.getCurrentTaskInput(),
          ] as (() => unknown)[]
        ).map(outcome),
      ),
  },
  {
    name: "interrupt without a checkpointer, and in a condition",
    run: async (kit) => {
      const graph = one(kit, () => ({ log: [kit.lg.interrupt("?")] }));
      const conditional = new kit.lg.StateGraph(logState(kit))
        .addNode("a", (() => ({})) as Any)
        .addNode("b", (() => ({ log: ["b"] })) as Any)
        .addEdge("__start__", "a")
        .addConditionalEdges("a", (() => kit.lg.interrupt("where?")) as Any, ["b", "__end__"])
        .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
      return [
        await outcome(() => graph.invoke({ n: 1 })),
        await outcome(() => graph.invoke({ n: 1 }, inThread())),
        await outcome(() => conditional.invoke({ n: 1 }, inThread())),
        await outcome(() => conditional.invoke(new kit.lg.Command({ resume: "b" }), inThread())),
      ];
    },
  },
  {
    name: "nodes that are runnables, lambdas that return runnables, generators",
    run: async (kit) => {
      const graph = (node: Any): Any => one(kit, node);
      return [
        await outcome(() => graph(RunnableLambda.from(({ n }: Any) => ({ log: [`${n}`] }))).invoke({ n: 1 })),
        await outcome(() =>
          graph(() => RunnableLambda.from(({ n }: Any) => ({ log: [`inner ${n}`] }))).invoke({ n: 1 }),
        ),
        await outcome(() => graph({ log: () => ["from map"], n: ({ n }: Any) => n + 1 }).invoke({ n: 1 })),
        await outcome(() => graph(() => "text").invoke({ n: 1 })),
        await outcome(() => graph(() => 7).invoke({ n: 1 })),
        await outcome(() => graph(() => true).invoke({ n: 1 })),
        await outcome(() => graph(() => [{ log: ["x"] }]).invoke({ n: 1 })),
        await outcome(() => graph(() => []).invoke({ n: 1 })),
        await outcome(() => graph(() => 0).invoke({ n: 1 })),
        await outcome(() => graph(() => new Map([["n", 2]])).invoke({ n: 1 })),
        await outcome(() => graph(() => ({ n: undefined, log: undefined })).invoke({ n: 1 })),
        await outcome(() => graph(() => ({ n: null })).invoke({ n: 1 })),
        await outcome(() => graph(() => new Date(0)).invoke({ n: 1 })),
        await outcome(() => graph(() => new kit.lg.Send("node", {})).invoke({ n: 1 }, { recursionLimit: 3 })),
        await outcome(() => graph(() => new kit.lg.Command({ goto: "nope" })).invoke({ n: 1 })),
        await outcome(() => graph(() => new kit.lg.Command({ goto: new kit.lg.Send("nope", {}) })).invoke({ n: 1 })),
        await outcome(() => graph(() => new kit.lg.Command({ goto: new kit.lg.Send("__end__", {}) })).invoke({ n: 1 })),
        await outcome(() => graph(() => new kit.lg.Command({ update: "text" as Any })).invoke({ n: 1 })),
        await outcome(() =>
          graph(() => new kit.lg.Command({ graph: kit.lg.Command.PARENT, update: { n: 3 } })).invoke({ n: 1 }),
        ),
        await outcome(() =>
          graph(() => {
            throw { code: 1 };
          }).invoke({ n: 1 }),
        ),
        await outcome(() =>
          graph(async function* () {
            yield { log: ["y"] };
          }).invoke({ n: 1 }),
        ),
      ];
    },
  },
  {
    name: "a graph with a thread of its own called by a node",
    run: async (kit) => {
      const saver = new kit.lg.MemorySaver();
      const child = one(kit, ({ n }: Any) => ({ n: (n ?? 0) + 1, log: ["child"] }), {}, { checkpointer: saver });
      const parent = one(
        kit,
        async () => ({ log: [(await child.invoke({ n: 5 }, inThread("own"))).log.length] }),
        {},
        { checkpointer: new kit.lg.MemorySaver() },
      );
      return [
        await outcome(() => parent.invoke({ n: 1 }, inThread())),
        await outcome(() => parent.invoke({ n: 1 }, inThread())),
        await child.getState(inThread("own")),
      ];
    },
  },
  {
    name: "withConfig, and what a call adds to it",
    run: async (kit) => {
      const told: unknown[] = [];
      const graph = one(kit, (_state: Any, config: Any) => {
        told.push(tellConfig(config));
        return {};
      }).withConfig({
        tags: ["bound"],
        metadata: { a: 1, b: 1 },
        configurable: { x: 1, y: 1 },
        recursionLimit: 9,
        runName: "bound",
      });
      await graph.invoke({ n: 1 }, { tags: ["call"], metadata: { b: 2 }, configurable: { y: 2 } });
      return [told, graph.config, graph.constructor.name];
    },
  },
  {
    name: "recursion limits",
    run: async (kit) => {
      const chain = (length: number): Any => {
        const graph = new kit.lg.StateGraph(logState(kit)) as Any;
        for (let i = 0; i < length; i++) graph.addNode(`n${i}`, () => ({ log: [i] }));
        graph.addEdge("__start__", "n0");
        for (let i = 1; i < length; i++) graph.addEdge(`n${i - 1}`, `n${i}`);
        return graph.compile({ checkpointer: new kit.lg.MemorySaver() });
      };
      const told: unknown[] = [];
      for (const recursionLimit of [0, -1, 1, 2, 3, 4])
        told.push(
          await chunks(() => chain(3).stream({ n: 1 }, inThread("1", { recursionLimit, streamMode: "values" }))),
        );
      const graph = chain(3);
      told.push(
        await outcome(() => graph.invoke({ n: 1 }, inThread("1", { recursionLimit: 2 }))),
        await graph.getState(inThread()),
      );
      told.push(await outcome(() => graph.invoke(null, inThread())));
      return told;
    },
  },
  {
    name: "max concurrency",
    run: async (kit) => {
      let running = 0;
      let most = 0;
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode("w", (async ({ i }: Any) => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 2));
          running -= 1;
          return { log: [i] };
        }) as Any)
        .addConditionalEdges("__start__", (() => [0, 1, 2, 3, 4].map((i) => new kit.lg.Send("w", { i }))) as Any, ["w"])
        .compile() as Any;
      return [await graph.invoke({ n: 1 }, { maxConcurrency: 2 }), most];
    },
  },
  {
    name: "batch, and invoke in other stream modes",
    run: async (kit) => {
      const graph = one(kit, ({ n }: Any) => ({ n: n + 1, log: ["x"] }));
      return [
        await graph.batch([{ n: 1 }, { n: 2 }]),
        await graph.invoke({ n: 1 }, { streamMode: "updates" }),
        await graph.invoke({ n: 1 }, { streamMode: ["updates", "values"] }),
        await graph.invoke({ n: 1 }, { outputKeys: "n" }),
        await graph.invoke({ n: 1 }, { outputKeys: ["n"] }),
        await chunks(() => graph.stream({ n: 1 }, { streamMode: "values", outputKeys: ["log"] })),
        await chunks(() => graph.stream({ n: 1 }, { streamMode: "updates", outputKeys: "n" })),
        await chunks(() => graph.stream({ n: 1 })),
        await chunks(() => graph.stream({ n: 1 }, { streamMode: "nonsense" })),
        await chunks(() => graph.stream({ n: 1 }, { streamMode: [] })),
        await chunks(() => graph.stream({ n: 1 }, { streamMode: "values", interruptBefore: ["node"] })),
        await chunks(() => graph.stream({ n: 1 }, { streamMode: "values", interruptAfter: "*" })),
        await chunks(() => graph.stream({ n: 1 }, { streamMode: ["values", "updates"], interruptBefore: ["nope"] })),
      ];
    },
  },
  {
    name: "the singleton of async-local storage is shared",
    run: async (kit) => {
      const graph = one(kit, () => ({
        log: [typeof AsyncLocalStorageProviderSingleton.getRunnableConfig()?.configurable],
      }));
      return graph.invoke({ n: 1 });
    },
  },
];

export const scenarios: Scenario[] = [
  ...configs.map(
    ([name, make]): Scenario => ({ name: `the config of a node: ${name}`, run: (kit) => seen(kit, ...make(kit)) }),
  ),
  ...helpers,
];
