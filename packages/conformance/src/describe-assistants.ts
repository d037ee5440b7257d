import { randomUUID } from "node:crypto";
import type { AssistantQuery, AssistantRecord, NewAssistant } from "@heddle/backend";
import { describe, expect, test } from "vitest";
import { type OpenBackend, useWorkbench } from "./workbench.ts";

const ANY: AssistantQuery = { sortBy: "created_at", sortOrder: "desc", limit: 10, offset: 0 };

/** The contract of Assistants. */
export function describeAssistants(open: OpenBackend): void {
  describe("assistants", () => {
    const bench = useWorkbench(open);

    async function create(assistant: Partial<NewAssistant> = {}): Promise<AssistantRecord> {
      const created = await bench.backend.assistants.create({
        assistantId: randomUUID(),
        graphId: "agent",
        name: "Agent",
        description: null,
        config: {},
        context: {},
        metadata: {},
        createdAt: bench.clock.iso(),
        ...assistant,
      });
      if (created === undefined) throw new Error("An assistant with a random id exists already.");
      return created;
    }

    async function names(query: Partial<AssistantQuery>): Promise<string[]> {
      return (await bench.backend.assistants.search({ ...ANY, ...query })).items.map(({ name }) => name);
    }

    describe("create", () => {
      test("writes version 1 with all that was given", async () => {
        const given = {
          assistantId: randomUUID(),
          graphId: "agent",
          name: "Ünï 'quoted' \"name\" 😀",
          description: "what it does",
          config: { tags: ["a"], recursion_limit: 7, configurable: { model: "m", "odd'key": [1, null] } },
          context: { user: "u" },
          metadata: { created_by: "system", deep: { list: [1, { a: true }] } },
          createdAt: bench.clock.iso(),
        };
        const { assistants } = bench.backend;
        const record = { ...given, version: 1, updatedAt: given.createdAt };
        expect(await assistants.create(given)).toEqual(record);
        expect(await assistants.get(given.assistantId)).toEqual(record);
        expect(await assistants.versions(given.assistantId, { limit: 10, offset: 0 })).toEqual([
          { ...given, version: 1 },
        ]);
      });

      test("is undefined when the id is taken, and changes nothing", async () => {
        const first = await create({ name: "first" });
        const { createdAt } = first;
        const second = { ...first, name: "second", createdAt };
        expect(await bench.backend.assistants.create(second)).toBeUndefined();
        expect(await bench.backend.assistants.get(first.assistantId)).toEqual(first);
      });
    });

    test("get is undefined for an unknown id", async () => {
      expect(await bench.backend.assistants.get(randomUUID())).toBeUndefined();
    });

    describe("update", () => {
      test("leaves what is absent, merges metadata key by key, and replaces config and context", async () => {
        const before = await create({
          description: "old",
          config: { tags: ["old"], configurable: { a: 1 } },
          context: { a: 1 },
          metadata: { a: 1, nested: { x: 1 } },
        });
        bench.clock.forward(1000);
        const after = await bench.backend.assistants.update(before.assistantId, {
          config: { configurable: { b: 2 } },
          context: { b: 2 },
          metadata: { nested: { y: 2 }, c: 3 },
        });
        expect(after).toEqual({
          ...before,
          version: 2,
          config: { configurable: { b: 2 } },
          context: { b: 2 },
          metadata: { a: 1, nested: { y: 2 }, c: 3 },
          updatedAt: bench.clock.iso(),
        });
        expect(await bench.backend.assistants.get(before.assistantId)).toEqual(after);
      });

      test("writes a new version even for an empty patch", async () => {
        const { assistantId } = await create();
        expect((await bench.backend.assistants.update(assistantId, {}))?.version).toBe(2);
        expect(await bench.backend.assistants.versions(assistantId, { limit: 10, offset: 0 })).toHaveLength(2);
      });

      test("counts on from the greatest version ever, whichever is current", async () => {
        const { assistantId } = await create();
        await bench.backend.assistants.update(assistantId, { name: "two" });
        await bench.backend.assistants.setLatest(assistantId, 1);
        expect((await bench.backend.assistants.update(assistantId, { name: "three" }))?.version).toBe(3);
      });

      test("gives concurrent updates a version each", async () => {
        const { assistantId } = await create();
        const updates = await Promise.all([1, 2, 3].map(() => bench.backend.assistants.update(assistantId, {})));
        expect(updates.map((update) => update?.version).sort()).toEqual([2, 3, 4]);
      });

      test("is undefined for an unknown id", async () => {
        expect(await bench.backend.assistants.update(randomUUID(), { name: "x" })).toBeUndefined();
      });
    });

    describe("versions", () => {
      test("come newest first, in pages, filtered by what their metadata contains", async () => {
        const { assistantId } = await create({ metadata: { stage: "one" } });
        await bench.backend.assistants.update(assistantId, { metadata: { stage: "two" } });
        await bench.backend.assistants.update(assistantId, { metadata: { stage: "three" } });
        const versions = (query: object) =>
          bench.backend.assistants.versions(assistantId, { limit: 10, offset: 0, ...query });
        expect((await versions({})).map(({ version }) => version)).toEqual([3, 2, 1]);
        expect((await versions({ limit: 1, offset: 1 })).map(({ version }) => version)).toEqual([2]);
        expect((await versions({ metadata: { stage: "one" } })).map(({ version }) => version)).toEqual([1]);
      });

      test("are empty for an unknown assistant", async () => {
        expect(await bench.backend.assistants.versions(randomUUID(), { limit: 10, offset: 0 })).toEqual([]);
      });
    });

    describe("setLatest", () => {
      test("makes an older version the current one with all it says", async () => {
        const first = await create({ name: "one", config: { configurable: { a: 1 } }, metadata: { a: 1 } });
        await bench.backend.assistants.update(first.assistantId, {
          name: "two",
          graphId: "other",
          description: "d",
          config: {},
          context: { c: 1 },
          metadata: { b: 2 },
        });
        bench.clock.forward(1000);
        const latest = await bench.backend.assistants.setLatest(first.assistantId, 1);
        expect(latest).toEqual({ ...first, updatedAt: bench.clock.iso() });
        expect(await bench.backend.assistants.get(first.assistantId)).toEqual(latest);
        expect(await bench.backend.assistants.versions(first.assistantId, { limit: 10, offset: 0 })).toHaveLength(2);
      });

      test("is undefined for a version that never was, and for an unknown assistant", async () => {
        const { assistantId } = await create();
        expect(await bench.backend.assistants.setLatest(assistantId, 4)).toBeUndefined();
        expect(await bench.backend.assistants.setLatest(randomUUID(), 1)).toBeUndefined();
        expect((await bench.backend.assistants.get(assistantId))?.version).toBe(1);
      });
    });

    describe("search", () => {
      test("finds by a part of the name, whatever its case, and takes wildcards as text", async () => {
        await create({ name: "simple_runtime" });
        await create({ name: "100% ÄRGER" });
        expect(await names({ name: "PLE_run" })).toEqual(["simple_runtime"]);
        expect(await names({ name: "ärger" })).toEqual(["100% ÄRGER"]);
        expect(await names({ name: "%" })).toEqual(["100% ÄRGER"]);
        expect(await names({ name: "simple.runtime" })).toEqual([]);
        expect(await names({ name: "' OR 1=1 --" })).toEqual([]);
      });

      test("combines name, graph and metadata", async () => {
        await create({ name: "a", graphId: "g1", metadata: { team: { id: 1, tags: ["x", "y"] } } });
        await create({ name: "ab", graphId: "g1", metadata: { team: { id: 2 } } });
        await create({ name: "abc", graphId: "g2", metadata: { team: { id: 1 } } });
        expect(await names({ graphId: "g1", sortBy: "name", sortOrder: "asc" })).toEqual(["a", "ab"]);
        expect(await names({ metadata: { team: { id: 1 } }, sortBy: "name", sortOrder: "asc" })).toEqual(["a", "abc"]);
        expect(await names({ metadata: { team: { tags: ["y"] } } })).toEqual(["a"]);
        expect(await names({ name: "b", graphId: "g1", metadata: { team: { id: 2 } } })).toEqual(["ab"]);
        expect(await bench.backend.assistants.count({ graphId: "g1", metadata: { team: { id: 1 } } })).toBe(1);
        expect(await bench.backend.assistants.count({})).toBe(3);
      });

      test("sorts by each key in both directions", async () => {
        const ids = [randomUUID(), randomUUID(), randomUUID()].sort();
        for (const [index, assistantId] of ids.entries()) {
          await create({ assistantId, name: `n${index}`, graphId: `g${index}` });
          bench.clock.forward(1000);
        }
        for (const sortBy of ["assistant_id", "graph_id", "name", "created_at", "updated_at"] as const) {
          expect(await names({ sortBy, sortOrder: "asc" })).toEqual(["n0", "n1", "n2"]);
          expect(await names({ sortBy, sortOrder: "desc" })).toEqual(["n2", "n1", "n0"]);
        }
        await bench.backend.assistants.update(ids[0] ?? "", {});
        expect(await names({ sortBy: "updated_at", sortOrder: "desc" })).toEqual(["n0", "n2", "n1"]);
      });

      test("breaks ties by id, so that pages never overlap, and says how many match in all", async () => {
        for (let i = 0; i < 7; i++) await create({ name: "same" });
        const { assistants } = bench.backend;
        const pages = await Promise.all(
          [0, 3, 6].map((offset) => assistants.search({ ...ANY, sortBy: "name", limit: 3, offset })),
        );
        expect(pages.map(({ items, total }) => [items.length, total])).toEqual([
          [3, 7],
          [3, 7],
          [1, 7],
        ]);
        expect(new Set(pages.flatMap(({ items }) => items.map(({ assistantId }) => assistantId))).size).toBe(7);
      });
    });

    describe("delete", () => {
      test("removes the assistant, its versions and its runs, but leaves threads", async () => {
        const { assistantId } = await create();
        const lease = await bench.running({ assistantId });
        const queued = await bench.accepted({ assistantId, threadId: lease.run.threadId });
        const other = await bench.accepted();
        expect(await bench.backend.assistants.delete(assistantId, { deleteThreads: false })).toBe(true);
        expect(await bench.backend.assistants.get(assistantId)).toBeUndefined();
        expect(await bench.backend.assistants.versions(assistantId, { limit: 10, offset: 0 })).toEqual([]);
        expect(await bench.backend.runs.get(lease.run.runId)).toBeUndefined();
        expect(await bench.backend.runs.get(queued.runId)).toBeUndefined();
        expect(await bench.runStatus(other.runId)).toBe("pending");
        expect(await bench.threadStatus(lease.run.threadId)).toBe("idle");
        expect(await bench.backend.queue.renew(lease, 1000)).toEqual({ status: "lost" });
      });

      test("with deleteThreads also removes the threads whose metadata names it", async () => {
        const { assistantId } = await create();
        const named = await bench.thread({ assistant_id: assistantId });
        const other = await bench.thread({ assistant_id: randomUUID(), note: assistantId });
        const ran = await bench.accepted({ assistantId });
        await bench.backend.assistants.delete(assistantId, { deleteThreads: true });
        expect(await bench.backend.threads.get(named.threadId)).toBeUndefined();
        expect(await bench.backend.threads.get(ran.threadId)).toBeUndefined();
        expect(await bench.backend.threads.get(other.threadId)).toEqual(other);
      });

      test("is false for an unknown id", async () => {
        expect(await bench.backend.assistants.delete(randomUUID(), { deleteThreads: true })).toBe(false);
      });
    });
  });
}
