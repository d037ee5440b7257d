import type { Kit, Scenario } from "../testing/engines.ts";
import { type Any, chunks, history, inThread, logState, outcome } from "../testing/observe.ts";

const pregel = (kit: Kit, fields: Any): Any => new (kit.pregel.Pregel as Any)(fields);

const low: Scenario[] = [
  {
    name: "a pipe of two nodes",
    run: async (kit) => {
      const { Channel } = kit.pregel as Any;
      const { LastValue, Topic, EphemeralValue } = kit.channels as Any;
      const one = Channel.subscribeTo("input")
        .pipe((x: number) => x + 1)
        .pipe(Channel.writeTo(["inbox"]));
      const two = Channel.subscribeTo("inbox")
        .pipe((x: number) => x + 1)
        .pipe(Channel.writeTo(["output"], { extra: (x: number) => x * 10, fixed: 7 }));
      const graph = (more: Any = {}): Any =>
        pregel(kit, {
          nodes: { one, two },
          channels: {
            input: new EphemeralValue(),
            inbox: new LastValue(),
            output: new LastValue(),
            extra: new LastValue(),
            fixed: new LastValue(),
          },
          inputChannels: "input",
          outputChannels: "output",
          streamChannels: ["inbox", "output", "extra", "fixed"],
          ...more,
        });
      const keyed = pregel(kit, {
        nodes: {
          a: Channel.subscribeTo("in", { key: "value" })
            .pipe(({ value }: Any) => `${value}!`)
            .pipe(Channel.writeTo(["out"])),
          b: Channel.subscribeTo(["in", "out"])
            .pipe((x: Any) => JSON.stringify(x))
            .pipe(Channel.writeTo(["both"])),
        },
        channels: { in: new EphemeralValue(), out: new LastValue(), both: new Topic({ accumulate: true }) },
        inputChannels: ["in"],
        outputChannels: ["out", "both"],
      });
      return [
        await outcome(() => graph().invoke(2)),
        await chunks(() => graph().stream(2)),
        await chunks(() => graph().stream(2, { streamMode: ["values", "updates", "tasks"] })),
        await outcome(() => graph({ checkpointer: new kit.lg.MemorySaver() }).invoke(2, inThread())),
        await outcome(() =>
          graph({ interruptBefore: ["two"], checkpointer: new kit.lg.MemorySaver() }).invoke(2, inThread()),
        ),
        await outcome(() => keyed.invoke({ in: "x" })),
        await outcome(() => keyed.invoke({})),
        await chunks(() => keyed.stream({ in: "x" }, { streamMode: "updates" })),
      ];
    },
  },
  {
    name: "mistakes of a low-level graph",
    run: async (kit) => {
      const { Channel } = kit.pregel as Any;
      const { LastValue } = kit.channels as Any;
      const node = (): Any =>
        Channel.subscribeTo("input")
          .pipe((x: Any) => x)
          .pipe(Channel.writeTo(["output"]));
      const channels = (): Any => ({ input: new LastValue(), output: new LastValue() });
      const make = (fields: Any): unknown =>
        outcome(() =>
          Object.keys(
            pregel(kit, {
              nodes: { a: node() },
              channels: channels(),
              inputChannels: "input",
              outputChannels: "output",
              ...fields,
            }).nodes,
          ),
        );
      return [
        await make({}),
        await make({ inputChannels: "nope" }),
        await make({ inputChannels: ["nope"] }),
        await make({ outputChannels: "nope" }),
        await make({ streamChannels: ["nope"] }),
        await make({ interruptBefore: ["nope"] }),
        await make({ interruptAfter: ["nope"] }),
        await make({ nodes: { __interrupt__: node() } }),
        await make({ nodes: { a: Channel.subscribeTo("nope").pipe((x: Any) => x) } }),
        await make({ channels: { ...channels(), __pregel_tasks: new LastValue() } }),
        await outcome(() => Channel.subscribeTo(["a", "b"], { key: "x" })),
      ];
    },
  },
  {
    name: "what a compiled graph is made of",
    run: (kit) => {
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode("a", (() => ({})) as Any)
        .addEdge("__start__", "a")
        .compile({ name: "named", description: "says" } as Any) as Any;
      return [
        [
          "lg_is_pregel",
          "name",
          "description",
          "inputChannels",
          "outputChannels",
          "streamChannels",
          "streamMode",
          "streamChannelsList",
          "streamChannelsAsIs",
          "interruptBefore",
          "interruptAfter",
          "debug",
          "autoValidate",
          "stepTimeout",
          "checkpointer",
          "store",
          "cache",
          "config",
          "retryPolicy",
        ].map((key) => [key, graph[key]]),
        graph instanceof kit.pregel.Pregel,
        graph instanceof kit.lg.CompiledStateGraph,
        graph.constructor.name,
        graph.getName(),
        graph.getName("Suffix"),
        graph.lc_namespace,
        graph.lc_id,
        graph.lc_runnable,
        typeof graph.pipe,
        graph.isInterrupted?.({ __interrupt__: [] }),
        kit.lg.isInterrupted({ __interrupt__: [{ id: "1", value: 2 }] }),
        kit.lg.isInterrupted({}),
      ];
    },
  },
];

