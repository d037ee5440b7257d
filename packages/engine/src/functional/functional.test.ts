import { describe, expect, test } from "vitest";
import { chunksOf, LogState, thread } from "../../testing/log-graph.ts";
import { Command, entrypoint, getPreviousState, interrupt, MemorySaver, START, StateGraph, task } from "../index.ts";

const add = task("add", async (a: number, b: number) => a + b);

test("tasks run side by side and stream as they finish, then the workflow", async () => {
  const workflow = entrypoint("sum", async (n: number) => {
    const [a, b] = await Promise.all([add(n, 1), add(n, 2)]);
    return a + b;
  });
  expect(await workflow.invoke(1)).toBe(5);
  expect(await chunksOf(workflow.stream(1))).toEqual([{ add: 2 }, { add: 3 }, { sum: 5 }]);
  expect(await chunksOf(workflow.stream(1, { streamMode: "values" }))).toEqual([5]);
});

test("a finished task is not run again when the workflow is resumed, falsy results included", async () => {
  let runs = 0;
  const zero = task("zero", async () => {
    runs += 1;
    return 0;
  });
  const workflow = entrypoint({ name: "w", checkpointer: new MemorySaver() }, async (_n: number) => [
    await zero(),
    interrupt<string, string>("q"),
  ]);
  await workflow.invoke(1, thread());
  expect(await chunksOf(workflow.stream(new Command({ resume: "R" }) as never, thread()))).toEqual([
    { zero: 0, __metadata__: { cached: true } },
    { w: [0, "R"] },
  ]);
  expect(runs).toBe(1);
});

test("a task may ask; each answer goes to one question", async () => {
  const ask = task("ask", async (n: number) => interrupt<string, string>(`q${n}`));
  const workflow = entrypoint({ name: "w", checkpointer: new MemorySaver() }, async (_n: number) => [
    await ask(1),
    await ask(2),
  ]);
  expect(await workflow.invoke(1, thread())).toMatchObject({ __interrupt__: [{ value: "q1" }] });
  expect(await workflow.invoke(new Command({ resume: "one" }) as never, thread())).toMatchObject({
    __interrupt__: [{ value: "q2" }],
  });
  expect(await workflow.invoke(new Command({ resume: "two" }) as never, thread())).toEqual(["one", "two"]);
});

describe("what is saved for the next run", () => {
  test("is the result", async () => {
    const workflow = entrypoint(
      { name: "w", checkpointer: new MemorySaver() },
      async (n: number) => (getPreviousState<number>() ?? 0) + n,
    );
    expect([await workflow.invoke(1, thread()), await workflow.invoke(2, thread())]).toEqual([1, 3]);
  });
  test("or what entrypoint.final says", async () => {
    const workflow = entrypoint({ name: "w", checkpointer: new MemorySaver() }, async (n: number) =>
      entrypoint.final({ value: getPreviousState<number>() ?? null, save: n * 10 }),
    );
    expect([await workflow.invoke(1, thread()), await workflow.invoke(2, thread())]).toEqual([null, 10]);
  });
});

test("a failed task can be caught, or fails the workflow", async () => {
  const bad = task("bad", async () => {
    throw new Error("boom");
  });
  expect(await entrypoint("w", async () => bad().catch((error: Error) => `caught ${error.message}`)).invoke(1)).toBe(
    "caught boom",
  );
  await expect(entrypoint("w", async () => bad()).invoke(1)).rejects.toThrow("boom");
});

test("a task retries by its own policy", async () => {
  let runs = 0;
  const flaky = task({ name: "flaky", retry: { initialInterval: 1, jitter: false, logWarning: false } }, async () => {
    if (++runs < 3) throw new Error("boom");
    return runs;
  });
  expect(await entrypoint("w", async () => flaky()).invoke(1)).toBe(3);
});

test("tasks may call tasks, and nodes may call them too", async () => {
  const twice = task("twice", async (n: number) => (await add(n, 0)) * 2);
  expect(await chunksOf(entrypoint("w", async (n: number) => twice(n)).stream(2))).toEqual([
    { add: 2 },
    { twice: 4 },
    { w: 4 },
  ]);
  const graph = new StateGraph(LogState)
    .addNode("a", async ({ n }) => ({ n: await add(n, 5) }))
    .addEdge(START, "a")
    .compile();
  expect((await graph.invoke({ n: 1 })).n).toBe(6);
});

test("generators are refused, and tasks outside of a run", () => {
  expect(() => entrypoint("g", function* () {} as never)).toThrow("Generators are disallowed as entrypoints");
  expect(() => task("g", async function* () {} as never)).toThrow("Generators are disallowed as tasks");
  expect(() => add(1, 2)).toThrow('Task "add" was called outside of an entrypoint or graph node');
});

test("an entrypoint can be a node", async () => {
  const inner = entrypoint("inner", async ({ n }: { n: number }) => ({ n: n + 1 }));
  const graph = new StateGraph(LogState)
    .addNode("a", inner as never)
    .addEdge(START, "a")
    .compile();
  expect((await graph.invoke({ n: 1 })).n).toBe(2);
});
