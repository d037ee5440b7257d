import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { useServer } from "../testing/bench.ts";
import { until } from "../testing/until.ts";

const bench = useServer();
const store = () => bench.client.store;

describe("the store", () => {
  test("#134 an item is put and got; putting it again keeps when it was made and moves when it was changed", async () => {
    const namespace = [randomUUID(), "notes"];
    await store().putItem(namespace, "a", { text: "one" });
    const first = await store().getItem(namespace, "a");
    expect(first).toMatchObject({ namespace, key: "a", value: { text: "one" } });
    const second = await until("time goes on", async () => {
      await store().putItem(namespace, "a", { text: "two" });
      const item = await store().getItem(namespace, "a");
      return item?.updatedAt !== first?.updatedAt && item;
    });
    expect(second).toMatchObject({ value: { text: "two" }, createdAt: first?.createdAt });
  });

  test("#135 an item that is not there is null, with status 200", async () => {
    const answer = await bench.send("GET", `/store/items?namespace=${randomUUID()}&key=nothing`);
    expect(answer).toMatchObject({ status: 200, text: "null" });
    expect(await store().getItem([randomUUID()], "nothing")).toBeNull();
  });

  test("#136 items are found by prefix and filter, in pages; namespaces by prefix, suffix and depth", async () => {
    const tag = randomUUID();
    for (const [label, kind, n] of [
      ["a", "x", 1],
      ["a", "y", 2],
      ["b", "x", 3],
    ] as const) {
      await store().putItem([tag, label, kind], "k", { kind, n });
    }
    const search = async (options: object) =>
      (await store().searchItems([tag], options)).items.map(({ value }) => value.n).sort();
    expect(await search({})).toEqual([1, 2, 3]);
    expect(await search({ filter: { kind: "x" } })).toEqual([1, 3]);
    expect(await search({ filter: { n: { $gt: 1 } } })).toEqual([2, 3]);
    expect(await search({ limit: 1, offset: 3 })).toEqual([]);
    const namespaces = async (options: object) => (await store().listNamespaces(options)).namespaces;
    expect(await namespaces({ prefix: [tag], maxDepth: 2 })).toEqual([
      [tag, "a"],
      [tag, "b"],
    ]);
    expect(await namespaces({ prefix: [tag], suffix: ["x"] })).toEqual([
      [tag, "a", "x"],
      [tag, "b", "x"],
    ]);
  });

  test("#137 deleting is answered with 204 each time; the names may stand in the query too", async () => {
    const namespace = [randomUUID()];
    await store().putItem(namespace, "a", { n: 1 });
    expect((await bench.send("DELETE", "/store/items", { namespace, key: "a" })).status).toBe(204);
    expect((await bench.send("DELETE", `/store/items?namespace=${namespace[0]}&key=a`)).status).toBe(204);
    expect(await store().getItem(namespace, "a")).toBeNull();
  });

  test("#138 a value that is no object, a label with a dot and a wrong depth are refused", async () => {
    const put = (body: object) => bench.send("PUT", "/store/items", { namespace: ["a"], key: "k", value: {}, ...body });
    for (const wrong of [
      { value: "text" },
      { value: [1] },
      { value: null },
      { namespace: ["a.b"] },
      { namespace: [""] },
    ]) {
      expect((await put(wrong)).status).toBe(422);
    }
    expect((await put({ namespace: [] })).status).toBe(422);
    const search = (body: object) => bench.send("POST", "/store/items/search", { namespace_prefix: [], ...body });
    expect((await search({ filter: { n: { $near: 1 } } })).status).toBe(422);
    expect(await search({ query: "by meaning" })).toMatchObject({ status: 422, json: { code: "invalid_request" } });
    for (const max_depth of [0, 101]) {
      expect((await bench.send("POST", "/store/namespaces", { max_depth })).status).toBe(422);
    }
  });
});
