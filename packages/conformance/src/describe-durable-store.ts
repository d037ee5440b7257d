import type { Backend, StoreSettings } from "@heddle/backend";
import { afterEach, describe, expect, test } from "vitest";
import { TestClock } from "./test-clock.ts";
import type { OpenBackend } from "./workbench.ts";

const MINUTE_MS = 60_000;

/** Counts letters: texts of the same letters are near each other. */
const letters = {
  embedQuery: async (text: string) => countLetters(text),
  embedDocuments: async (texts: string[]) => texts.map(countLetters),
};

function countLetters(text: string): number[] {
  return ["a", "b", "c"].map((letter) => text.split(letter).length - 1);
}

/** The contract of DurableStore, beyond that of Store. */
export function describeDurableStore(open: OpenBackend): void {
  describe("durable store", () => {
    const clock = new TestClock();
    const opened: Backend[] = [];
    afterEach(async () => {
      for (const backend of opened.splice(0)) await backend.close();
    });

    async function storeWith(settings: StoreSettings = {}) {
      const backend = await open({ now: clock.now, store: settings });
      opened.push(backend);
      return backend.store;
    }

    function forwardMinutes(minutes: number): void {
      clock.forward(minutes * MINUTE_MS);
    }

    describe("time to live", () => {
      test("an item that has ended is nowhere to be found, and can be put anew", async () => {
        const store = await storeWith({ ttl: { refreshOnRead: false } });
        await store.put(["a"], "short", { n: 1 }, undefined, { ttlMinutes: 1 });
        await store.put(["b"], "long", { n: 2 });
        forwardMinutes(0.9);
        expect((await store.get(["a"], "short"))?.value).toEqual({ n: 1 });
        forwardMinutes(0.2);
        expect(await store.get(["a"], "short")).toBeNull();
        expect((await store.search([])).map(({ key }) => key)).toEqual(["long"]);
        expect(await store.listNamespaces()).toEqual([["b"]]);
        await store.put(["a"], "short", { n: 3 });
        const again = await store.get(["a"], "short");
        expect(again?.value).toEqual({ n: 3 });
        expect(again?.createdAt).toEqual(again?.updatedAt);
      });

      test("the settings say it for items that do not; null is for ever", async () => {
        const store = await storeWith({ ttl: { defaultMinutes: 10, refreshOnRead: false } });
        await store.put(["a"], "default", {});
        await store.put(["a"], "own", {}, undefined, { ttlMinutes: 30 });
        await store.put(["a"], "for ever", {}, undefined, { ttlMinutes: null });
        const keys = async () => (await store.search(["a"])).map(({ key }) => key);
        forwardMinutes(11);
        expect(await keys()).toEqual(["own", "for ever"]);
        forwardMinutes(20);
        expect(await keys()).toEqual(["for ever"]);
      });

      test("reading lets it begin anew, unless the settings or the reader say otherwise", async () => {
        const store = await storeWith({ ttl: { defaultMinutes: 10 } });
        for (const key of ["got", "searched", "peeked"]) await store.put([key], key, {});
        forwardMinutes(8);
        await store.get(["got"], "got");
        await store.search(["searched"]);
        await store.get(["peeked"], "peeked", { refreshTtl: false });
        await store.search(["peeked"], { refreshTtl: false });
        forwardMinutes(8);
        expect((await store.search([], { refreshTtl: false })).map(({ key }) => key)).toEqual(["got", "searched"]);
      });

      test("sweep removes what has ended, and says how many", async () => {
        const store = await storeWith();
        for (let n = 0; n < 7; n++) await store.put(["a"], `${n}`, {}, undefined, { ttlMinutes: n < 5 ? 1 : 5 });
        expect(await store.sweep()).toBe(0);
        forwardMinutes(2);
        expect(await store.sweep()).toBe(5);
        expect(await store.sweep()).toBe(0);
        expect(await store.search(["a"])).toHaveLength(2);
      });
    });

    describe("search by meaning", () => {
      const index = { dims: 3, embeddings: letters };

      async function filled() {
        const store = await storeWith({ index: { ...index, fields: ["text"] } });
        await store.put(["i"], "a", { text: "aaa", kind: "x" });
        await store.put(["i"], "ab", { text: "aab", kind: "y" });
        await store.put(["i"], "c", { text: "ccc", kind: "x" });
        await store.put(["other"], "a", { text: "aaa" });
        return store;
      }

      test("nearest first, with scores; items without an embedding last", async () => {
        const store = await filled();
        await store.put(["i"], "apart", { text: "aaa" }, false);
        const found = await store.search(["i"], { query: "a" });
        expect(found.map(({ key }) => key)).toEqual(["a", "ab", "c", "apart"]);
        const scores = found.map(({ score }) => score);
        expect(scores[0]).toBeCloseTo(1, 5);
        expect(scores[1]).toBeCloseTo(2 / Math.sqrt(5), 5);
        expect(scores[2]).toBeCloseTo(0, 5);
        expect(found[3]).not.toHaveProperty("score");
        expect((await store.search(["i"], { query: "a", limit: 1, offset: 1 })).map(({ key }) => key)).toEqual(["ab"]);
      });

      test("together with a filter", async () => {
        const store = await filled();
        const found = await store.search(["i"], { query: "a", filter: { kind: "x" } });
        expect(found.map(({ key }) => key)).toEqual(["a", "c"]);
      });

      test("by the best of several fields; a put replaces them, a removal takes them", async () => {
        const store = await storeWith({ index: { ...index, fields: ["text", "note"] } });
        await store.put(["i"], "1", { text: "ccc", note: "bbb" });
        await store.put(["i"], "2", { text: "ccc" }, ["text"]);
        const scoreOf = async (query: string) =>
          (await store.search(["i"], { query })).map(({ key, score }) => [key, Math.round(score ?? -1)]);
        expect(await scoreOf("b")).toEqual([
          ["1", 1],
          ["2", 0],
        ]);
        await store.put(["i"], "1", { text: "aaa" });
        await store.delete(["i"], "2");
        expect(await scoreOf("b")).toEqual([["1", 0]]);
        expect(await scoreOf("a")).toEqual([["1", 1]]);
      });

      test("a wrong number of dimensions is refused, and nothing is written", async () => {
        const store = await storeWith({ index: { ...index, dims: 4 } });
        await expect(store.put(["i"], "1", { text: "a" })).rejects.toThrow(
          "3 dimensions, but the index of the store says 4",
        );
        expect(await store.get(["i"], "1")).toBeNull();
      });

      test("without an index a query is an error that says what to do", async () => {
        const store = await storeWith();
        await expect(store.search(["i"], { query: "a" })).rejects.toThrow(/no index .* configure one/);
      });
    });

    test("an unknown operator is refused, whether there are items or not", async () => {
      const store = await storeWith();
      await expect(store.search(["none"], { filter: { n: { $where: "1" } } })).rejects.toThrow(
        'Unknown operator "$where"',
      );
    });

    test("text that databases do not hold is found and told apart", async () => {
      const store = await storeWith();
      const texts = ["a\u0000b", "a\ufffdb", "a", "\ud800"];
      for (const [n, text] of texts.entries()) await store.put(["t"], `${n}`, { text });
      const keys = async (filter: object) =>
        (await store.search(["t"], { filter: { text: filter } })).map(({ key }) => key);
      for (const [n, text] of texts.entries()) {
        expect(await keys({ $eq: text })).toEqual([`${n}`]);
        expect(await keys({ $ne: text })).toEqual(["0", "1", "2", "3"].filter((key) => key !== `${n}`));
        expect(await keys({ $in: [text, "else"] })).toEqual([`${n}`]);
      }
    });

    test("many items: filters find the few, in pages", async () => {
      const store = await storeWith();
      await Promise.all(Array.from({ length: 500 }, (_, n) => store.put(["many"], `k${n}`, { n, even: n % 2 === 0 })));
      const found = await store.search(["many"], { filter: { even: true, n: { $gte: 100, $lt: 110 } }, limit: 100 });
      expect(found.map(({ value }) => value.n).sort()).toEqual([100, 102, 104, 106, 108]);
      expect(await store.search(["many"], { filter: { n: { $gte: 0 } }, limit: 10, offset: 450 })).toHaveLength(10);
    });
  });
}
