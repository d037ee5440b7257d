import { expect, test } from "vitest";
import { LogState, log, thread } from "../../testing/log-graph.ts";
import { Command, interrupt, MemorySaver, Send, START, StateGraph, type StateSnapshot } from "../index.ts";

function pausingInside() {
  const ran: string[] = [];
  const note = (name: string) => () => {
    ran.push(name);
    return { log: [name] };
  };
  const inner = new StateGraph(LogState)
    .addNode("x", note("x"))
    .addNode("y", note("y"))
    .addNode("ask", () => ({ log: [`ask:${interrupt("?")}`] }))
    .addEdge(START, "x")
    .addEdge("x", "y")
    .addEdge("y", "ask")
    .compile();
  const graph = new StateGraph(LogState)
    .addNode("before", note("before"))
    .addNode("s", inner)
    .addEdge(START, "before")
    .addEdge("before", "s")
    .compile({ checkpointer: new MemorySaver() });
  return { graph, ran };
}

test("a run goes on from a checkpoint inside of a nested graph", async () => {
  const { graph, ran } = pausingInside();
  await graph.invoke({ n: 1 }, thread());
  const nested = (await graph.getState(thread(), { subgraphs: true })).tasks[0]?.state as StateSnapshot;
  const namespace = nested.config.configurable?.checkpoint_ns as string;
  const history: StateSnapshot[] = [];
  for await (const snapshot of graph.getStateHistory(thread("t", { checkpoint_ns: namespace }))) history.push(snapshot);
  const beforeY = history.find((snapshot) => snapshot.next[0] === "y") as StateSnapshot;
  const map = {
    ...nested.config.configurable?.checkpoint_map,
    [namespace]: beforeY.config.configurable?.checkpoint_id,
  };
  ran.length = 0;
  await graph.invoke(null, thread("t", { ...beforeY.config.configurable, checkpoint_map: map }));
  expect(ran).toEqual(["y"]);
  const answered = await graph.invoke(new Command({ resume: "yes" }), thread());
  expect(answered.log).toEqual(["before", "before", "x", "y", "ask:yes"]);
});

test("a packet that looks like a command arrives as one", async () => {
  const lookAlike = { lg_name: "Command", update: { n: 9 }, goto: ["b"] };
  const seen: unknown[] = [];
  const graph = new StateGraph(LogState)
    .addNode("b", (input: unknown) => {
      seen.push(input);
      return { log: ["b"] };
    })
    .addConditionalEdges(START, () => [new Send("b", lookAlike)])
    .compile({ checkpointer: new MemorySaver() });
  expect(await graph.invoke({ n: 1 }, thread())).toEqual({ n: 1, log: ["b"] });
  expect(seen[0]).toBeInstanceOf(Command);
});

test("a thousand steps are as good as ten", async () => {
  const graph = new StateGraph(LogState)
    .addNode("count", ({ n }) => ({ n: n + 1 }))
    .addNode("last", log("last"))
    .addEdge(START, "count")
    .addConditionalEdges("count", ({ n }) => (n < 1000 ? "count" : "last"))
    .compile({ checkpointer: new MemorySaver() });
  const config = { ...thread(), recursionLimit: 1002 };
  expect(await graph.invoke({ n: 0 }, config)).toEqual({ n: 1000, log: ["last"] });
});
