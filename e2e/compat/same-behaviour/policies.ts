import type { Kit, Scenario } from "../testing/engines.ts";
import { type Any, chunks, gate, history, inThread, logState, outcome } from "../testing/observe.ts";

const quick = { initialInterval: 1, jitter: false, logWarning: false };
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const log =
  (name: string): Any =>
  () => ({ log: [name] });

function failing(
  kit: Kit,
  times: number,
  options: Any,
  error: () => unknown = () => new Error("boom"),
  compileOptions: Any = {},
): Any {
  let count = 0;
  return new kit.lg.StateGraph(logState(kit))
    .addNode(
      "a",
      ((_state: Any, config: Any) => {
        count += 1;
        config.writer?.({ attempt: config.executionInfo?.nodeAttempt });
        if (count <= times) throw error();
        return { log: [`attempt ${count}`] };
      }) as Any,
      options,
    )
    .addNode("b", log("b"))
    .addEdge("__start__", "a")
    .addEdge("a", "b")
    .compile(compileOptions);
}

// Without `tasks`: of a stream that fails, the official engine loses the chunks that nobody has read yet.
const all = { streamMode: ["values", "updates", "custom"] };
const errors: [string, () => unknown][] = [
  ["an error", () => new Error("x")],
  ["a type error", () => new TypeError("x")],
  ["an abort", () => Object.assign(new Error("x"), { name: "AbortError" })],
  ["a cancellation", () => new Error("Cancel: x")],
  ["status 400", () => Object.assign(new Error("x"), { status: 400 })],
  ["status 429", () => Object.assign(new Error("x"), { status: 429 })],
  ["status 500", () => Object.assign(new Error("x"), { status: 500 })],
  ["response status 404", () => Object.assign(new Error("x"), { response: { status: 404 } })],
  ["connection aborted", () => Object.assign(new Error("x"), { code: "ECONNABORTED" })],
  ["no quota", () => Object.assign(new Error("x"), { error: { code: "insufficient_quota" } })],
];

const retrying: Scenario[] = [
  ...errors.map(
    ([name, error]): Scenario => ({
      name: `retry after ${name}`,
      run: (kit) => chunks(() => failing(kit, 1, { retryPolicy: quick }, error).stream({ n: 1 }, all)),
    }),
  ),
  ...([1, 2, 3, 4] as const).map(
    (times): Scenario => ({
      name: `retry after ${times} failures, three attempts`,
      run: (kit) =>
        chunks(() => failing(kit, times, { retryPolicy: { ...quick, maxAttempts: 3 } }).stream({ n: 1 }, all)),
    }),
  ),
  {
    name: "retryOn decides, also for what the default refuses",
    run: async (kit) => [
      await chunks(() => failing(kit, 1, { retryPolicy: { ...quick, retryOn: () => false } }).stream({ n: 1 }, all)),
      await chunks(() =>
        failing(kit, 1, { retryPolicy: { ...quick, retryOn: (e: Any) => e.status === 400 } }, errors[4]?.[1]).stream(
          { n: 1 },
          all,
        ),
      ),
    ],
  },
  {
    name: "no retry of interrupts",
    run: async (kit) => {
      let count = 0;
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode(
          "a",
          (() => {
            count += 1;
            return { log: [kit.lg.interrupt("?")] };
          }) as Any,
          { retryPolicy: quick },
        )
        .addEdge("__start__", "a")
        .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
      return [
        await graph.invoke({ n: 1 }, inThread()),
        await graph.invoke(new kit.lg.Command({ resume: 1 }), inThread()),
        count,
      ];
    },
  },
  {
    name: "a retry after an interrupt was answered",
    run: async (kit) => {
      let count = 0;
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode(
          "a",
          (() => {
            const answer = kit.lg.interrupt("?");
            count += 1;
            if (count === 1) throw new Error("once");
            return { log: [answer] };
          }) as Any,
          { retryPolicy: quick },
        )
        .addEdge("__start__", "a")
        .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
      return [
        await graph.invoke({ n: 1 }, inThread()),
        await outcome(() => graph.invoke(new kit.lg.Command({ resume: "yes" }), inThread())),
        count,
      ];
    },
  },
  {
    name: "a child is retried without doing finished work again",
    run: async (kit) => {
      const ran: string[] = [];
      let fails = 1;
      const child = new kit.lg.StateGraph(logState(kit))
        .addNode("x", (() => {
          ran.push("x");
          return { log: ["x"] };
        }) as Any)
        .addNode("y", (() => {
          ran.push("y");
          if (fails-- > 0) throw new Error("once");
          return { log: ["y"] };
        }) as Any)
        .addEdge("__start__", "x")
        .addEdge("x", "y")
        .compile();
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode("sub", child, { retryPolicy: quick })
        .addEdge("__start__", "sub")
        .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
      // Ours does not run x again; the official one does, in another namespace.
      return [await outcome(() => graph.invoke({ n: 1 }, inThread())), [...new Set(ran)]];
    },
  },
];

