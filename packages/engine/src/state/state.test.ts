import { AIMessage, HumanMessage, RemoveMessage } from "@langchain/core/messages";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import * as z3 from "zod/v3";
import { thread } from "../../testing/log-graph.ts";
import {
  DeltaValue,
  getInputTypeSchema,
  getStateTypeSchema,
  MemorySaver,
  MessagesDeltaValue,
  messagesStateReducer,
  Overwrite,
  REMOVE_ALL_MESSAGES,
  ReducedValue,
  START,
  StateGraph,
  StateSchema,
  UntrackedValue,
  withLangGraph,
} from "../index.ts";

describe("messagesStateReducer", () => {
  const human = (content: string, id: string) => new HumanMessage({ content, id });
  const contents = (messages: { content: unknown }[]) => messages.map((message) => message.content);
  test("replaces by id, appends what is new, and gives missing ids", () => {
    const merged = messagesStateReducer([human("a", "1"), human("b", "2")], [human("B", "2"), "c"]);
    expect(contents(merged)).toEqual(["a", "B", "c"]);
    expect(merged[2]?.id).toMatch(/^[0-9a-f-]{36}$/);
  });
  test("removes by id; adding again in the same batch cancels the removal", () => {
    expect(
      contents(messagesStateReducer([human("a", "1"), human("b", "2")], [new RemoveMessage({ id: "1" })])),
    ).toEqual(["b"]);
    expect(
      contents(messagesStateReducer([human("a", "1")], [new RemoveMessage({ id: "1" }), human("again", "1")])),
    ).toEqual(["again"]);
    expect(() => messagesStateReducer([], [new RemoveMessage({ id: "9" })])).toThrow(
      "Attempting to delete a message with an ID that doesn't exist ('9')",
    );
  });
  test("keeps only what follows the last marker that removes all", () => {
    const merged = messagesStateReducer(
      [human("a", "1")],
      [human("b", "2"), new RemoveMessage({ id: REMOVE_ALL_MESSAGES }), human("c", "3")],
    );
    expect(contents(merged)).toEqual(["c"]);
  });
});

// Zod 3 does not apply defaults inside of a partial object; upstream leaves it at that.
describe.each([
  ["zod 4", z, { s: "dflt" }],
  ["zod 3", z3.z as unknown as typeof z, {}],
])("a state of %s", (_name, zod, defaults) => {
  const State = zod.object({ n: zod.coerce.number(), s: zod.string().default("dflt"), seen: zod.string().optional() });
  const graph = (node: () => object) =>
    new StateGraph(State)
      .addNode("a", node as never)
      .addEdge(START, "a")
      .compile();
  test("parses input, with defaults, and what nodes return", async () => {
    expect(await graph(() => ({ n: "7" })).invoke({ n: "5" } as never)).toEqual({ n: 7, ...defaults });
  });
  test("refuses what does not fit", async () => {
    await expect(graph(() => ({})).invoke({ n: 1, s: 5 } as never)).rejects.toThrow();
    await expect(graph(() => ({ s: 5 })).invoke({ n: 1 })).rejects.toThrow();
  });
  test("drops unknown keys", async () => {
    expect(await graph(() => ({ seen: "x" })).invoke({ n: 1, zz: 1 } as never)).toEqual({
      n: 1,
      ...defaults,
      seen: "x",
    });
  });
});

test("a zod field may have a reducer, whose schema its writes must fit", async () => {
  const State = z.object({
    log: withLangGraph(z.array(z.string()), {
      reducer: { schema: z.string(), fn: (a: string[], b: string) => [...a, b] },
      default: () => [],
      jsonSchemaExtra: { langgraph_type: "messages" },
    }),
  });
  const graph = new StateGraph(State)
    .addNode("a", () => ({ log: "a" }) as never)
    .addEdge(START, "a")
    .compile();
  expect(await graph.invoke({ log: "in" } as never)).toEqual({ log: ["in", "a"] });
  expect(getStateTypeSchema(graph)).toMatchObject({
    properties: { log: { type: "array", langgraph_type: "messages" } },
  });
  expect(getInputTypeSchema(graph)).toMatchObject({ properties: { log: { type: "string" } } });
});

