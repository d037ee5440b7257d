import { AIMessage, AIMessageChunk, HumanMessage, RemoveMessage } from "@langchain/core/messages";
import { z } from "zod";
import { z as z3 } from "zod/v3";
import type { Kit, Scenario } from "../testing/engines.ts";
import { type Any, chunks, history, inThread, outcome } from "../testing/observe.ts";

const concat = (a: Any, b: Any): Any => a.concat(b);

/** A graph of one node over a state, called with some inputs, whose node returns some updates. */
async function tried(kit: Kit, schema: Any, inputs: Any[], updates: Any[] = [{}], second?: Any): Promise<unknown> {
  const told: unknown[] = [];
  for (const input of inputs) {
    for (const update of updates) {
      const seen: unknown[] = [];
      const graph = new (kit.lg.StateGraph as Any)(schema, second)
        .addNode("node", (state: Any) => {
          seen.push(state);
          return update;
        })
        .addEdge("__start__", "node")
        .compile({ checkpointer: new kit.lg.MemorySaver() });
      told.push(
        await outcome(() => graph.invoke(input, inThread())),
        seen,
        await outcome(async () => (await graph.getState(inThread())).values),
      );
      told.push(await outcome(() => graph.updateState(inThread(), update, "node")));
    }
  }
  return told;
}

const reducers: Scenario[] = [
  {
    name: "reducers, defaults, overwrites",
    run: (kit) =>
      tried(
        kit,
        kit.lg.Annotation.Root({
          plain: kit.lg.Annotation<Any>(),
          list: kit.lg.Annotation<Any>({ reducer: concat, default: () => [] }),
          bare: kit.lg.Annotation<Any>({ reducer: (a: Any, b: Any) => `${a}+${b}` } as Any),
          sum: kit.lg.Annotation<Any>({ value: (a: Any, b: Any) => a + b, default: () => 10 } as Any),
        }),
        [
          { plain: 1 },
          { list: ["in"], bare: "x", sum: 1 },
          { list: new kit.lg.Overwrite(["over"]) },
          { list: { __overwrite__: ["wire"] } },
          { list: { type: "__overwrite__", value: ["other"] } },
        ],
        [
          {},
          { list: ["up"], bare: "y", sum: 2 },
          { list: new kit.lg.Overwrite(["over"]), sum: new kit.lg.Overwrite(0) },
          { plain: new kit.lg.Overwrite(7) },
        ],
      ),
  },
  {
    name: "two writers of one key",
    run: async (kit) => {
      const told: unknown[] = [];
      const values: [Any, Any][] = [
        [1, 2],
        [new kit.lg.Overwrite([1]), [2]],
        [[1], new kit.lg.Overwrite([2])],
        [new kit.lg.Overwrite([1]), new kit.lg.Overwrite([2])],
      ];
      for (const [a, b] of values) {
        for (const channel of [
          kit.lg.Annotation<Any>(),
          kit.lg.Annotation<Any>({ reducer: concat, default: () => ["d"] }),
        ]) {
          const graph = new kit.lg.StateGraph(kit.lg.Annotation.Root({ x: channel, n: kit.lg.Annotation<number>() }))
            .addNode("a", () => ({ x: a }))
            .addNode("b", () => ({ x: b }))
            .addEdge("__start__", "a")
            .addEdge("__start__", "b")
            .compile() as Any;
          told.push(await outcome(() => graph.invoke({ n: 1 })));
        }
      }
      return told;
    },
  },
];

const zods: Scenario[] = (
  [
    ["4", z],
    ["3", z3],
  ] as [string, Any][]
).flatMap(([version, zod]): Scenario[] => [
  {
    name: `zod ${version}: parsing of input and updates`,
    run: (kit) =>
      tried(
        kit,
        zod.object({
          a: zod.string(),
          n: zod.number().default(5),
          t: zod
            .string()
            .transform((x: string) => x.length)
            .optional(),
          deep: zod.object({ x: zod.number() }).optional(),
        }),
        [{ a: "x" }, { a: 1 }, {}, { a: "x", n: "no" }, { a: "x", extra: 1 }, { a: "x", deep: { x: 1, y: 2 } }, null],
        [{}, { a: 7 }, { n: 3 }, { t: "abc" }, { extra: 1 }, { deep: { x: "no" } }],
      ),
  },
  {
    name: `zod ${version}: input, output and context schemas`,
    run: async (kit) => {
      const graph = new (kit.lg.StateGraph as Any)(
        zod.object({ a: zod.string(), b: zod.string(), secret: zod.string() }),
        {
          input: zod.object({ a: zod.string().default("dflt") }),
          output: zod.object({ b: zod.string() }),
          context: zod.object({ who: zod.string() }),
        },
      )
        .addNode("one", ({ a }: Any, { context }: Any) => ({ b: `${a} ${context?.who}`, secret: "s" }))
        .addNode("two", (state: Any) => ({ b: JSON.stringify(state) }), { input: zod.object({ secret: zod.string() }) })
        .addEdge("__start__", "one")
        .addEdge("one", "two")
        .compile();
      const context = { context: { who: "me" } };
      return [
        await outcome(() => graph.invoke({ a: "x" }, context)),
        await outcome(() => graph.invoke({}, context)),
        await outcome(() => graph.invoke({ b: "x" }, context)),
        await outcome(() => graph.invoke({ a: "x" }, { context: {} })),
        await outcome(() => graph.invoke({ a: "x" })),
        await chunks(() => graph.stream({ a: "x" }, { ...context, streamMode: ["values", "updates"] })),
        await outcome(() => graph.invoke(new kit.lg.Command({ update: { a: 1 }, goto: "one" }), context)),
      ];
    },
  },
]);