const timing: Scenario[] = [
  ...(
    [
      5,
      { runTimeout: 5 },
      { idleTimeout: 5 },
      { idleTimeout: 5, refreshOn: "heartbeat" },
      { runTimeout: 5, idleTimeout: 4000 },
    ] as Any[]
  ).map(
    (timeout): Scenario => ({
      name: `a node that takes too long for ${JSON.stringify(timeout)}`,
      run: async (kit) => {
        const graph = new kit.lg.StateGraph(logState(kit))
          .addNode("a", (() => new Promise(() => {})) as Any, { timeout })
          .addEdge("__start__", "a")
          .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
        return [await chunks(() => graph.stream({ n: 1 }, inThread("1", all))), await graph.getState(inThread())];
      },
    }),
  ),
  ...([0, -1, { runTimeout: 0 }, { idleTimeout: -5 }, {}, { runTimeout: Number.NaN }, "5"] as Any[]).map(
    (timeout): Scenario => ({
      name: `a wrong timeout ${JSON.stringify(timeout)}`,
      run: (kit) =>
        outcome(() =>
          (
            new kit.lg.StateGraph(logState(kit))
              .addNode("a", log("a"), { timeout })
              .addEdge("__start__", "a")
              .compile() as Any
          ).invoke({ n: 1 }),
        ),
    }),
  ),
  {
    name: "a wrong timeout of a packet",
    run: (kit) =>
      Promise.all(
        [0, -1, { runTimeout: 0 }].map((timeout: Any) => outcome(() => new kit.lg.Send("a", {}, { timeout }))),
      ),
  },
  {
    name: "a timeout is retried, handled, and its signal aborted",
    run: async (kit) => {
      let count = 0;
      const told: unknown[] = [];
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode(
          "a",
          (async (_state: Any, config: Any) => {
            count += 1;
            if (count > 1) return { log: ["second"] };
            await new Promise((resolve) => config.signal.addEventListener("abort", resolve));
            told.push(config.signal.aborted);
            return { log: ["late"] };
          }) as Any,
          { timeout: 5, retryPolicy: quick },
        )
        .addNode("b", (() => new Promise(() => {})) as Any, {
          timeout: 5,
          errorHandler: ((_state: Any, { node, error }: Any) => ({
            log: [`${node} ${error.name} ${error.kind}`],
          })) as Any,
        })
        .addEdge("__start__", "a")
        .addEdge("a", "b")
        .compile() as Any;
      return [await outcome(() => graph.invoke({ n: 1 })), told];
    },
  },
  {
    name: "stepTimeout",
    run: async (kit) => {
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode("a", (() => new Promise(() => {})) as Any)
        .addEdge("__start__", "a")
        .compile() as Any;
      graph.stepTimeout = 5;
      return outcome(() => graph.invoke({ n: 1 }));
    },
  },
];

