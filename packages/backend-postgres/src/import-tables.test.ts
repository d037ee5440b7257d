import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backend } from "@heddle/backend";
import { openSqliteBackend, readTables } from "@heddle/backend-sqlite";
import { JsonPlusSerializer } from "@heddle/checkpoint";
import { newRun } from "@heddle/conformance";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeOnPostgres } from "../testing/test-schema.ts";
import { importTables } from "./import-tables.ts";
import { openPostgresBackend } from "./open-postgres-backend.ts";

const { signal } = new AbortController();
const index = {
  dims: 2,
  embeddings: { embedQuery: async () => [1, 0], embedDocuments: async (texts: string[]) => texts.map(() => [1, 1]) },
};

await describeOnPostgres("importing a SQLite file", ({ url, schema, empty }) => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "heddle-"));
    file = join(folder, "heddle.db");
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    await empty();
  });

  async function fill(backend: Backend) {
    const createdAt = new Date().toISOString();
    const assistant = {
      graphId: "g",
      name: "Ünï",
      description: null,
      config: {},
      context: { a: 1 },
      metadata: { k: [1] },
    };
    await backend.assistants.create({ ...assistant, assistantId: "a1", createdAt });
    await backend.assistants.update("a1", { name: "Two" });
    await backend.threads.create({ threadId: "idle", metadata: { owner: "me" }, createdAt });
    const run = newRun({ threadId: "t", runConfig: { tags: ["x"] }, runMetadata: { m: 1 } });
    await backend.queue.offer(run);
    const lease = await backend.queue.lease({ workerId: "w", leaseMs: 1000, signal });
    if (lease === undefined) throw new Error("Nothing was leased.");
    const saver = backend.checkpointer(new JsonPlusSerializer());
    const messages: unknown[] = [];
    for (let n = 1; n <= 20; n++) {
      messages.push({ type: "human", content: `message ${n} \u0000é`.repeat(10) });
      const parent = n === 1 ? {} : { checkpoint_id: String(n - 1).padStart(3, "0") };
      const id = String(n).padStart(3, "0");
      const config = await saver.put(
        { configurable: { thread_id: "t", checkpoint_ns: "", ...parent } },
        { v: 4, id, ts: "", channel_values: { messages }, channel_versions: { messages: n }, versions_seen: {} },
        { source: "loop", step: n, parents: {}, run_id: run.runId },
        { messages: n },
      );
      await saver.putWrites(config, [["messages", n]], "task");
    }
    const events = [{ runId: run.runId, seq: 3, event: "values", data: "{}" }];
    await backend.queue.settle(lease, { status: "success", threadStatus: "idle", valuesJson: '{"n":1}', events });
    const waiting = newRun({ threadId: "t" });
    await backend.queue.offer(waiting);
    await backend.store.put(["n"], "item", { text: "hello" }, undefined, { ttlMinutes: 60 });
    return { runId: run.runId, waitingId: waiting.runId };
  }

  async function look(backend: Backend, runId: string): Promise<unknown> {
    const checkpoints: unknown[] = [];
    const saver = backend.checkpointer(new JsonPlusSerializer());
    for await (const tuple of saver.list({ configurable: { thread_id: "t" } })) checkpoints.push(tuple);
    return {
      assistant: await backend.assistants.get("a1"),
      versions: await backend.assistants.versions("a1", { limit: 10, offset: 0 }),
      threads: [await backend.threads.get("idle"), await backend.threads.get("t")],
      found: (
        await backend.threads.search({
          metadata: { owner: "me" },
          limit: 5,
          offset: 0,
          sortBy: "created_at",
          sortOrder: "asc",
        })
      ).total,
      runs: await backend.runs.list("t", { limit: 10, offset: 0 }),
      events: await backend.events.read(runId, -1, 10),
      items: (await backend.store.search(["n"], { query: "x", refreshTtl: false })).map((item) => ({
        ...item,
        score: item.score?.toFixed(5),
      })),
      checkpoints,
    };
  }

  test("carries over all there is; work goes on", async () => {
    const source = await openSqliteBackend({ file, store: { index } });
    const { runId, waitingId } = await fill(source);
    const before = await look(source, runId);
    await source.close();
    const counts = await importTables({ url, schema }, readTables({ file }));
    expect(counts).toMatchObject({ threads: 2, runs: 2, checkpoints: 20, assistant_versions: 2, item_vectors: 1 });
    await using target = await openPostgresBackend({ url, schema, store: { index } });
    expect(await look(target, runId)).toEqual(before);
    const lease = await target.queue.lease({ workerId: "w", leaseMs: 1000, signal });
    expect(lease?.run.runId).toBe(waitingId);
    await target.threads.create({ threadId: "new", metadata: {}, createdAt: new Date().toISOString() });
    await target.store.put(["n"], "another", { text: "x" });
    expect(await target.store.search(["n"])).toHaveLength(2);
  });

  test("a schema that has something is refused", async () => {
    await (await openSqliteBackend({ file })).close();
    const target = await openPostgresBackend({ url, schema });
    await target.store.put(["a"], "k", {});
    await target.close();
    await expect(importTables({ url, schema }, readTables({ file }))).rejects.toThrow("has items already");
  });
});
