import { expect, test } from "vitest";
import { AsyncBatchedStore, InMemoryStore } from "./index.ts";

test("put, get and delete", async () => {
  const store = new InMemoryStore();
  await store.put(["users", "1"], "name", { first: "Ada" });
  expect((await store.get(["users", "1"], "name"))?.value).toEqual({ first: "Ada" });
  await store.delete(["users", "1"], "name");
  expect(await store.get(["users", "1"], "name")).toBeNull();
});

test("search filters below a prefix of whole labels, first written first", async () => {
  const store = new InMemoryStore();
  await store.put(["a"], "1", { n: 1 });
  await store.put(["a", "b"], "2", { n: 2 });
  await store.put(["ab"], "3", { n: 3 });
  await store.put(["a"], "1", { n: 5 });
  expect((await store.search(["a"])).map((item) => item.key)).toEqual(["1", "2"]);
  expect((await store.search(["a"], { filter: { n: { $gt: 2 } } })).map((item) => item.key)).toEqual(["1"]);
  expect((await store.search([], { limit: 1, offset: 1 })).map((item) => item.key)).toEqual(["2"]);
});

test("search by meaning ranks by similarity", async () => {
  const embed = (text: string) => [text.includes("cat") ? 1 : 0, text.includes("dog") ? 1 : 0];
  const embeddings = {
    embedQuery: async (text: string) => embed(text),
    embedDocuments: async (texts: string[]) => texts.map(embed),
  };
  const store = new InMemoryStore({ index: { dims: 2, embeddings, fields: ["text"] } });
  await store.put(["n"], "1", { text: "a dog" });
  await store.put(["n"], "2", { text: "a cat" });
  await store.put(["n"], "3", { text: "a cat" }, false);
  const found = await store.search(["n"], { query: "cat" });
  expect(found.map((item) => [item.key, item.score])).toEqual([
    ["2", 1],
    ["1", 0],
    ["3", undefined],
  ]);
});

test("namespaces are listed by prefix, suffix and depth", async () => {
  const store = new InMemoryStore();
  for (const namespace of [
    ["a", "x", "1"],
    ["a", "y", "1"],
    ["b", "x", "2"],
  ])
    await store.put(namespace, "k", {});
  expect(await store.listNamespaces({ prefix: ["a"] })).toEqual([
    ["a", "x", "1"],
    ["a", "y", "1"],
  ]);
  expect(await store.listNamespaces({ suffix: ["*", "2"] })).toEqual([["b", "x", "2"]]);
  expect(await store.listNamespaces({ maxDepth: 1 })).toEqual([["a"], ["b"]]);
});

test("broken namespaces are refused", async () => {
  const store = new InMemoryStore();
  for (const namespace of [[], [""], ["a.b"], ["langgraph"]]) {
    await expect(store.put(namespace, "k", {})).rejects.toThrow(
      expect.objectContaining({ name: "InvalidNamespaceError" }),
    );
  }
});

test("a batched store joins the operations of one turn", async () => {
  const batches: number[] = [];
  class Counting extends InMemoryStore {
    override async batch<Op extends Parameters<InMemoryStore["batch"]>[0]>(operations: Op) {
      batches.push(operations.length);
      return super.batch(operations);
    }
  }
  const store = new AsyncBatchedStore(new Counting());
  await Promise.all([store.put(["a"], "1", { n: 1 }), store.get(["a"], "1")]);
  expect(batches).toEqual([2]);
});
