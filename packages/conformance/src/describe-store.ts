import type { Store } from "@heddle/checkpoint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeStoreFilters } from "./describe-store-filters.ts";

/** Opens an empty store. */
export type OpenStore = () => Promise<{ store: Store; close(): Promise<void> }>;

/** The contract of Store. */
export function describeStore(open: OpenStore): void {
  describe("store", () => {
    let opened: Awaited<ReturnType<OpenStore>>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const store = () => opened.store;

    async function keys(prefix: string[], options?: Parameters<Store["search"]>[1]): Promise<string[]> {
      return (await store().search(prefix, options)).map(({ key }) => key);
    }

    describe("put and get", () => {
      test("an item, whole, with its times", async () => {
        const value = { text: "é😀\u0000'\"", list: [1, null, { deep: true }], "odd.key": {} };
        await store().put(["users", "ü 1"], "k'1", value);
        const item = await store().get(["users", "ü 1"], "k'1");
        expect(item).toEqual({
          namespace: ["users", "ü 1"],
          key: "k'1",
          value,
          createdAt: expect.any(Date),
          updatedAt: expect.any(Date),
        });
      });

      test("null for what is not there", async () => {
        await store().put(["a", "b"], "k", {});
        expect(await store().get(["a", "b"], "other")).toBeNull();
        expect(await store().get(["a"], "k")).toBeNull();
        expect(await store().get(["a", "b", "c"], "k")).toBeNull();
      });

      test("overwriting replaces the value and keeps createdAt; updatedAt never goes back", async () => {
        const times: number[] = [];
        let createdAt: Date | undefined;
        for (let n = 0; n < 5; n++) {
          await store().put(["a"], "k", { n });
          const item = await store().get(["a"], "k");
          createdAt ??= item?.createdAt;
          expect(item?.createdAt).toEqual(createdAt);
          expect(item?.value).toEqual({ n });
          times.push(item?.updatedAt.getTime() ?? 0);
        }
        expect(times).toEqual([...times].sort((a, b) => a - b));
      });

      test("refuses namespaces that are empty, or whose labels are empty or have a dot", async () => {
        for (const namespace of [[], [""], ["a", ""], ["a.b"], ["a", "b."]]) {
          await expect(store().put(namespace, "k", {})).rejects.toThrow();
        }
        expect(await store().search([])).toEqual([]);
      });
    });

    describe("delete", () => {
      test("removes the item, and nothing else", async () => {
        await store().put(["a"], "k", {});
        await store().put(["a"], "l", {});
        await store().delete(["a"], "k");
        expect(await store().get(["a"], "k")).toBeNull();
        expect(await keys([])).toEqual(["l"]);
      });

      test("of what is not there does nothing", async () => {
        await expect(store().delete(["a"], "k")).resolves.toBeUndefined();
      });

      test("lets a later put begin anew", async () => {
        await store().put(["a"], "k", { old: 1 });
        await store().delete(["a"], "k");
        await store().put(["a"], "k", { n: 1 });
        expect((await store().get(["a"], "k"))?.value).toEqual({ n: 1 });
      });
    });

    describe("search", () => {
      test("finds items below a prefix, by whole labels", async () => {
        await store().put(["users"], "0", {});
        await store().put(["users", "1"], "1", {});
        await store().put(["users", "1", "notes"], "2", {});
        await store().put(["users", "12"], "3", {});
        await store().put(["users2"], "4", {});
        await store().put(["user"], "5", {});
        await store().put(["users/", "1"], "6", {});
        await store().put(["users-", "1"], "7", {});
        expect((await keys(["users"])).sort()).toEqual(["0", "1", "2", "3"]);
        expect((await keys(["users", "1"])).sort()).toEqual(["1", "2"]);
        expect(await keys(["users", "1", "notes"])).toEqual(["2"]);
        expect(await keys(["use"])).toEqual([]);
        expect((await keys([])).length).toBe(8);
      });

      test("takes wildcards of SQL as text", async () => {
        await store().put(["ab"], "1", {});
        await store().put(["a%"], "2", {});
        await store().put(["a_"], "3", {});
        expect(await keys(["a%"])).toEqual(["2"]);
        expect(await keys(["a_"])).toEqual(["3"]);
      });

      test("returns what was written first first, ten at most unless told", async () => {
        for (let i = 0; i < 12; i++) await store().put(["a"], `k${i}`, {});
        await store().put(["a"], "k3", { again: true });
        const all = await keys(["a"], { limit: 100 });
        expect(all).toEqual(["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9", "k10", "k11"]);
        expect(await keys(["a"])).toEqual(all.slice(0, 10));
        expect(await keys(["a"], { limit: 3, offset: 2 })).toEqual(all.slice(2, 5));
        expect(await keys(["a"], { offset: 12 })).toEqual([]);
      });

      describeStoreFilters(store, keys);
    });

    describe("listNamespaces", () => {
      async function fill(): Promise<void> {
        for (const namespace of [["a", "x", "1"], ["a", "x", "2"], ["a", "y"], ["b", "x", "1"], ["ab"]]) {
          await store().put(namespace, "k", {});
          await store().put(namespace, "l", {});
        }
      }

      test("returns distinct namespaces, sorted", async () => {
        await fill();
        expect(await store().listNamespaces()).toEqual([
          ["a", "x", "1"],
          ["a", "x", "2"],
          ["a", "y"],
          ["ab"],
          ["b", "x", "1"],
        ]);
      });

      test("by prefix and suffix, with * for any label", async () => {
        await fill();
        const list = (options: Parameters<Store["listNamespaces"]>[0]) => store().listNamespaces(options);
        expect(await list({ prefix: ["a"] })).toEqual([
          ["a", "x", "1"],
          ["a", "x", "2"],
          ["a", "y"],
        ]);
        expect(await list({ suffix: ["1"] })).toEqual([
          ["a", "x", "1"],
          ["b", "x", "1"],
        ]);
        expect(await list({ prefix: ["a"], suffix: ["1"] })).toEqual([["a", "x", "1"]]);
        expect(await list({ prefix: ["*", "x"] })).toEqual([
          ["a", "x", "1"],
          ["a", "x", "2"],
          ["b", "x", "1"],
        ]);
        expect(await list({ suffix: ["x", "*"] })).toEqual([
          ["a", "x", "1"],
          ["a", "x", "2"],
          ["b", "x", "1"],
        ]);
        expect(await list({ prefix: ["*", "*", "*", "*"] })).toEqual([]);
      });

      test("cut to maxDepth and listed once each, in pages", async () => {
        await fill();
        expect(await store().listNamespaces({ maxDepth: 2 })).toEqual([["a", "x"], ["a", "y"], ["ab"], ["b", "x"]]);
        expect(await store().listNamespaces({ maxDepth: 1 })).toEqual([["a"], ["ab"], ["b"]]);
        expect(await store().listNamespaces({ maxDepth: 1, limit: 1, offset: 1 })).toEqual([["ab"]]);
        expect(await store().listNamespaces({ prefix: ["a"], maxDepth: 2 })).toEqual([
          ["a", "x"],
          ["a", "y"],
        ]);
      });

      test("a namespace without items is none", async () => {
        await store().put(["a"], "k", {});
        await store().delete(["a"], "k");
        expect(await store().listNamespaces()).toEqual([]);
      });
    });
  });
}
