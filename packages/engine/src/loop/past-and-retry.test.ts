import { AIMessage } from "@langchain/core/messages";
import { expect, test } from "vitest";
import { chunksOf, LogState, log, thread } from "../../testing/log-graph.ts";
import { Command, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph } from "../index.ts";

const asking = () =>
  new StateGraph(LogState)
    .addNode("ask", () => ({ log: [interrupt<string, string>("?")] }))
    .addNode("end", log("end"))
    .addEdge(START, "ask")
    .addEdge("ask", "end")
    .compile({ checkpointer: new MemorySaver() });

test("a past question is answered anew on a branch of its own", async () => {
  const graph = asking();
  await graph.invoke({ n: 1 }, thread());
  const { config } = await graph.getState(thread());
  await graph.invoke(new Command({ resume: "first" }), thread());
  const past = { configurable: { ...config.configurable } };
  expect((await graph.invoke(new Command({ resume: "second" }), past)).log).toEqual(["second", "end"]);
});

test("what a command wrote at the head is not done again by who goes on from that checkpoint", async () => {
  const graph = asking();
  await graph.invoke({ n: 1 }, thread());
  const { config } = await graph.getState(thread());
  await graph.invoke(new Command({ goto: "end" }), thread());
  const past = { configurable: { ...config.configurable } };
  expect((await graph.invoke(new Command({ resume: "yes" }), past)).log).toEqual(["yes", "end"]);
});

test("going on with null from the head, by its id, is no replay", async () => {
  const graph = asking();
  await graph.invoke({ n: 1 }, thread());
  const { config } = await graph.getState(thread());
  await graph.invoke(null, { configurable: { ...config.configurable } });
  const steps: unknown[] = [];
  for await (const { metadata } of graph.getStateHistory(thread())) steps.push(metadata?.source);
  expect(steps).toEqual(["loop", "input"]);
});

test("an answer on a thread without a beginning runs nothing", async () => {
  const graph = asking();
  expect(await graph.invoke(new Command({ resume: "yes" }), thread())).toEqual({ log: [] });
});

test("a nested graph goes on where it failed when its node is tried again", async () => {
  const ran: string[] = [];
  const child = new StateGraph(LogState)
    .addNode("x", () => {
      ran.push("x");
      return { log: ["x"] };
    })
    .addNode("y", () => {
      ran.push("y");
      if (ran.length < 3) throw new Error("once");
      return { log: ["y"] };
    })
    .addEdge(START, "x")
    .addEdge("x", "y")
    .compile();
  const graph = new StateGraph(LogState)
    .addNode("sub", child, { retryPolicy: { initialInterval: 1, jitter: false, logWarning: false } })
    .addEdge(START, "sub")
    .compile({ checkpointer: new MemorySaver() });
  expect((await graph.invoke({ n: 1 }, thread())).log).toEqual(["x", "y"]);
  expect(ran).toEqual(["x", "y", "y"]);
});

test("at exit durability the answers of a finished nested graph are not asked for again", async () => {
  const child = new StateGraph(LogState)
    .addNode("ask", ({ n }) => ({ log: [interrupt<number, string>(n)] }))
    .addEdge(START, "ask")
    .compile();
  const graph = new StateGraph(LogState)
    .addNode("twice", async () => {
      const first = await child.invoke({ n: 1 });
      const second = await child.invoke({ n: 2 });
      return { log: [...first.log, ...second.log] };
    })
    .addEdge(START, "twice")
    .compile({ checkpointer: new MemorySaver() });
  const atExit = { ...thread(), durability: "exit" as const };
  await graph.invoke({ n: 1 }, atExit);
  await graph.invoke(new Command({ resume: "one" }), atExit);
  expect((await graph.invoke(new Command({ resume: "two" }), atExit)).log).toEqual(["one", "two"]);
});

test("the handled failure of a node is not handled again after its sibling was answered", async () => {
  let handled = 0;
  const graph = new StateGraph(LogState)
    .addNode(
      "a",
      (): { log: string[] } => {
        throw new Error("boom");
      },
      {
        errorHandler: () => {
          handled += 1;
          return { log: ["handled"] };
        },
      },
    )
    .addNode("b", () => ({ log: [interrupt<string, string>("?")] }))
    .addEdge(START, "a")
    .addEdge(START, "b")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({ n: 1 }, thread());
  expect((await graph.invoke(new Command({ resume: "yes" }), thread())).log).toEqual(["handled", "yes"]);
  expect(handled).toBe(1);
});

test("messages of one node that have no ids get different ones while they are streamed", async () => {
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("a", () => ({ messages: [new AIMessage("one"), new AIMessage("two")] }))
    .addEdge(START, "a")
    .compile();
  const chunks = await chunksOf(graph.stream({ messages: [] }, { streamMode: ["messages", "values"] }));
  expect(chunks.filter(([mode]) => mode === "messages")).toHaveLength(2);
  expect(chunks.at(-1)).toMatchObject(["values", { messages: [{ content: "one" }, { content: "two" }] }]);
});
