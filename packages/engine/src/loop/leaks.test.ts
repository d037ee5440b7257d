import { afterEach, beforeEach, expect, test } from "vitest";
import { chunksOf, LogState, log, thread } from "../../testing/log-graph.ts";
import { Command, entrypoint, interrupt, MemorySaver, START, StateGraph, task } from "../index.ts";

const rejections: unknown[] = [];
const onRejection = (reason: unknown) => void rejections.push(reason);
const timers = new Set<unknown>();
const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;

/** Timers that have neither fired nor been cleared. */
function watchTimers(): void {
  timers.clear();
  const watched = (fn: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const timer = realSetTimeout(() => {
      timers.delete(timer);
      fn(...args);
    }, ms);
    timers.add(timer);
    return timer;
  };
  globalThis.setTimeout = watched as typeof setTimeout;
  globalThis.clearTimeout = (timer) => {
    timers.delete(timer);
    realClearTimeout(timer as NodeJS.Timeout);
  };
}

beforeEach(() => {
  rejections.length = 0;
  process.on("unhandledRejection", onRejection);
  watchTimers();
});
afterEach(async () => {
  await turn();
  process.off("unhandledRejection", onRejection);
  Object.assign(globalThis, { setTimeout: realSetTimeout, clearTimeout: realClearTimeout });
  expect(rejections).toEqual([]);
  expect([...timers]).toEqual([]);
});

/** Lets everything that is due happen: rejections are told after the microtasks. */
const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

/** A signal that knows how many listen to it. */
function watchedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  const listening = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listening.add(args[1]);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listening.delete(args[1]);
    remove(...args);
  };
  return { controller, signal, listening };
}

type Node = (
  state: typeof LogState.State,
) => Partial<typeof LogState.Update> | Promise<Partial<typeof LogState.Update>>;

const graphOf = (node: Node, options: object = {}) =>
  new StateGraph(LogState)
    .addNode("a", node, options)
    .addNode("b", log("b"))
    .addEdge(START, "a")
    .addEdge("a", "b")
    .compile({ checkpointer: new MemorySaver() });

const boom = (): never => {
  throw new Error("boom");
};
const never = () => new Promise<never>(() => {});
const quick = { initialInterval: 1, maxAttempts: 2, jitter: false, logWarning: false };

test.each<[string, Node, object]>([
  ["succeeds", log("a"), {}],
  ["fails", boom, {}],
  ["asks", () => ({ log: [interrupt<string, string>("?")] }), {}],
  ["is retried", boom, { retryPolicy: quick }],
  ["takes too long", never, { timeout: 1 }],
  ["is too silent", never, { timeout: { idleTimeout: 1 } }],
  ["has time", log("a"), { timeout: 60_000, retryPolicy: quick }],
  ["calls a graph", async () => graphOf(log("x")).invoke({ n: 1 }), {}],
])("a run that %s leaves nothing behind on its caller's signal", async (_what, node, options) => {
  const { signal, listening } = watchedSignal();
  const graph = graphOf(node, options);
  for (let i = 0; i < 3; i++) await graph.invoke({ n: 1 }, { ...thread(String(i)), signal }).catch(() => {});
  expect(listening.size).toBe(0);
});

test("a run that is aborted leaves nothing behind, though its nodes go on", async () => {
  const { controller, signal, listening } = watchedSignal();
  let fail = (_error: Error) => {};
  let begun = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const node = () => {
    begun();
    return new Promise<never>((_, reject) => {
      fail = reject;
    });
  };
  const running = graphOf(node, { timeout: 60_000, retryPolicy: quick }).invoke({ n: 1 }, { ...thread(), signal });
  await started;
  controller.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
  // Nobody waits for the node any more; its failure is nobody's.
  fail(new Error("late"));
  await turn();
  expect(listening.size).toBe(0);
});

test("a wait between two attempts ends with the run", async () => {
  const { controller, signal, listening } = watchedSignal();
  let attempts = 0;
  const node = (): never => {
    attempts += 1;
    setImmediate(() => controller.abort(new Error("enough")));
    throw new Error("boom");
  };
  const graph = graphOf(node, { retryPolicy: { ...quick, initialInterval: 60_000 } });
  await expect(graph.invoke({ n: 1 }, { ...thread(), signal })).rejects.toThrow("enough");
  expect([attempts, listening.size]).toEqual([1, 0]);
});

test("streams that nobody reads, reads to the end, or asks for their output harm nobody", async () => {
  const graph = graphOf(boom);
  await graph.stream({ n: 1 }, thread("1")).catch(() => {});
  await chunksOf(graph.stream({ n: 1 }, { ...thread("2"), streamMode: "values" })).catch(() => {});
  for await (const _ of await graphOf(log("a")).stream({ n: 1 }, { ...thread("3"), streamMode: "values" })) break;
  await graph.streamEvents({ n: 1 }, { ...thread("4"), version: "v3" });
  const run = await graph.streamEvents({ n: 1 }, { ...thread("5"), version: "v3" });
  void run.output;
  for await (const _ of graph.streamEvents({ n: 1 }, { ...thread("6"), version: "v2" })) break;
});

test("tasks that nobody waits for harm nobody", async () => {
  const broken = task("broken", async () => boom());
  const slow = task("slow", async () => turn());
  const flow = entrypoint({ name: "flow", checkpointer: new MemorySaver() }, async () => {
    void broken();
    void slow();
    return "done";
  });
  expect(await flow.invoke({}, thread())).toBe("done");
});

test("siblings that fail after the first are nobody's", async () => {
  let failLate = () => {};
  const graph = new StateGraph(LogState)
    .addNode("a", boom as Node)
    .addNode(
      "b",
      () =>
        new Promise<never>((_, reject) => {
          failLate = () => reject(new Error("late"));
        }),
    )
    .addEdge(START, "a")
    .addEdge(START, "b")
    .compile();
  await expect(graph.invoke({ n: 1 })).rejects.toThrow("boom");
  failLate();
  await turn();
});

test("a saver that fails in the background makes the run fail, and nothing else", async () => {
  class Broken extends MemorySaver {
    override async putWrites(): Promise<void> {
      throw new Error("disk full");
    }
  }
  const graph = new StateGraph(LogState)
    .addNode("a", log("a"))
    .addEdge(START, "a")
    .compile({ checkpointer: new Broken() });
  await expect(graph.invoke({ n: 1 }, thread())).rejects.toThrow("disk full");
  await expect(graph.invoke(new Command({ update: { n: 2 } }), thread())).rejects.toThrow();
});