test("a context schema checks the context", async () => {
  const graph = new StateGraph(z.object({ n: z.number() }), z.object({ user: z.string() }))
    .addNode("a", () => ({ n: 2 }))
    .addEdge(START, "a")
    .compile();
  expect(await graph.invoke({ n: 1 }, { context: { user: "u" } })).toEqual({ n: 2 });
  await expect(graph.invoke({ n: 1 }, { context: { user: 5 } as never })).rejects.toThrow();
});

describe("StateSchema", () => {
  const State = new StateSchema({
    n: z.number().default(3),
    log: new ReducedValue(
      z.array(z.string()).default(() => []),
      { inputSchema: z.string(), reducer: (a, b) => [...a, b] },
    ),
    secret: new UntrackedValue(z.string().optional()),
    title: z.string(),
  });
  test("describes itself; fields that accept nothing are required", () => {
    expect(State.getJsonSchema()).toMatchObject({
      type: "object",
      required: ["title"],
      properties: { log: { type: "array" } },
    });
    expect(State.getInputJsonSchema()).not.toHaveProperty("required");
    expect(State.getInputJsonSchema()).toMatchObject({ properties: { log: { type: "string" } } });
  });
  test("checks input and updates; untracked values are not stored", async () => {
    const graph = new StateGraph(State)
      .addNode("a", () => ({ log: "a", secret: "s" }))
      .addEdge(START, "a")
      .compile({ checkpointer: new MemorySaver() });
    expect(await graph.invoke({ log: "in", title: "t" }, thread())).toEqual({
      n: 3,
      log: ["in", "a"],
      secret: "s",
      title: "t",
    });
    expect((await graph.getState(thread())).values).toEqual({ n: 3, log: ["in", "a"], title: "t" });
    await expect(graph.invoke({ log: 5 } as never, thread())).rejects.toThrow('Validation failed for field "log"');
  });
  test("checks overwrites against the value, not the input", async () => {
    expect(await State.validateInput({ log: new Overwrite(["x"]) })).toEqual({ log: { __overwrite__: ["x"] } });
    await expect(State.validateInput({ log: new Overwrite("x") })).rejects.toThrow('Validation failed for field "log"');
  });
  test("refuses fields that are no schemas", () => {
    expect(() => new StateSchema({ a: 5 } as never).getChannels()).toThrow('Invalid state field "a"');
  });
});

test("delta values are rebuilt from writes and snapshots, on forks too", async () => {
  const State = new StateSchema({
    log: new DeltaValue(
      z.array(z.string()).default(() => []),
      {
        inputSchema: z.array(z.string()),
        reducer: (state, writes) => [...state, ...writes.flat()],
        snapshotFrequency: 3,
      },
    ),
    messages: MessagesDeltaValue,
  });
  const saver = new MemorySaver();
  const graph = new StateGraph(State)
    .addNode("a", () => ({ log: ["a"], messages: [new AIMessage("r")] }))
    .addNode("b", () => ({ log: ["b"] }))
    .addEdge(START, "a")
    .addEdge("a", "b")
    .compile({ checkpointer: saver });
  for (const turn of ["1", "2", "3"]) await graph.invoke({ log: [turn], messages: [new HumanMessage(turn)] }, thread());
  const { values } = await graph.getState(thread());
  expect(values.log.join("")).toBe("1ab2ab3ab");
  expect(values.messages.map((message: AIMessage) => message.content).join("")).toBe("1r2r3r");
  expect((await saver.getTuple(thread()))?.checkpoint.channel_values).not.toHaveProperty("messages");
  const lengths: number[] = [];
  for await (const snapshot of graph.getStateHistory(thread())) lengths.push((snapshot.values.log ?? []).length);
  expect(lengths).toEqual([9, 8, 7, 6, 6, 5, 4, 3, 3, 2, 1, 0]);
  await graph.updateState(thread(), { log: new Overwrite(["X"]) }, "b");
  expect((await graph.getState(thread())).values.log).toEqual(["X"]);
});