const stateSchemas: Scenario[] = [
  {
    name: "StateSchema: fields of all kinds",
    run: (kit) =>
      tried(
        kit,
        new kit.lg.StateSchema({
          a: z.string(),
          n: z.number().default(5),
          list: new kit.lg.ReducedValue(
            z.array(z.string()).default(() => []),
            { inputSchema: z.string(), reducer: (left: Any, right: Any) => [...left, right] },
          ),
          gone: new kit.lg.UntrackedValue(z.number()),
          messages: kit.lg.MessagesValue,
        } as Any),
        [
          { a: "x" },
          { a: 1 },
          { a: "x", list: "in" },
          { a: "x", list: 7 },
          { a: "x", gone: 1 },
          { a: "x", extra: 1 },
          { a: "x", messages: [{ role: "user", content: "hi", id: "1" }] },
        ],
        [
          {},
          { list: "up" },
          { list: ["no"] },
          { n: "no" },
          { gone: 2 },
          { messages: new AIMessage({ content: "yo", id: "2" }) },
          { list: new kit.lg.Overwrite(["all"]) },
          { list: new kit.lg.Overwrite("no") },
        ],
      ),
  },
  {
    name: "StateSchema: what it says of itself",
    run: async (kit) => {
      const schema = new kit.lg.StateSchema({
        a: z.string(),
        n: z.number().default(5),
        list: new kit.lg.ReducedValue(
          z.array(z.string()).default(() => []),
          { inputSchema: z.string(), reducer: concat, jsonSchemaExtra: { x: 1 } },
        ),
        gone: new kit.lg.UntrackedValue(z.number(), { guard: false }),
        messages: kit.lg.MessagesValue,
      } as Any) as Any;
      return [
        schema.getJsonSchema(),
        schema.getInputJsonSchema(),
        schema.getChannelKeys(),
        schema.getAllKeys(),
        Object.entries(schema.getChannels()).map(([key, channel]: Any) => [key, channel.lc_graph_name]),
        kit.lg.StateSchema.isInstance(schema),
        kit.lg.ReducedValue.isInstance(schema.fields.list),
        await outcome(() => schema.validateInput({ a: "x", list: "y" })),
        await outcome(() => schema.validateInput({ a: 1 })),
        await outcome(() => schema.validateInput("text")),
        await outcome(() => schema.validateInput({ list: { __overwrite__: [1] } })),
        await outcome(() => new kit.lg.StateSchema({ bad: 7 } as Any)),
        await outcome(() => new kit.lg.StateSchema({ bad: () => 7 } as Any)),
        kit.lg.isStandardSchema(z.string()),
        kit.lg.isStandardSchema({}),
        kit.lg.isSerializableSchema(z.string()),
        kit.lg.getJsonSchemaFromSchema(z.string() as Any),
        (kit.lg.getSchemaDefaultGetter(z.number().default(3) as Any) as Any)?.(),
        kit.lg.getSchemaDefaultGetter(z.number() as Any),
      ];
    },
  },
  {
    name: "delta values over turns, forks and durabilities",
    run: async (kit) => {
      const told: unknown[] = [];
      // At exit durability ours stores whole values, the official engine all writes on a checkpoint of their own.
      for (const durability of ["sync", "async"]) {
        const graph = new (kit.lg.StateGraph as Any)(
          new kit.lg.StateSchema({
            log: new kit.lg.DeltaValue(
              z.array(z.string()).default(() => []),
              {
                inputSchema: z.array(z.string()),
                reducer: (state: Any, writes: Any) => [...state, ...writes.flat()],
                snapshotFrequency: 3,
              } as Any,
            ),
            messages: kit.lg.MessagesDeltaValue,
            n: z.number().default(0),
          } as Any),
        )
          .addNode("a", ({ n }: Any) => ({
            log: [`a${n}`],
            n: n + 1,
            messages: [new AIMessage({ content: `m${n}`, id: `m${n}` })],
          }))
          .addNode("b", () => ({ log: ["b"] }))
          .addEdge("__start__", "a")
          .addEdge("a", "b")
          .compile({ checkpointer: new kit.lg.MemorySaver() });
        for (let i = 0; i < 3; i++)
          told.push(await outcome(() => graph.invoke({ log: [`in${i}`] }, inThread("1", { durability }))));
        const past = (await history(graph)) as Any[];
        told.push(
          past.map(({ values, metadata }) => [metadata.source, metadata.step, values.log, values.messages?.length]),
        );
        const middle = past.at(Math.floor(past.length / 2)).config;
        told.push(await outcome(async () => (await graph.invoke(null, middle)).log));
        told.push(
          await outcome(
            async () => (await graph.getState(await graph.updateState(middle, { log: ["edit"] }, "a"))).values.log,
          ),
        );
        told.push(
          await outcome(async () => (await graph.invoke({ log: ["after"] }, inThread("1", { durability }))).log),
        );
      }
      return told;
    },
  },
];

