import { SqliteSaver } from "@heddle/backend-sqlite";
import * as heddle from "@langchain/langgraph";
import * as checkpoint from "@langchain/langgraph-checkpoint";
import * as official from "official-langgraph";
import { describe, expect, it } from "vitest";
import { beginning, buildLetter, type Engine } from "../testing/letter.ts";

const ours = heddle as unknown as Engine;
const config = { configurable: { thread_id: "1" } };

type Saver = Parameters<typeof buildLetter>[1];

describe.each<[string, Engine, () => unknown]>([
  ["the official MemorySaver on our engine", ours, () => new checkpoint.MemorySaver()],
  ["our MemorySaver on our engine", ours, () => new heddle.MemorySaver()],
  ["our SqliteSaver on our engine", ours, () => SqliteSaver.fromFile(":memory:")],
  ["our MemorySaver on the official engine", official, () => new heddle.MemorySaver()],
  ["our SqliteSaver on the official engine", official, () => SqliteSaver.fromFile(":memory:")],
])("%s", (_name, engine, createSaver) => {
  it("pauses, resumes, and remembers", async () => {
    const graph = buildLetter(engine, createSaver() as Saver);
    await graph.invoke(beginning(), config);
    await graph.invoke(new engine.Command({ resume: "Ada" }), config);
    const { messages } = await graph.invoke(new engine.Command({ resume: "today" }), config);
    expect(messages.at(-1)?.text).toBe("Dear Ada, part one and part two, sent today.");
    const steps: unknown[] = [];
    for await (const { metadata } of graph.getStateHistory(config)) steps.push(metadata?.step);
    expect(steps).toEqual([5, 4, 3, 2, 1, 0, -1]);
  });
});

describe.each<[string, Pick<typeof official, "Annotation" | "StateGraph" | "START" | "getStore">, () => unknown]>([
  ["the official InMemoryStore on our engine", heddle as never, () => new checkpoint.InMemoryStore()],
  ["our InMemoryStore on our engine", heddle as never, () => new heddle.InMemoryStore()],
  ["our InMemoryStore on the official engine", official, () => new heddle.InMemoryStore()],
])("%s", (_name, { Annotation, StateGraph, START, getStore }, createStore) => {
  it("keeps what nodes put into it, and finds it again", async () => {
    const store = createStore() as InstanceType<typeof checkpoint.InMemoryStore>;
    const State = Annotation.Root({ found: Annotation<unknown[]> });
    const graph = new StateGraph(State)
      .addNode("write", async (_state, { store: given }) => {
        await given?.put(["users", "ada"], "likes", { what: "looms" });
        await getStore()?.put(["users", "bea"], "likes", { what: "silk" });
        return {};
      })
      .addNode("read", async (_state, { store: given }) => {
        const found = await given?.search(["users"], { filter: { what: "silk" } });
        return { found: [await given?.get(["users", "ada"], "likes"), ...(found ?? [])].map((item) => item?.value) };
      })
      .addEdge(START, "write")
      .addEdge("write", "read")
      .compile({ store });
    expect(await graph.invoke({})).toEqual({ found: [{ what: "looms" }, { what: "silk" }] });
    expect((await store.get(["users", "ada"], "likes"))?.key).toBe("likes");
  });
});
