import { expect, test } from "vitest";
import { chunksOf, LogState, log, logGraph, thread } from "../../testing/log-graph.ts";
import { interrupt, MemorySaver, START, StateGraph } from "../index.ts";

const chain = () => logGraph("a", "b").addEdge(START, "a").addEdge("a", "b").compile();

test("hands over what a stream of several modes would, and resolves at the end", async () => {
  const streamMode: ("values" | "updates")[] = ["values", "updates"];
  const heard: unknown[] = [];
  await chain().streamTo({ n: 1 }, { streamMode }, (_namespace, mode, chunk) => heard.push([mode, chunk]));
  expect(heard).toEqual(await chunksOf(chain().stream({ n: 1 }, { streamMode })));
});

test("chunks come in the moment they are made, those of nested graphs with their namespace and only on demand", async () => {
  const order: string[] = [];
  const nested = new StateGraph(LogState)
    .addNode("inner", () => {
      order.push("inner runs");
      return { log: ["inner"] };
    })
    .addEdge(START, "inner")
    .compile();
  const graph = new StateGraph(LogState)
    .addNode("outer", nested)
    .addNode("last", () => {
      order.push("last runs");
      return {};
    })
    .addEdge(START, "outer")
    .addEdge("outer", "last")
    .compile();
  const listen = (namespace: readonly string[]) => order.push(namespace.length === 0 ? "chunk" : "nested chunk");
  await graph.streamTo({ n: 1 }, { streamMode: "updates", subgraphs: true }, listen);
  expect(order.splice(0)).toEqual(["inner runs", "nested chunk", "chunk", "last runs", "chunk"]);
  await graph.streamTo({ n: 1 }, { streamMode: "updates" }, listen);
  expect(order).toEqual(["inner runs", "chunk", "last runs", "chunk"]);
});

test("a run that pauses resolves with its question told; one that fails rejects", async () => {
  const asking = new StateGraph(LogState)
    .addNode("a", () => ({ log: [interrupt<string, string>("?")] }))
    .addEdge(START, "a")
    .compile({ checkpointer: new MemorySaver() });
  const heard: unknown[] = [];
  await asking.streamTo({ n: 1 }, { ...thread(), streamMode: "values" }, (_namespace, _mode, chunk) =>
    heard.push(chunk),
  );
  expect(heard.at(-1)).toMatchObject({ __interrupt__: [{ value: "?" }] });
  const failing = new StateGraph(LogState)
    .addNode("a", () => {
      throw new Error("boom");
    })
    .addEdge(START, "a")
    .compile();
  await expect(failing.streamTo({ n: 1 }, {}, () => {})).rejects.toThrow("boom");
});

test("a receiver that throws ends the run with its error, and hears nothing more", async () => {
  const ran: string[] = [];
  const graph = new StateGraph(LogState)
    .addNode("a", log("a"))
    .addNode("b", () => {
      ran.push("b");
      return {};
    })
    .addEdge(START, "a")
    .addEdge("a", "b")
    .compile();
  let heard = 0;
  const receive = () => {
    heard += 1;
    throw new Error("cannot take it");
  };
  await expect(graph.streamTo({ n: 1 }, { streamMode: "updates" }, receive)).rejects.toThrow("cannot take it");
  expect([heard, ran]).toEqual([1, []]);
});