const messages: Scenario[] = [
  {
    name: "messagesStateReducer",
    run: async (kit) => {
      const h = (content: string, id?: string): Any => new HumanMessage(id === undefined ? content : { content, id });
      const cases: [Any, Any][] = [
        [[h("a", "1")], [h("b", "2")]],
        [[h("a", "1")], h("b", "1")],
        [[h("a", "1")], "text"],
        [[], { role: "user", content: "dict" }],
        [[], [["human", "tuple"]]],
        [[h("a", "1"), h("b", "2")], new RemoveMessage({ id: "1" })],
        [[h("a", "1")], new RemoveMessage({ id: "9" })],
        [[h("a", "1")], [new RemoveMessage({ id: "1" }), h("again", "1")]],
        [[h("a", "1")], [h("b", "2"), new RemoveMessage({ id: "__remove_all__" }), h("c", "3")]],
        [
          [h("a", "1")],
          [new RemoveMessage({ id: "__remove_all__" }), h("b", "2"), new RemoveMessage({ id: "__remove_all__" })],
        ],
        [[], new AIMessageChunk({ content: "chunk", id: "c" })],
        [[h("noid")], [h("noid too")]],
        [[h("a", "1")], []],
        [[h("a", "1")], undefined],
        [[h("a", "1")], 7],
      ];
      return Promise.all(
        cases.map(async ([left, right]) => [
          await outcome(() => kit.lg.messagesStateReducer(left, right)),
          await outcome(() => kit.lg.messagesDeltaReducer(left, [right])),
        ]),
      );
    },
  },
  {
    name: "ready-made message states",
    run: async (kit) => [
      await tried(
        kit,
        kit.lg.MessagesAnnotation,
        [{ messages: "hi" }, { messages: [] }, {}],
        [{ messages: new AIMessage({ content: "yo", id: "1" }) }, { messages: [new RemoveMessage({ id: "nope" })] }],
      ),
      await tried(
        kit,
        kit.lg.MessagesZodState,
        [{ messages: [new HumanMessage({ content: "hi", id: "0" })] }, {}],
        [{ messages: [new AIMessage({ content: "yo", id: "1" })] }],
      ),
    ],
  },
  {
    name: "pushMessage",
    run: async (kit) => {
      const graph = new kit.lg.StateGraph(kit.lg.MessagesAnnotation)
        .addNode("a", (async (_state: Any, config: Any) => {
          kit.lg.pushMessage(new AIMessage({ content: "early", id: "e" }), config);
          kit.lg.pushMessage({ role: "assistant", content: "dict", id: "d" } as Any, config);
          kit.lg.pushMessage(new AIMessage({ content: "streamed only", id: "s" }), {
            ...config,
            stateKey: null,
          } as Any);
          return { messages: [new AIMessage({ content: "late", id: "l" })] };
        }) as Any)
        .addEdge("__start__", "a")
        .compile() as Any;
      const without = new kit.lg.StateGraph(kit.lg.MessagesAnnotation)
        .addNode("a", ((_state: Any, config: Any) => {
          kit.lg.pushMessage(new AIMessage("no id"), config);
          return {};
        }) as Any)
        .addEdge("__start__", "a")
        .compile() as Any;
      return [
        await chunks(() => graph.stream({ messages: [] }, { streamMode: ["messages", "updates", "values"] })),
        await outcome(() => without.invoke({ messages: [] })),
      ];
    },
  },
];

