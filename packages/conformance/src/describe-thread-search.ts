import type { ThreadQuery } from "@heddle/backend";
import { describe, expect, test } from "vitest";
import type { Workbench } from "./workbench.ts";

const ANY: ThreadQuery = { sortBy: "created_at", sortOrder: "desc", limit: 10, offset: 0 };

/** Keys and values that break filters which are built as text. */
const HOSTILE = [
  "a.b",
  "it's",
  'say "hi"',
  "100%",
  "under_score",
  "back\\slash",
  "$where",
  "$[0]",
  "$",
  "__proto__",
  "constructor",
  "x' OR '1'='1",
  "); DROP TABLE threads; --",
  "",
  " ",
  "🧵",
  "[0]",
  "0",
  "?1",
  "->>",
];

/** Threads.search and count. */
export function describeThreadSearch(bench: Workbench): void {
  describe("search", () => {
    async function found(query: Partial<ThreadQuery>): Promise<unknown[]> {
      const { items } = await bench.backend.threads.search({ ...ANY, ...query });
      return items.map(({ metadata }) => metadata.name);
    }

    test("finds by what metadata contains, at any depth and by type", async () => {
      await bench.thread({ name: "a", owner: "x", flag: true, tags: ["p", "q"], deep: { one: { two: [1, 2] }, k: 1 } });
      await bench.thread({ name: "b", owner: "x", flag: "true", tags: ["q"], deep: { one: { two: [2] } } });
      await bench.thread({ name: "c", owner: "y", flag: 1, nothing: null, long: "z".repeat(5000) });
      const names = async (metadata: Record<string, unknown>) => (await found({ metadata })).sort();
      expect(await names({})).toEqual(["a", "b", "c"]);
      expect(await names({ owner: "x" })).toEqual(["a", "b"]);
      expect(await names({ owner: "x", name: "b" })).toEqual(["b"]);
      expect(await names({ flag: true })).toEqual(["a"]);
      expect(await names({ flag: "true" })).toEqual(["b"]);
      expect(await names({ flag: 1 })).toEqual(["c"]);
      expect(await names({ nothing: null })).toEqual(["c"]);
      expect(await names({ missing: null })).toEqual([]);
      expect(await names({ long: "z".repeat(5000) })).toEqual(["c"]);
      expect(await names({ long: "z".repeat(4999) })).toEqual([]);
      expect(await names({ deep: { one: { two: [2] } } })).toEqual(["a", "b"]);
      expect(await names({ deep: { k: 1 }, owner: "x" })).toEqual(["a"]);
      expect(await names({ tags: ["q", "p"] })).toEqual(["a"]);
      expect(await names({ deep: {} })).toEqual(["a", "b"]);
      expect(await names({ owner: {} })).toEqual([]);
    });

    test("takes hostile keys and values as data", async () => {
      for (const text of HOSTILE) {
        const key = JSON.stringify(text);
        await bench.thread(JSON.parse(`{"name":${key},"top":${key},${key}:"v","nested":{${key}:{"x":${key}}}}`));
      }
      for (const text of HOSTILE) {
        const key = JSON.stringify(text);
        expect(await found({ metadata: { top: text } })).toEqual([text]);
        expect(await found({ metadata: JSON.parse(`{${key}:"v"}`) })).toEqual([text]);
        expect(await found({ metadata: JSON.parse(`{"nested":{${key}:{"x":${key}}}}`) })).toEqual([text]);
        expect(await found({ metadata: JSON.parse(`{${key}:"other"}`) })).toEqual([]);
        expect(await found({ values: JSON.parse(`{${key}:"v"}`) })).toEqual([]);
      }
      expect(await bench.backend.threads.count({})).toBe(HOSTILE.length);
    });

    test("follows changes of metadata", async () => {
      const { threadId } = await bench.thread({ name: "t", state: "old", gone: 1 });
      await bench.backend.threads.update(threadId, { metadata: { state: "new" } });
      expect(await found({ metadata: { state: "old" } })).toEqual([]);
      expect(await found({ metadata: { state: "new", gone: 1 } })).toEqual(["t"]);
      await bench.accepted({ threadId, graphId: "graph-7" });
      expect(await found({ metadata: { graph_id: "graph-7" } })).toEqual(["t"]);
    });

    test("finds by what the values contain", async () => {
      const state = (valuesJson: string) => ({ valuesJson, interrupts: {}, status: "idle" }) as const;
      const { threadId } = await bench.thread({ name: "a" });
      await bench.backend.threads.setState(threadId, state('{"topic":"x","messages":[{"id":"1","content":"hi"}]}'));
      const other = await bench.thread({ name: "b" });
      await bench.backend.threads.setState(other.threadId, state('{"topic":"y"}'));
      await bench.thread({ name: "c" });
      expect(await found({ values: { topic: "x" } })).toEqual(["a"]);
      expect(await found({ values: { messages: [{ content: "hi" }] } })).toEqual(["a"]);
      expect(await found({ values: { topic: "x" }, metadata: { name: "b" } })).toEqual([]);
      expect((await found({ values: {} })).sort()).toEqual(["a", "b", "c"]);
      expect(await bench.backend.threads.count({ values: { topic: "y" } })).toBe(1);
    });

    test("finds by ids and by status", async () => {
      const idle = await bench.thread({ name: "idle" });
      const busy = await bench.thread({ name: "busy" });
      await bench.accepted({ threadId: busy.threadId });
      expect(await found({ status: "busy" })).toEqual(["busy"]);
      expect(await found({ status: "error" })).toEqual([]);
      expect(await found({ ids: [idle.threadId, "unknown'"] })).toEqual(["idle"]);
      expect(await found({ ids: [] })).toEqual([]);
      expect(await found({ ids: [idle.threadId], status: "busy" })).toEqual([]);
      expect(await bench.backend.threads.count({ status: "idle" })).toBe(1);
    });

    test("sorts by each key in both directions", async () => {
      const threads = [];
      for (const name of ["n0", "n1", "n2"]) {
        threads.push(await bench.thread({ name }));
        bench.clock.forward(1000);
      }
      const byId = [...threads].sort((a, b) => (a.threadId < b.threadId ? -1 : 1)).map(({ metadata }) => metadata.name);
      expect(await found({ sortBy: "thread_id", sortOrder: "asc" })).toEqual(byId);
      for (const sortBy of ["created_at", "updated_at", "state_updated_at"] as const) {
        expect(await found({ sortBy, sortOrder: "asc" })).toEqual(["n0", "n1", "n2"]);
        expect(await found({ sortBy, sortOrder: "desc" })).toEqual(["n2", "n1", "n0"]);
      }
      const first = threads[0]?.threadId ?? "";
      await bench.backend.threads.update(first, { metadata: { touched: true } });
      expect(await found({ sortBy: "updated_at", sortOrder: "desc" })).toEqual(["n0", "n2", "n1"]);
      await bench.accepted({ threadId: first });
      expect((await found({ sortBy: "status", sortOrder: "asc" }))[0]).toBe("n0");
    });

    test("breaks ties by id, so that pages never overlap, and says how many match in all", async () => {
      for (let i = 0; i < 7; i++) await bench.thread({ odd: i % 2 === 1, deep: { all: true } });
      for (const metadata of [{}, { deep: { all: true } }]) {
        const pages = await Promise.all(
          [0, 3, 6, 9].map((offset) => bench.backend.threads.search({ ...ANY, metadata, limit: 3, offset })),
        );
        expect(pages.map(({ items, total }) => [items.length, total])).toEqual([
          [3, 7],
          [3, 7],
          [1, 7],
          [0, 7],
        ]);
        expect(new Set(pages.flatMap(({ items }) => items.map(({ threadId }) => threadId))).size).toBe(7);
      }
      expect(await bench.backend.threads.count({ metadata: { odd: true } })).toBe(3);
    });

    test("does not find threads of stateless runs that will be deleted", async () => {
      const { threadId } = await bench.accepted({ thread: "temporary", runMetadata: { name: "temporary" } });
      expect(await found({})).toEqual([]);
      expect(await found({ ids: [threadId] })).toEqual([]);
      expect(await found({ metadata: { name: "temporary" } })).toEqual([]);
      expect(await bench.backend.threads.count({})).toBe(0);
    });
  });
}