const handling: Scenario[] = [
  {
    name: "an error handler: its input, config, updates, and history",
    run: async (kit) => {
      const told: unknown[] = [];
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode(
          "a",
          (() => {
            throw new RangeError("boom");
          }) as Any,
          {
            retryPolicy: { ...quick, maxAttempts: 2 },
            errorHandler: ((state: Any, error: Any, config: Any) => {
              told.push(
                state,
                Object.keys(error).sort(),
                error.constructor.name,
                error.node,
                error.error.name,
                config.metadata.langgraph_node,
                config.metadata.langgraph_triggers,
                config.executionInfo.nodeAttempt,
              );
              return { log: ["handled"] };
            }) as Any,
          },
        )
        .addNode("b", log("b"))
        .addEdge("__start__", "a")
        .addEdge("a", "b")
        .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
      return [
        await chunks(() =>
          graph.stream({ n: 1 }, inThread("1", { streamMode: ["updates", "values", "tasks", "debug"] })),
        ),
        told,
        await history(graph),
        Object.keys(graph.nodes),
        Object.keys(graph.channels),
      ];
    },
  },
  {
    name: "an error handler beside a question: resumed",
    run: async (kit) => {
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode(
          "a",
          (() => {
            throw new Error("boom");
          }) as Any,
          {
            errorHandler: (() => {
              return { log: ["handled"] };
            }) as Any,
          },
        )
        .addNode("ask", (() => ({ log: [kit.lg.interrupt("?")] })) as Any)
        .addEdge("__start__", "a")
        .addEdge("__start__", "ask")
        .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
      const first = await outcome(() => graph.invoke({ n: 1 }, inThread()));
      return [first, await outcome(() => graph.invoke(new kit.lg.Command({ resume: "yes" }), inThread()))];
    },
  },
  {
    name: "an error handler that fails, that asks, that goes elsewhere, that returns nothing",
    run: async (kit) => {
      const handledBy = (errorHandler: Any): Any =>
        new kit.lg.StateGraph(logState(kit))
          .addNode(
            "a",
            (() => {
              throw new Error("boom");
            }) as Any,
            { errorHandler },
          )
          .addNode("b", log("b"))
          .addNode("c", log("c"))
          .addEdge("__start__", "a")
          .addEdge("a", "b")
          .compile({ checkpointer: new kit.lg.MemorySaver() });
      const told: unknown[] = [];
      for (const handler of [
        () => {
          throw new Error("second");
        },
        () => ({ log: [kit.lg.interrupt("?")] }),
        () => new kit.lg.Command({ goto: "c", update: { n: 5 } }),
        () => undefined,
        () => "text",
        () => new kit.lg.Command({ goto: [new kit.lg.Send("c", {}), "b"] }),
      ]) {
        const graph = handledBy(handler);
        told.push(await chunks(() => graph.stream({ n: 1 }, inThread("1", { streamMode: ["updates", "values"] }))));
        told.push(await outcome(() => graph.invoke(new kit.lg.Command({ resume: "yes" }), inThread())));
      }
      return told;
    },
  },
  {
    name: "defaults of the graph",
    run: async (kit) => {
      const builder = new kit.lg.StateGraph(logState(kit)) as Any;
      builder
        .addNode("a", (() => {
          throw new Error("boom");
        }) as Any)
        .addNode(
          "own",
          (() => {
            throw new Error("bang");
          }) as Any,
          {
            errorHandler: (() => ({ log: ["own"] })) as Any,
            retryPolicy: { maxAttempts: 1 },
            cachePolicy: false,
            timeout: 7,
          },
        )
        .addEdge("__start__", "a")
        .addEdge("__start__", "own");
      builder.setNodeDefaults({
        retryPolicy: quick,
        timeout: 500,
        cachePolicy: { ttl: 5 },
        errorHandler: (_s: Any, e: Any) => ({ log: [`default ${e.node}`] }),
      });
      const graph = builder.compile();
      const policies = (nodes: Any): unknown =>
        Object.entries(nodes).map(([name, node]: Any) => [name, node.retryPolicy, node.cachePolicy, node.timeout]);
      return [
        await outcome(() => graph.invoke({ n: 1 })),
        policies(graph.nodes),
        policies(builder.nodes),
        Object.keys(graph.nodes),
      ];
    },
  },
  {
    name: "a default handler's name is taken",
    run: (kit) =>
      outcome(() =>
        new kit.lg.StateGraph(logState(kit))
          .addNode("__default_error_handler__", log("x"))
          .addEdge("__start__", "__default_error_handler__")
          .setNodeDefaults({ errorHandler: (() => ({})) as Any })
          .compile(),
      ),
  },
  {
    name: "two failures at once, and a failure beside a question",
    run: async (kit) => {
      const boom =
        (message: string): Any =>
        async () => {
          throw new Error(message);
        };
      const graph = (...nodes: Any[]): Any => {
        const builder = new kit.lg.StateGraph(logState(kit)) as Any;
        nodes.forEach((node, i) => void builder.addNode(`n${i}`, node).addEdge("__start__", `n${i}`));
        return builder.compile({ checkpointer: new kit.lg.MemorySaver() });
      };
      const two = graph(boom("1"), boom("2"));
      const mixed = graph(boom("1"), () => ({ log: [kit.lg.interrupt("?")] }));
      return [
        await outcome(() => two.invoke({ n: 1 }, inThread())),
        await outcome(() => mixed.invoke({ n: 1 }, inThread())),
        (await mixed.getState(inThread())).next,
      ];
    },
  },
];