const channels: Scenario[] = [
  {
    name: "every channel, by hand",
    run: async (kit) => {
      const {
        LastValue,
        AnyValue,
        EphemeralValue,
        Topic,
        BinaryOperatorAggregate,
        NamedBarrierValue,
        UntrackedValueChannel,
        LastValueAfterFinish,
        NamedBarrierValueAfterFinish,
        DeltaChannel,
      } = kit.channels as Any;
      const made: [string, () => Any, Any[][]][] = [
        ["LastValue", () => new LastValue(), [[1], [], [2], [undefined], [1, 2]]],
        ["LastValue with a default", () => new LastValue(() => 9), [[], [1]]],
        ["AnyValue", () => new AnyValue(), [[1, 2], [], [], [3]]],
        ["EphemeralValue", () => new EphemeralValue(), [[1], [], [], [1, 2]]],
        ["EphemeralValue, unguarded", () => new EphemeralValue(false), [[1, 2], []]],
        ["Topic", () => new Topic(), [[1, [2, 3]], [], [4], []]],
        ["Topic, accumulating", () => new Topic({ accumulate: true }), [[1, [2, 3]], [], [1]]],
        ["Topic, unique", () => new Topic({ unique: true, accumulate: true }), [[1, 1], [2, 1], []]],
        [
          "BinaryOperatorAggregate",
          () => new BinaryOperatorAggregate((a: Any, b: Any) => `${a}${b}`),
          [[1], [2, 3], [], [new kit.lg.Overwrite("o"), 4]],
        ],
        [
          "BinaryOperatorAggregate with a default",
          () =>
            new BinaryOperatorAggregate(
              (a: Any, b: Any) => a + b,
              () => 5,
            ),
          [
            [1, 2],
            [new kit.lg.Overwrite(0), new kit.lg.Overwrite(1)],
          ],
        ],
        ["NamedBarrierValue", () => new NamedBarrierValue(new Set(["a", "b"])), [["a"], ["a"], ["b"]]],
        ["NamedBarrierValueAfterFinish", () => new NamedBarrierValueAfterFinish(new Set(["a", "b"])), [["a"], ["b"]]],
        ["UntrackedValueChannel", () => new UntrackedValueChannel(), [[1], [], [1, 2]]],
        ["LastValueAfterFinish", () => new LastValueAfterFinish(), [[1], [2]]],
        [
          "DeltaChannel",
          () => new DeltaChannel((state: Any, writes: Any) => [...state, ...writes]),
          [
            [1, 2],
            [],
            [new kit.lg.Overwrite([7]), 8],
            [new kit.lg.Overwrite(null)],
            [new kit.lg.Overwrite([1]), new kit.lg.Overwrite([2])],
          ],
        ],
      ];
      // What is not there is not stored: by an error, or by undefined.
      const stored = (channel: Any): unknown => {
        try {
          return channel.checkpoint();
        } catch {
          return undefined;
        }
      };
      const look = async (channel: Any): Promise<unknown> => [
        await outcome(() => structuredClone(channel.get())),
        stored(channel),
        channel.isAvailable(),
      ];
      const told: unknown[] = [];
      for (const [name, make, updates] of made) {
        let channel = make().fromCheckpoint(undefined);
        told.push(name, channel.lc_graph_name, channel.lg_is_channel, await look(channel));
        for (const update of updates) told.push(await outcome(() => channel.update(update)), await look(channel));
        told.push(channel.finish(), await look(channel), channel.consume(), await look(channel));
        channel = channel.fromCheckpoint(stored(channel));
        told.push(await look(channel));
      }
      return told;
    },
  },
  {
    name: "channels of a state that are not stored, or not last",
    run: async (kit) => {
      const { Topic, EphemeralValue, AnyValue, UntrackedValueChannel } = kit.channels as Any;
      const graph = new (kit.lg.StateGraph as Any)({
        topic: () => new Topic(),
        all: () => new Topic({ accumulate: true }),
        brief: () => new EphemeralValue(),
        any: () => new AnyValue(),
        un: () => new UntrackedValueChannel(),
        n: kit.lg.Annotation(),
      })
        .addNode("a", () => ({ topic: ["a"], all: ["a"], brief: "a", any: "a", un: "a" }))
        .addNode("b", (state: Any) => ({ n: JSON.stringify(state), all: "b" }))
        .addNode("c", (state: Any) => ({ n: JSON.stringify(state) }))
        .addEdge("__start__", "a")
        .addEdge("a", "b")
        .addEdge("b", "c")
        .compile({ checkpointer: new kit.lg.MemorySaver() });
      return [
        await chunks(() => graph.stream({ n: "in" }, inThread("1", { streamMode: "values" }))),
        await history(graph),
      ];
    },
  },
];

export const scenarios: Scenario[] = [...reducers, ...zods, ...stateSchemas, ...messages, ...channels];
