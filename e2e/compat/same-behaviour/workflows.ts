import type { Scenario } from "../testing/engines.ts";
import { type Any, chunks, history, inThread, logState, outcome } from "../testing/observe.ts";

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const quick = { initialInterval: 1, jitter: false, logWarning: false, maxAttempts: 3 };

export const scenarios: Scenario[] = [
  {
    name: "tasks that ask one after the other, and are not run again",
    run: async (kit) => {
      const { lg } = kit as Any;
      const ran: string[] = [];
      const ask = lg.task("ask", async (what: string) => {
        ran.push(what);
        return `${what}: ${lg.interrupt(what)}`;
      });
      const work = lg.task("work", async (n: number) => {
        ran.push(`work ${n}`);
        return n;
      });
      const flow = lg.entrypoint({ name: "flow", checkpointer: new lg.MemorySaver() }, async (n: number) => [
        await work(n),
        await ask("a"),
        await work(n + 1),
        await ask("b"),
      ]);
      const told: unknown[] = [];
      for (const turn of [1, null, new lg.Command({ resume: "A" }), new lg.Command({ resume: "B" })]) {
        told.push(await outcome(() => flow.invoke(turn, inThread())));
        const { next, tasks } = await flow.getState(inThread());
        told.push(
          next,
          tasks.map(({ name, interrupts, path }: Any) => [name, path, interrupts.map(({ value }: Any) => value)]),
        );
      }
      return [
        told,
        ran,
        (await history(flow)).map((state: Any) => [
          state.metadata.source,
          state.metadata.step,
          state.values,
          state.next,
        ]),
      ];
    },
  },
  {
    name: "retries and timeouts of tasks and workflows",
    run: async (kit) => {
      const { lg } = kit as Any;
      let attempts = 0;
      const flaky = lg.task({ name: "flaky", retry: quick }, async () => {
        attempts += 1;
        if (attempts < 3) throw new Error("not yet");
        return attempts;
      });
      const slow = lg.task({ name: "slow", timeout: 5 }, async () => later(1000));
      const retried = lg.entrypoint({ name: "retried" }, async () => flaky());
      const late = lg.entrypoint({ name: "late", timeout: 5 }, async () => later(1000));
      const lateTask = lg.entrypoint({ name: "lateTask" }, async () => slow());
      const failing = lg.entrypoint({ name: "failing", checkpointer: new lg.MemorySaver() }, async () => {
        throw new RangeError("no");
      });
      const name = async (act: () => unknown): Promise<unknown> => {
        const { thrown, returned } = (await outcome(act)) as Any;
        return thrown === undefined ? returned : [thrown.name, thrown.kind, thrown.node];
      };
      return [
        await name(() => retried.invoke({})),
        attempts,
        await name(() => late.invoke({})),
        await name(() => lateTask.invoke({})),
        await name(() => failing.invoke({}, inThread())),
        await failing.getState(inThread()),
      ];
    },
  },
  {
    name: "custom chunks, stores and contexts in workflows",
    run: async (kit) => {
      const { lg } = kit as Any;
      const store = new lg.InMemoryStore();
      const note = lg.task("note", async (text: string) => {
        lg.getWriter()?.({ note: text });
        await lg.getStore()?.put(["notes"], text, { text });
        return text.length;
      });
      const flow = lg.entrypoint({ name: "flow", store }, async (input: Any, config: Any) => {
        config.writer?.({ began: input, context: config.context });
        const lengths = await Promise.all([note("one"), note("three")]);
        return { lengths, found: (await config.store.search(["notes"])).map(({ key }: Any) => key).sort() };
      });
      return [
        await chunks(() => flow.stream("in", { streamMode: ["custom", "updates", "values"], context: { c: 1 } })),
        await outcome(() => flow.invoke("in")),
        flow.streamMode,
      ];
    },
  },
  {
    name: "a workflow in a graph, a graph in a workflow, tasks in nodes",
    run: async (kit) => {
      const { lg } = kit as Any;
      const ran: string[] = [];
      const double = lg.task("double", async (n: number) => {
        ran.push(`double ${n}`);
        return n * 2;
      });
      const inner = lg.entrypoint({ name: "inner" }, async (n: number) => (await double(n)) + lg.interrupt("add?"));
      const graph = new lg.StateGraph(logState(kit))
        .addNode("node", async ({ n }: Any) => {
          const doubled = await double(n);
          return { log: [`${doubled} ${lg.interrupt("sure?")}`] };
        })
        .addNode("flow", async ({ n }: Any) => ({ log: [`${await inner.invoke(n)}`] }))
        .addEdge("__start__", "node")
        .addEdge("node", "flow")
        .compile({ checkpointer: new lg.MemorySaver() });
      const outer = lg.entrypoint(
        { name: "outer", checkpointer: new lg.MemorySaver() },
        async (n: number) => (await graph.invoke({ n })).log,
      );
      const told: unknown[] = [];
      for (const turn of [{ n: 2 }, new lg.Command({ resume: "yes" }), new lg.Command({ resume: 10 })])
        told.push(await chunks(() => graph.stream(turn, inThread("1", { streamMode: "updates" }))));
      for (const turn of [3, new lg.Command({ resume: "yes" }), new lg.Command({ resume: 20 })])
        told.push(await outcome(() => outer.invoke(turn, inThread("2"))));
      return [told, ran];
    },
  },
  {
    name: "packets and commands given as input, and packets with odd arguments",
    run: async (kit) => {
      const { lg } = kit as Any;
      const graph = new lg.StateGraph(logState(kit))
        .addNode("w", (input: Any) => ({ log: [JSON.stringify(input) ?? "undefined"] }))
        .addConditionalEdges(
          "__start__",
          ({ n }: Any) => [
            new lg.Send("w", n),
            new lg.Send("w", null),
            new lg.Send("w", [1, "two"]),
            new lg.Send("w", { deep: { n } }),
          ],
          ["w"],
        )
        .compile({ checkpointer: new lg.MemorySaver() });
      return [
        await outcome(() => graph.invoke({ n: 1 }, inThread())),
        await outcome(() =>
          graph.invoke(new lg.Command({ goto: [new lg.Send("w", { a: 1 }), new lg.Send("w", { a: 2 })] }), inThread()),
        ),
        await outcome(() => graph.invoke(new lg.Command({ goto: "w" }), inThread())),
        await outcome(() => graph.invoke(new lg.Command({ goto: ["w", new lg.Send("nope", 1)] }), inThread())),
        await outcome(() => graph.invoke(new lg.Command({ update: { nope: 1 } }), inThread())),
        await outcome(() => graph.invoke(new lg.Command({ goto: "nope" }), inThread())),
        await outcome(() => graph.invoke(new lg.Command({ goto: 7 as Any }), inThread())),
      ];
    },
  },
];