const caching: Scenario[] = [
  ...([true, { ttl: 10 }, { keyFunc: ([{ n }]: Any) => String(n) }] as Any[]).map(
    (cachePolicy): Scenario => ({
      name: `cache ${JSON.stringify(cachePolicy)}`,
      run: async (kit) => {
        const { InMemoryCache } = (await import("@langchain/langgraph-checkpoint")) as Any;
        let runs = 0;
        const graph = new kit.lg.StateGraph(logState(kit))
          .addNode(
            "a",
            (() => {
              runs += 1;
              return { log: ["a"] };
            }) as Any,
            { cachePolicy },
          )
          .addNode("b", log("b"))
          .addEdge("__start__", "a")
          .addEdge("a", "b")
          .compile({ cache: new InMemoryCache(), checkpointer: new kit.lg.MemorySaver() }) as Any;
        const told: unknown[] = [];
        for (const [thread, input] of [
          ["1", { n: 1 }],
          ["2", { n: 1 }],
          ["3", { n: 2 }],
          ["4", { n: 1, log: ["x"] }],
        ] as Any[]) {
          told.push(
            await chunks(() => graph.stream(input, inThread(thread, { streamMode: ["updates", "values", "tasks"] }))),
          );
        }
        await graph.clearCache();
        await graph.invoke({ n: 1 }, inThread("5"));
        return [told, runs, await history(graph, inThread("2"))];
      },
    }),
  ),
  {
    name: "cached tasks of a workflow",
    run: async (kit) => {
      const { InMemoryCache } = (await import("@langchain/langgraph-checkpoint")) as Any;
      let runs = 0;
      const slow = kit.lg.task({ name: "slow", cachePolicy: { ttl: 100 } as Any }, async (n: number) => {
        runs += 1;
        return n * 2;
      });
      const flow = kit.lg.entrypoint({ name: "flow", cache: new InMemoryCache() }, async (n: number) => [
        await slow(n),
        await slow(n + 1),
      ]) as Any;
      return [await chunks(() => flow.stream(2, { streamMode: ["updates"] })), await flow.invoke(2), runs];
    },
  },
  {
    name: "failures and questions are not cached",
    run: async (kit) => {
      const { InMemoryCache } = (await import("@langchain/langgraph-checkpoint")) as Any;
      let runs = 0;
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode(
          "a",
          (() => {
            runs += 1;
            if (runs === 1) throw new Error("once");
            return { log: [kit.lg.interrupt("?")] };
          }) as Any,
          { cachePolicy: true },
        )
        .addEdge("__start__", "a")
        .compile({ cache: new InMemoryCache(), checkpointer: new kit.lg.MemorySaver() }) as Any;
      return [
        await outcome(() => graph.invoke({ n: 1 }, inThread())),
        await outcome(() => graph.invoke(null, inThread())),
        await outcome(() => graph.invoke(new kit.lg.Command({ resume: "r" }), inThread())),
        await outcome(() => graph.invoke({ n: 1 }, inThread("2"))),
        runs,
      ];
    },
  },
];

