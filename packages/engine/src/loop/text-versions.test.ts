import { expect, test } from "vitest";
import { LogState, logGraph, thread } from "../../testing/log-graph.ts";
import { Command, interrupt, MemorySaver, START, StateGraph } from "../index.ts";

/** Versions as some PostgreSQL savers make them: text that sorts. */
class TextVersions extends MemorySaver {
  override getNextVersion(current: number | undefined): never {
    const next = current === undefined ? 1 : Number.parseInt(String(current), 10) + 1;
    return `${String(next).padStart(8, "0")}.${Math.random().toString(16).slice(2, 6)}` as never;
  }
}

test("a saver may number versions with text, and every change of a step gets the same one", async () => {
  const saver = new TextVersions();
  const graph = logGraph("a", "b").addEdge(START, "a").addEdge("a", "b").compile({ checkpointer: saver });
  expect((await graph.invoke({ n: 1 }, thread())).log).toEqual(["a", "b"]);
  const tuple = await saver.getTuple(thread());
  expect(new Set(Object.values(tuple?.checkpoint.channel_versions ?? {})).size).toBe(3);
});

test("pauses and resumes work with them", async () => {
  const graph = new StateGraph(LogState)
    .addNode("a", () => ({ log: [interrupt<string, string>("q")] }))
    .addEdge(START, "a")
    .compile({ checkpointer: new TextVersions(), interruptBefore: ["a"] });
  await graph.invoke({ n: 1 }, thread());
  await graph.invoke(null, thread());
  expect((await graph.invoke(new Command({ resume: "R" }), thread())).log).toEqual(["R"]);
});