const values: Scenario[] = [
  {
    name: "Command, Send, Overwrite and errors as JSON, and their guards",
    run: async (kit) => {
      const { lg } = kit as Any;
      const command = new lg.Command({
        update: { a: 1 },
        goto: ["x", new lg.Send("y", { z: 1 })],
        resume: 2,
        graph: lg.Command.PARENT,
      });
      const look = (make: () => Any): unknown =>
        outcome(() => {
          const error = make();
          return [
            error.name,
            error.message,
            error.lc_error_code,
            error.is_bubble_up,
            Object.keys(error)
              .filter((key) => key !== "stack")
              .sort(),
            error.constructor.unminifiable_name,
          ];
        });
      return [
        JSON.parse(JSON.stringify(command)),
        command,
        new lg.Command({ goto: { node: "x", args: { a: 1 } } }),
        new lg.Command({
          update: [
            ["a", 1],
            ["b", 2],
          ],
        }),
        lg.isCommand(command),
        lg.isCommand({ lg_name: "Command" }),
        lg.isCommand(JSON.parse(JSON.stringify(command))),
        lg.isCommand(null),
        new lg.Send("x", {
          nested: { lg_name: "Send", node: "y", args: 1 },
          list: [{ lg_name: "Command", goto: "z" }],
          date: new Date(0),
        }),
        JSON.parse(JSON.stringify(new lg.Overwrite([1]))),
        new lg.Overwrite([1]),
        lg.Command.PARENT,
        lg.START,
        lg.END,
        lg.INTERRUPT,
        lg.REMOVE_ALL_MESSAGES,
        await look(() => new lg.GraphRecursionError("m", { lc_error_code: "GRAPH_RECURSION_LIMIT" })),
        await look(() => new lg.GraphValueError("m")),
        await look(() => new lg.GraphInterrupt([{ id: "1", value: "v" }])),
        await look(() => new lg.GraphInterrupt()),
        await look(() => new lg.NodeInterrupt("why")),
        await look(() => new lg.ParentCommand(command)),
        await look(() => new lg.GraphDrained()),
        await look(() => new lg.GraphDrained("bye")),
        await look(() => new lg.EmptyInputError("m")),
        await look(() => new lg.EmptyChannelError("m")),
        await look(() => new lg.InvalidUpdateError("m", { lc_error_code: "X" })),
        await look(() => new lg.UnreachableNodeError("m")),
        await look(() => new lg.RemoteException("m")),
        await look(() => new lg.StateGraphInputError()),
        await look(() => new lg.NodeTimeoutError({ node: "a", elapsed: 7, kind: "idle", idleTimeout: 5 })),
        await look(
          () => new lg.UnknownInterruptError({ reason: "not_pending", interruptIds: ["a"], pendingIds: ["b"] }),
        ),
        [
          lg.isGraphBubbleUp,
          lg.isGraphInterrupt,
          lg.isGraphDrained,
          lg.isParentCommand,
          lg.isNodeError,
          lg.isNodeTimeoutError,
        ].map((guard: Any) =>
          [
            new lg.GraphInterrupt(),
            new lg.NodeInterrupt("x"),
            new lg.GraphDrained(),
            new lg.ParentCommand(command),
            new lg.NodeError("a", new Error("x")),
            new Error("x"),
            {},
          ].map((value) => guard(value)),
        ),
      ];
    },
  },
  {
    name: "strict resume and response schemas",
    run: async (kit) => {
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode("a", (() => ({ log: [kit.lg.interrupt("a?")] })) as Any)
        .addNode("b", (() => ({ log: [kit.lg.interrupt("b?")] })) as Any)
        .addEdge("__start__", "a")
        .addEdge("__start__", "b")
        .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
      const strict = { configurable: { thread_id: "1", __pregel_strict_resume: true } };
      await graph.invoke({ n: 1 }, inThread());
      const ids = (await graph.getState(inThread())).tasks.map((task: Any) => task.interrupts[0].id);
      const told: unknown[] = [];
      for (const resume of [
        "one",
        {},
        { "0123456789abcdef0123456789abcdef": 1 },
        { [ids[0]]: "A" },
        { [ids[1]]: "B" },
      ]) {
        const { thrown, returned } = (await outcome(() => graph.invoke(new kit.lg.Command({ resume }), strict))) as Any;
        told.push(
          returned?.log,
          thrown?.name,
          thrown?.reason,
          thrown?.pendingIds?.length,
          thrown?.interruptIds?.length,
        );
      }
      const { z } = await import("zod");
      const asks = new kit.lg.StateGraph(logState(kit))
        .addNode("a", (() => ({
          log: [kit.lg.interrupt("age?", { responseSchema: z.object({ age: z.coerce.number() }) } as Any)],
        })) as Any)
        .addEdge("__start__", "a")
        .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
      told.push(await asks.invoke({ n: 1 }, inThread()));
      const wrong = (await outcome(() =>
        asks.invoke(new kit.lg.Command({ resume: { age: "old" } }), inThread()),
      )) as Any;
      told.push(wrong.thrown?.name, kit.lg.isInvalidResume(wrong.thrown), await asks.getState(inThread()));
      told.push(await outcome(() => asks.invoke(new kit.lg.Command({ resume: { age: "7" } }), inThread())));
      return told;
    },
  },
  {
    name: "functional graphs: generators, previous, final, validation",
    run: async (kit) => {
      const { lg } = kit as Any;
      const counter = lg.entrypoint({ name: "counter", checkpointer: new lg.MemorySaver() }, async (n: number) => {
        const previous = (lg.getPreviousState() as number) ?? 0;
        return lg.entrypoint.final({ value: previous, save: previous + n });
      });
      const plain = lg.entrypoint("plain", async (input: Any, config: Any) => [
        input,
        typeof config.writer,
        config.metadata.langgraph_node,
      ]);
      const nested = lg.task("outer", async (n: number) => (await lg.task("inner", async (m: number) => m * 2)(n)) + 1);
      const nesting = lg.entrypoint("nesting", async (n: number) => Promise.all([nested(n), nested(n + 1)]));
      return [
        await counter.invoke(1, inThread()),
        await counter.invoke(2, inThread()),
        await counter.invoke(3, inThread()),
        await counter.getState(inThread()),
        await history(counter),
        await plain.invoke("in"),
        await plain.invoke({ a: 1 }),
        await outcome(() => plain.invoke(undefined)),
        await outcome(() => plain.invoke(null)),
        await outcome(() => plain.invoke(0)),
        await chunks(() => nesting.stream(1, { streamMode: "updates" })),
        await outcome(() =>
          lg.entrypoint("gen", function* () {
            yield 1;
          }),
        ),
        await outcome(() =>
          lg.entrypoint("agen", async function* () {
            yield 1;
          }),
        ),
        await outcome(() =>
          lg.task("gen", function* () {
            yield 1;
          }),
        ),
        await outcome(() =>
          lg
            .entrypoint("fails", async () => {
              throw new Error("x");
            })
            .invoke(1),
        ),
        await outcome(() => lg.entrypoint("undef", async () => undefined).invoke(1)),
        await outcome(() => lg.entrypoint("null", async () => null).invoke(1)),
        plain.name,
        plain.getName(),
        plain.streamMode,
        Object.keys(plain.channels),
        Object.keys(plain.nodes),
        (await plain.getGraphAsync?.())?.drawMermaid?.(),
      ];
    },
  },
  {
    name: "stores: search, filters, namespaces",
    run: async (kit) => {
      const store = new kit.lg.InMemoryStore({
        index: {
          dims: 2,
          embeddings: {
            embedQuery: async (text: string) => [text.length, 1],
            embedDocuments: async (texts: string[]) => texts.map((text) => [text.length, 1]),
          } as Any,
          fields: ["text"],
        },
      }) as Any;
      const plain = new kit.lg.InMemoryStore() as Any;
      for (const one of [store, plain]) {
        await one.put(["a", "b"], "1", { text: "short", n: 1, deep: { x: 1 } });
        await one.put(["a", "b"], "2", { text: "a longer text", n: 2, tags: ["x"] });
        await one.put(["a", "c"], "3", { text: "mid text", n: 3 });
        await one.put(["z"], "4", { text: "z", n: 4 }, false);
        await one.put(["a", "b"], "1", { text: "short again", n: 1 });
      }
      const told: unknown[] = [];
      for (const one of [store, plain]) {
        for (const options of [
          {},
          { limit: 1 },
          { offset: 1 },
          { filter: { n: 1 } },
          { filter: { n: { $gt: 1 } } },
          { filter: { n: { $gte: 2, $lt: 3 } } },
          { filter: { n: { $ne: 1 } } },
          { filter: { n: { $in: [1, 3] } } },
          { filter: { n: { $nin: [1] } } },
          { filter: { n: { $eq: 2 } } },
          { filter: { nope: 1 } },
          { query: "shorty" },
          { query: "x", limit: 1 },
        ]) {
          told.push([
            options,
            await outcome(async () =>
              (await one.search(["a"], options)).map(({ key, namespace, score, value }: Any) => [
                key,
                namespace,
                score === undefined ? undefined : Math.round(score * 1e6) / 1e6,
                value,
              ]),
            ),
          ]);
        }
        for (const options of [
          {},
          { prefix: ["a"] },
          { suffix: ["b"] },
          { maxDepth: 1 },
          { prefix: ["a", "*"] },
          { limit: 1 },
          { limit: 1, offset: 1 },
        ])
          told.push([options, await outcome(() => one.listNamespaces(options))]);
        told.push(
          await one.get(["a", "b"], "1"),
          await one.get(["a"], "1"),
          await one.delete(["a", "b"], "1"),
          await one.get(["a", "b"], "1"),
        );
        for (const namespace of [[], ["a.b"], ["langgraph"], [1]])
          told.push(await outcome(() => one.put(namespace, "k", { v: 1 })));
        told.push(await one.put(["a", "b"], "2", null), await one.search(["a", "b"]));
        told.push(
          await one.batch([
            { namespace: ["q"], key: "1", value: { v: 1 } },
            { namespace: ["q"], key: "1" },
            { namespacePrefix: ["q"] },
            { matchConditions: [], maxDepth: 1, limit: 10, offset: 0 },
          ]),
        );
      }
      return told;
    },
  },
];

export const scenarios: Scenario[] = [...low, ...values];