const control: Scenario[] = [
  {
    name: "drain before, during and after",
    run: async (kit) => {
      const control = new kit.lg.RunControl();
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode("a", ((_state: Any, config: Any) => {
          config.control.requestDrain("bye");
          return { log: ["a"] };
        }) as Any)
        .addNode("b", log("b"))
        .addEdge("__start__", "a")
        .addEdge("a", "b")
        .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
      const during = await outcome(() => graph.invoke({ n: 1 }, inThread("1", { control })));
      const state = await graph.getState(inThread());
      const resumed = await outcome(() => graph.invoke(null, inThread()));
      const drained = new kit.lg.RunControl();
      drained.requestDrain();
      const before = await outcome(() => graph.invoke({ n: 1 }, inThread("2", { control: drained })));
      return [
        during,
        state,
        resumed,
        before,
        await graph.getState(inThread("2")),
        control.drainRequested,
        control.drainReason,
        drained.drainReason,
      ];
    },
  },
  {
    name: "drain inside of a child, and at the last step",
    run: async (kit) => {
      const drain = ((_state: Any, config: Any) => {
        config.control.requestDrain("bye");
        return { log: ["drain"] };
      }) as Any;
      const child = new kit.lg.StateGraph(logState(kit))
        .addNode("x", drain)
        .addNode("y", log("y"))
        .addEdge("__start__", "x")
        .addEdge("x", "y")
        .compile();
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode("sub", child)
        .addNode("after", log("after"))
        .addEdge("__start__", "sub")
        .addEdge("sub", "after")
        .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
      const last = new kit.lg.StateGraph(logState(kit))
        .addNode("x", drain)
        .addEdge("__start__", "x")
        .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
      return [
        await chunks(() => graph.stream({ n: 1 }, inThread("1", { streamMode: "updates", subgraphs: true }))),
        await graph.getState(inThread(), { subgraphs: true }),
        await outcome(() => graph.invoke(null, inThread())),
        await outcome(() => last.invoke({ n: 1 }, inThread())),
      ];
    },
  },
  {
    name: "a signal that is aborted before, during, with a reason, and a cancelled stream",
    run: async (kit) => {
      const { wait, open } = gate();
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode("a", (async () => {
          open();
          await later(20);
          return { log: ["a"] };
        }) as Any)
        .addNode("b", log("b"))
        .addEdge("__start__", "a")
        .addEdge("a", "b")
        .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
      const abort = new AbortController();
      const before = await outcome(() => graph.invoke({ n: 1 }, inThread("0", { signal: AbortSignal.abort() })));
      const running = outcome(() => graph.invoke({ n: 1 }, inThread("1", { signal: abort.signal })));
      await wait;
      abort.abort();
      const during = await running;
      const timed = await outcome(() => graph.invoke({ n: 1 }, inThread("2", { signal: AbortSignal.timeout(5) })));
      const stream = await graph.stream({ n: 1 }, inThread("3", { streamMode: "values" }));
      const told: unknown[] = [];
      for await (const chunk of stream) {
        told.push(chunk);
        break;
      }
      await later(30);
      return [before, during, timed, told, (await graph.getState(inThread("1"))).next];
    },
  },
  {
    name: "the timeout of a call",
    run: async (kit) => {
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode("a", (() => later(50)) as Any)
        .addEdge("__start__", "a")
        .compile() as Any;
      return outcome(() => graph.invoke({ n: 1 }, { timeout: 5 }));
    },
  },
];

export const scenarios: Scenario[] = [...retrying, ...timing, ...handling, ...caching, ...control];
