import { expect, test } from "vitest";
import { chunksOf, LogState, thread } from "../../testing/log-graph.ts";
import { reopened } from "../../testing/reopened-saver.ts";
import { Command, type CompileOptions, interrupt, MemorySaver, type RetryPolicy, START, StateGraph } from "../index.ts";
import { step } from "./step.ts";

type LogNode = (state: typeof LogState.State) => Promise<Partial<typeof LogState.Update>>;

function graphOf(node: LogNode, options: CompileOptions<"__start__" | "n1"> = {}, retryPolicy?: RetryPolicy) {
  return new StateGraph(LogState)
    .addNode("n1", node, retryPolicy === undefined ? {} : { retryPolicy })
    .addEdge(START, "n1")
    .compile(options);
}

/** A function that remembers the keys it ran with. */
function recorder() {
  const keys: string[] = [];
  const record = ({ idempotencyKey }: { idempotencyKey: string }) => {
    keys.push(idempotencyKey);
    return `ran ${keys.length}`;
  };
  return { keys, record };
}

const RETRY: RetryPolicy = {
  initialInterval: 1,
  maxAttempts: 3,
  jitter: false,
  retryOn: () => true,
  logWarning: false,
};

test("a step runs once although an interrupt makes its node run twice", async () => {
  const { keys, record } = recorder();
  const graph = graphOf(
    async () => {
      const result = await step("charge", record);
      return { log: [result, interrupt<string, string>("sure?")] };
    },
    { checkpointer: new MemorySaver() },
  );
  await graph.invoke({ n: 1 }, thread());
  expect(await graph.invoke(new Command({ resume: "yes" }), thread())).toEqual({ n: 1, log: ["ran 1", "yes"] });
  expect(keys).toHaveLength(1);
});

test.each([true, false])("a step runs once although its node is retried (with a saver: %s)", async (isSaved) => {
  const { keys, record } = recorder();
  let attempts = 0;
  const node = async () => {
    const result = await step("charge", record);
    attempts += 1;
    if (attempts < 3) throw new Error("flaky");
    return { log: [result] };
  };
  const graph = graphOf(node, isSaved ? { checkpointer: new MemorySaver() } : {}, RETRY);
  expect(await graph.invoke({ n: 1 }, thread())).toEqual({ n: 1, log: ["ran 1"] });
  expect([attempts, keys.length]).toEqual([3, 1]);
});

test.each(["async", "sync"] as const)(
  "a new process takes over the steps of one that died (%s)",
  async (durability) => {
    const storage = new MemorySaver();
    const { keys, record } = recorder();
    const death = new AbortController();
    const died = graphOf(
      async () => {
        await step("charge", record);
        death.abort(new Error("killed"));
        return new Promise<never>(() => {});
      },
      { checkpointer: reopened(storage) },
    );
    await expect(died.invoke({ n: 1 }, { ...thread(), durability, signal: death.signal })).rejects.toThrow("killed");
    const revived = graphOf(async () => ({ log: [await step("charge", record), await step("mail", record)] }), {
      checkpointer: reopened(storage),
    });
    expect(await revived.invoke(null, thread())).toEqual({ n: 1, log: ["ran 1", "ran 2"] });
    expect(keys).toHaveLength(2);
  },
);

test("a step that failed runs again, with the same key", async () => {
  const keys: string[] = [];
  const flaky = ({ idempotencyKey }: { idempotencyKey: string }) => {
    keys.push(idempotencyKey);
    if (keys.length === 1) throw new Error("flaky");
    return "done";
  };
  const graph = graphOf(async () => ({ log: [await step("charge", flaky)] }), { checkpointer: new MemorySaver() });
  await expect(graph.invoke({ n: 1 }, thread())).rejects.toThrow("flaky");
  expect(await graph.invoke(null, thread())).toEqual({ n: 1, log: ["done"] });
  expect(keys[1]).toBe(keys[0]);
});

test("a step has retries of its own", async () => {
  let attempts = 0;
  const flaky = () => {
    attempts += 1;
    if (attempts < 3) throw new Error("flaky");
    return "done";
  };
  const graph = graphOf(async () => ({ log: [await step("charge", flaky, { retry: RETRY })] }));
  expect(await graph.invoke({ n: 1 })).toEqual({ n: 1, log: ["done"] });
});

test("steps of one name are told apart by their order, and may run side by side", async () => {
  const { keys, record } = recorder();
  const graph = graphOf(
    async () => {
      const results = await Promise.all([step("a", record), step("a", record), step("b", record)]);
      interrupt("sure?");
      return { log: results };
    },
    { checkpointer: new MemorySaver() },
  );
  await graph.invoke({ n: 1 }, thread());
  expect(await graph.invoke(new Command({ resume: "yes" }), thread())).toMatchObject({
    log: ["ran 1", "ran 2", "ran 3"],
  });
  expect(new Set(keys).size).toBe(3);
});

test("the next visit of a node runs its steps again", async () => {
  const { keys, record } = recorder();
  const graph = graphOf(async () => ({ log: [await step("a", record)] }), { checkpointer: new MemorySaver() });
  await graph.invoke({ n: 1 }, thread());
  expect(await graph.invoke({ n: 1 }, thread())).toMatchObject({ log: ["ran 1", "ran 2"] });
  expect(keys[0]).not.toBe(keys[1]);
});

test("streams and states show the node and not its steps", async () => {
  const graph = graphOf(async () => ({ log: [await step("a", () => "x")] }), { checkpointer: new MemorySaver() });
  const chunks = await chunksOf(graph.stream({ n: 1 }, { ...thread(), streamMode: ["updates", "tasks"] }));
  expect(chunks.map(([mode, chunk]) => [mode, "name" in chunk ? chunk.name : Object.keys(chunk)])).toEqual([
    ["tasks", "n1"],
    ["updates", ["n1"]],
    ["tasks", "n1"],
  ]);
});

test("a step outside of a node says what to do", async () => {
  await expect(step("a", () => 1)).rejects.toThrow("outside of a graph node");
  await expect(step("a:b", () => 1)).rejects.toThrow("reserved");
});
