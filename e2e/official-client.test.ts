import { randomUUID } from "node:crypto";
import { Client } from "@langchain/langgraph-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "./testing/collect.ts";
import { GRAPHS_CONFIG } from "./testing/places.ts";
import { startServer, type TestServer } from "./testing/server.ts";
import { type TempFolder, tempFolder } from "./testing/temp-folder.ts";
import { until } from "./testing/until.ts";

interface Counted {
  count: number;
  log: string[];
}

let server: TestServer;
let client: Client;
let folder: TempFolder;

beforeAll(async () => {
  folder = await tempFolder();
  server = await startServer({ config: GRAPHS_CONFIG });
  client = new Client({ apiUrl: server.url });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

async function newThread(): Promise<string> {
  return (await client.threads.create()).thread_id;
}

/** From the first event of a stream. */
function runIdIn([first]: { data: unknown }[]): string {
  return (first?.data as { run_id: string } | undefined)?.run_id ?? "";
}

describe("assistants", () => {
  it("there is one for each graph from the beginning, and the graph's id stands for it", async () => {
    const byGraph = await client.assistants.get("counter");
    expect(byGraph).toMatchObject({ graph_id: "counter", name: "counter", metadata: { created_by: "system" } });
    expect(await client.assistants.get(byGraph.assistant_id)).toEqual(byGraph);
  });

  it("create: with an id of one's own, once, unless asked to do nothing", async () => {
    const assistantId = randomUUID();
    const created = await client.assistants.create({ graphId: "counter", assistantId, name: "A", description: "B" });
    expect(created).toMatchObject({ assistant_id: assistantId, name: "A", description: "B", version: 1 });
    await expect(client.assistants.create({ graphId: "counter", assistantId })).rejects.toMatchObject({ status: 409 });
    const same = await client.assistants.create({ graphId: "counter", assistantId, ifExists: "do_nothing" });
    expect(same).toEqual(created);
  });

  it("update, getVersions and setLatest: a version for each change, and a way back", async () => {
    const { assistant_id } = await client.assistants.create({
      graphId: "counter",
      context: { step: 1 },
      metadata: { a: 1 },
    });
    const second = await client.assistants.update(assistant_id, {
      context: { step: 2 },
      metadata: { b: 2 },
      name: "Two",
    });
    expect(second).toMatchObject({ version: 2, context: { step: 2 }, metadata: { a: 1, b: 2 }, name: "Two" });
    expect((await client.assistants.getVersions(assistant_id)).map(({ version }) => version)).toEqual([2, 1]);
    const back = await client.assistants.setLatest(assistant_id, 1);
    expect(back).toMatchObject({ version: 1, context: { step: 1 } });
    const third = await client.assistants.update(assistant_id, { context: { step: 3 } });
    expect(third.version).toBe(3);
  });

  it("search and count: by graph, metadata and part of the name, page by page", async () => {
    const tag = randomUUID();
    for (const name of ["Alpha", "Beta", "alphabet"]) {
      await client.assistants.create({ graphId: "counter", name, metadata: { tag } });
    }
    const filter = { graphId: "counter", metadata: { tag } };
    const sorted = await client.assistants.search({ ...filter, sortBy: "name", sortOrder: "asc", select: ["name"] });
    expect(sorted.map(({ name }) => name).sort()).toEqual(["Alpha", "Beta", "alphabet"]);
    expect(Object.keys(sorted[0] ?? {})).toEqual(["name"]);
    expect(await client.assistants.search({ ...filter, name: "ALPHA" })).toHaveLength(2);
    expect(await client.assistants.count(filter)).toBe(3);
    const page = await client.assistants.search({ ...filter, limit: 2, includePagination: true });
    expect(page).toMatchObject({ next: "2" });
    expect(page.assistants).toHaveLength(2);
    const last = await client.assistants.search({ ...filter, limit: 2, offset: 2, includePagination: true });
    expect(last).toMatchObject({ next: null });
    expect(last.assistants).toHaveLength(1);
  });

  it("getGraph and getSchemas: what the graph is made of", async () => {
    const drawing = await client.assistants.getGraph("counter");
    expect(drawing.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(["__start__", "add", "note", "__end__"]));
    expect(drawing.edges).toContainEqual(expect.objectContaining({ source: "add", target: "note" }));
    const drawn = await client.assistants.getGraph("heddle-story", { xray: true });
    expect(drawn.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(["chapter:outline", "chapter:write"]));
    const schemas = await client.assistants.getSchemas("counter");
    expect(schemas).toMatchObject({ graph_id: "counter", state_schema: { properties: { count: {}, log: {} } } });
  });

  it("getSubgraphs: the schemas of the graphs within", async () => {
    expect(Object.keys(await client.assistants.getSubgraphs("heddle-story"))).toEqual(["chapter"]);
  });

  it("delete: and it is gone", async () => {
    const { assistant_id } = await client.assistants.create({ graphId: "counter" });
    await client.assistants.delete(assistant_id);
    await expect(client.assistants.get(assistant_id)).rejects.toMatchObject({ status: 404 });
  });
});

describe("threads", () => {
  it("create: with an id and metadata, once, unless asked to do nothing", async () => {
    const threadId = randomUUID();
    const created = await client.threads.create({ threadId, metadata: { a: 1 }, graphId: "counter" });
    expect(created).toMatchObject({ thread_id: threadId, metadata: { a: 1, graph_id: "counter" }, status: "idle" });
    await expect(client.threads.create({ threadId })).rejects.toMatchObject({ status: 409 });
    expect(await client.threads.create({ threadId, ifExists: "do_nothing" })).toEqual(created);
  });

  it("create: with a history of supersteps", async () => {
    const supersteps = [
      { updates: [{ values: { count: 2 }, asNode: "__start__" }] },
      { updates: [{ values: { count: 3 }, asNode: "add" }] },
    ];
    const { thread_id } = await client.threads.create({ graphId: "counter", supersteps });
    expect(await client.threads.getState(thread_id)).toMatchObject({ values: { count: 5 }, next: ["note"] });
  });

  it("get, update and delete", async () => {
    const threadId = await newThread();
    expect(await client.threads.update(threadId, { metadata: { a: 1 } })).toMatchObject({ metadata: { a: 1 } });
    await client.threads.update(threadId, { metadata: { b: 2 }, returnMinimal: true });
    expect(await client.threads.get(threadId)).toMatchObject({ metadata: { a: 1, b: 2 } });
    await client.threads.delete(threadId);
    await expect(client.threads.get(threadId)).rejects.toMatchObject({ status: 404 });
  });

  it("search and count: by metadata, values, status and ids", async () => {
    const tag = randomUUID();
    const [counted, idle] = [randomUUID(), randomUUID()];
    await client.threads.create({ threadId: counted, metadata: { tag } });
    await client.threads.create({ threadId: idle, metadata: { tag } });
    await client.runs.wait(counted, "counter", { input: {} });
    const find = async (query: object): Promise<string[]> =>
      (await client.threads.search({ metadata: { tag }, ...query })).map(({ thread_id }) => thread_id);
    expect(await find({})).toHaveLength(2);
    expect(await find({ values: { count: 1 } })).toEqual([counted]);
    expect(await find({ ids: [idle] })).toEqual([idle]);
    expect(await find({ metadata: { tag, graph_id: "counter" } })).toEqual([counted]);
    expect(await find({ sortBy: "created_at", sortOrder: "asc" })).toEqual([counted, idle]);
    expect(await find({ sortBy: "state_updated_at", limit: 1 })).toHaveLength(1);
    expect(await find({ status: "error" })).toEqual([]);
    expect(await client.threads.count({ metadata: { tag } })).toBe(2);
    const [selected] = await client.threads.search({ ids: [counted], select: ["thread_id", "status"] });
    expect(selected).toEqual({ thread_id: counted, status: "idle" });
  });

  it("size: what a thread takes, which pruning makes less", async () => {
    const { thread_id } = await client.threads.create();
    const size = async () => (await fetch(`${server.url}/threads/${thread_id}/size`)).json();
    expect(await size()).toEqual({ thread_id, checkpoints: 0, bytes: 0 });
    await client.runs.wait(thread_id, "counter", { input: {} });
    const before = (await size()) as { checkpoints: number; bytes: number };
    expect(before.checkpoints).toBe((await client.threads.getHistory(thread_id)).length);
    await client.threads.prune([thread_id], { strategy: "keep_latest" });
    const after = (await size()) as { checkpoints: number; bytes: number };
    expect(after.checkpoints).toBe(1);
    expect(after.bytes).toBeLessThan(before.bytes);
    expect((await fetch(`${server.url}/threads/${crypto.randomUUID()}/size`)).status).toBe(404);
  });

  it("copy: the same state and history under a new id", async () => {
    const threadId = await newThread();
    await client.runs.wait(threadId, "counter", { input: {} });
    const copy = await client.threads.copy(threadId);
    expect(copy.thread_id).not.toBe(threadId);
    const [before, after] = await Promise.all([threadId, copy.thread_id].map((id) => client.threads.getHistory(id)));
    expect(after?.map(({ values }) => values)).toEqual(before?.map(({ values }) => values));
    await client.runs.wait(copy.thread_id, "counter", { input: {} });
    expect((await client.threads.getState<Counted>(threadId)).values.count).toBe(1);
  });
});

describe("state", () => {
  it("getState: the latest, at a checkpoint, by its id, and only what was selected", async () => {
    const threadId = await newThread();
    await client.runs.wait(threadId, "counter", { input: {} });
    const latest = await client.threads.getState<Counted>(threadId);
    expect(latest).toMatchObject({ values: { count: 1, log: ["count is 1"] }, next: [], tasks: [] });
    const { parent_checkpoint } = latest;
    if (!parent_checkpoint?.checkpoint_id) throw new Error("The state has no parent.");
    const before = await client.threads.getState(threadId, parent_checkpoint.checkpoint_id);
    expect(before).toMatchObject({ values: { count: 1, log: [] }, next: ["note"] });
    expect(await client.threads.getState(threadId, parent_checkpoint, { subgraphs: true })).toEqual(before);
    const selected = await client.threads.getState(threadId, undefined, { select: ["values.count", "next"] });
    expect(selected).toEqual({ values: { count: 1 }, next: [] });
  });

  it("updateState: as a node, and as a fork of an earlier checkpoint", async () => {
    const threadId = await newThread();
    await client.runs.wait(threadId, "counter", { input: {} });
    await client.threads.updateState(threadId, { values: { count: 10 }, asNode: "add" });
    expect(await client.threads.getState(threadId)).toMatchObject({ values: { count: 11 }, next: ["note"] });
    const history = await client.threads.getHistory<Counted>(threadId);
    const afterAdd = history.find(({ next, values }) => next[0] === "note" && values.count === 1);
    if (afterAdd === undefined) throw new Error("There is no checkpoint after add.");
    await client.threads.updateState(threadId, {
      values: { count: 5 },
      checkpoint: afterAdd.checkpoint,
      asNode: "add",
    });
    expect(await client.threads.getState(threadId)).toMatchObject({ values: { count: 6, log: [] }, next: ["note"] });
    expect(await client.runs.wait(threadId, "counter", { input: null })).toMatchObject({ log: ["count is 6"] });
  });

  it("getHistory: newest first, from before a checkpoint, limited", async () => {
    const threadId = await newThread();
    await client.runs.wait(threadId, "counter", { input: {} });
    const history = await client.threads.getHistory<Counted>(threadId);
    expect(history.map(({ next }) => next)).toEqual([[], ["note"], ["add"], ["__start__"]]);
    const [latest, before] = await client.threads.getHistory(threadId, { limit: 2 });
    expect(latest?.parent_checkpoint).toEqual(before?.checkpoint);
    const configurable = { checkpoint_id: history[1]?.checkpoint.checkpoint_id };
    const older = await client.threads.getHistory(threadId, { before: { configurable } });
    expect(older).toEqual(history.slice(2));
  });

  it("a thread without a run has an empty state", async () => {
    expect(await client.threads.getState(await newThread())).toMatchObject({ values: {}, next: [], tasks: [] });
  });
});

describe("runs", () => {
  it("create, get, join and list: a run in the background", async () => {
    const threadId = await newThread();
    const created: unknown[] = [];
    const run = await client.runs.create(threadId, "counter", {
      input: {},
      metadata: { a: 1 },
      onRunCreated: (named) => created.push(named),
    });
    expect(run).toMatchObject({ thread_id: threadId, metadata: { a: 1 } });
    expect(created).toEqual([{ run_id: run.run_id, thread_id: threadId }]);
    expect(await client.runs.join(threadId, run.run_id)).toMatchObject({ count: 1 });
    expect(await client.runs.get(threadId, run.run_id)).toMatchObject({ run_id: run.run_id, status: "success" });
    await client.runs.wait(threadId, "counter", { input: {} });
    const all = await client.runs.list(threadId);
    expect(all.map(({ run_id }) => run_id).at(-1)).toBe(run.run_id);
    expect(await client.runs.list(threadId, { limit: 1, offset: 1, select: ["run_id"] })).toEqual([
      { run_id: run.run_id },
    ]);
    expect(await client.runs.list(threadId, { status: "error" })).toEqual([]);
  });

  it("stream: metadata first, then the modes asked for", async () => {
    const threadId = await newThread();
    const created: unknown[] = [];
    const stream = client.runs.stream(threadId, "counter", {
      input: { count: 0 },
      context: { step: 4 },
      streamMode: ["values", "updates"],
      onRunCreated: (named) => created.push(named),
    });
    const events = await collect(stream);
    expect(created).toEqual([{ run_id: runIdIn(events), thread_id: threadId }]);
    expect(events.map(({ event }) => event)).toEqual(["metadata", "values", "updates", "values", "updates", "values"]);
    expect(events.at(-1)?.data).toEqual({ count: 4, log: ["count is 4"] });
  });

  it("stream: values when nothing was asked for", async () => {
    const events = await collect(client.runs.stream(await newThread(), "counter", { input: {} }));
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(["metadata", "values"]));
  });

  it("wait: the values at the end, or the error", async () => {
    const threadId = await newThread();
    expect(await client.runs.wait(threadId, "counter", { input: {} })).toEqual({ count: 1, log: ["count is 1"] });
    const failing = { input: { mood: "failing" } };
    await expect(client.runs.wait(threadId, "moods", failing)).rejects.toThrow("BadMoodError: not today");
    expect(await client.runs.wait(threadId, "moods", { ...failing, raiseError: false })).toEqual({
      __error__: { error: "BadMoodError", message: "not today" },
    });
  });

  it("joinStream: the whole of a resumable run, or what follows an event", async () => {
    const threadId = await newThread();
    const events = await collect(
      client.runs.stream(threadId, "counter", { input: {}, streamMode: ["updates"], streamResumable: true }),
    );
    const runId = runIdIn(events);
    expect(await collect(client.runs.joinStream(threadId, runId, { lastEventId: "-1" }))).toEqual(events);
    const [, second] = events;
    const rest = await collect(client.runs.joinStream(threadId, runId, { lastEventId: (second as { id: string }).id }));
    expect(rest).toEqual(events.slice(2));
  });

  it("cancel: interrupts a run, or takes it back with what it wrote", async () => {
    for (const action of ["interrupt", "rollback"] as const) {
      const threadId = await newThread();
      const input = { mood: "waiting", folder: folder.path };
      const { run_id } = await client.runs.create(threadId, "moods", { input });
      await until("the run is running", async () => (await client.runs.get(threadId, run_id)).status === "running");
      await client.runs.cancel(threadId, run_id, true, action);
      const found = await client.runs.get(threadId, run_id).then(
        ({ status }) => status,
        ({ status }) => status,
      );
      expect(found).toBe(action === "interrupt" ? "interrupted" : 404);
      expect(await client.runs.wait(threadId, "moods", { input: { mood: "fine" } })).toMatchObject({
        said: "I was fine",
      });
    }
  });

  it("delete: and it is gone", async () => {
    const threadId = await newThread();
    const { run_id } = await client.runs.create(threadId, "counter", { input: {} });
    await client.runs.join(threadId, run_id);
    await client.runs.delete(threadId, run_id);
    await expect(client.runs.get(threadId, run_id)).rejects.toMatchObject({ status: 404 });
  });

  it("a thread that is not there is made when asked for", async () => {
    const threadId = randomUUID();
    expect(await client.runs.wait(threadId, "counter", { input: {}, ifNotExists: "create" })).toMatchObject({
      count: 1,
    });
    expect(await client.threads.get(threadId)).toMatchObject({ metadata: { graph_id: "counter" } });
  });

  it("interruptBefore stops, and no input goes on", async () => {
    const threadId = await newThread();
    await client.runs.wait(threadId, "counter", { input: {}, interruptBefore: ["note"] });
    expect(await client.threads.get(threadId)).toMatchObject({ status: "interrupted" });
    expect(await client.threads.getState(threadId)).toMatchObject({ next: ["note"] });
    expect(await client.runs.wait(threadId, "counter", { input: null })).toMatchObject({ log: ["count is 1"] });
  });

  it("an interrupt is shown on the thread, and answered by a command", async () => {
    const threadId = await newThread();
    const paused = await client.runs.wait(threadId, "heddle-story", { input: { topic: "looms" } });
    expect(paused).toMatchObject({ __interrupt__: [{ id: expect.any(String), value: { question: "Is it good?" } }] });
    const thread = await client.threads.get(threadId);
    expect(thread.status).toBe("interrupted");
    const [interrupt] = Object.values(thread.interrupts).flat();
    const resume = { [interrupt?.id ?? ""]: "yes" };
    expect(await client.runs.wait(threadId, "heddle-story", { command: { resume } })).toMatchObject({ verdict: "yes" });
    expect(await client.threads.get(threadId)).toMatchObject({ status: "idle", interrupts: {} });
  });
});

describe("runs without a thread", () => {
  it("stream and wait: and nothing stays behind", async () => {
    const before = await client.threads.count();
    const created: { thread_id?: string }[] = [];
    const stream = client.runs.stream(null, "counter", { input: {}, onRunCreated: (named) => created.push(named) });
    expect((await collect(stream)).at(-1)?.data).toMatchObject({ count: 1 });
    expect(created).toEqual([{ run_id: expect.any(String) }]);
    expect(await client.runs.wait(null, "counter", { input: {} })).toMatchObject({ count: 1 });
    await until("the threads are gone", async () => (await client.threads.count()) === before);
  });

  it("create and createBatch: in the background", async () => {
    expect(await client.runs.create(null, "counter", { input: {} })).toMatchObject({ run_id: expect.any(String) });
    const batch = await client.runs.createBatch([
      { assistantId: "counter", input: {} },
      { assistantId: "counter", input: {} },
    ]);
    expect(batch).toHaveLength(2);
  });
});

describe("store", () => {
  it("putItem, getItem and deleteItem", async () => {
    const namespace = ["people", randomUUID()];
    await client.store.putItem(namespace, "ada", { born: 1815 });
    const item = await client.store.getItem(namespace, "ada");
    expect(item).toMatchObject({ namespace, key: "ada", value: { born: 1815 } });
    expect(Date.parse(item?.createdAt ?? "")).not.toBeNaN();
    await client.store.putItem(namespace, "ada", { born: 1816 });
    expect((await client.store.getItem(namespace, "ada"))?.value).toEqual({ born: 1816 });
    await client.store.deleteItem(namespace, "ada");
    expect(await client.store.getItem(namespace, "ada")).toBeNull();
    await client.store.deleteItem(namespace, "ada");
  });

  it("searchItems: below a prefix, by filter, page by page", async () => {
    const root = randomUUID();
    for (const [key, age] of Object.entries({ a: 1, b: 2, c: 3 })) {
      await client.store.putItem([root, key], key, { age, kind: age > 1 ? "old" : "young" });
    }
    const keys = async (options: object = {}): Promise<string[]> =>
      (await client.store.searchItems([root], options)).items.map(({ key }) => key).sort();
    expect(await keys()).toEqual(["a", "b", "c"]);
    expect(await keys({ filter: { kind: "old" } })).toEqual(["b", "c"]);
    expect(await keys({ filter: { age: { $gt: 2 } } })).toEqual(["c"]);
    expect(await keys({ limit: 2 })).toHaveLength(2);
    expect(await keys({ limit: 2, offset: 2 })).toHaveLength(1);
  });

  it("listNamespaces: by prefix and suffix, cut to a depth", async () => {
    const root = randomUUID();
    for (const namespace of [
      [root, "a", "x"],
      [root, "a", "y"],
      [root, "b", "x"],
    ]) {
      await client.store.putItem(namespace, "k", {});
    }
    const list = async (options: object): Promise<string[][]> =>
      (await client.store.listNamespaces({ prefix: [root], ...options })).namespaces.map((one) => one.slice(1)).sort();
    expect(await list({})).toEqual([
      ["a", "x"],
      ["a", "y"],
      ["b", "x"],
    ]);
    expect(await list({ suffix: ["x"] })).toEqual([
      ["a", "x"],
      ["b", "x"],
    ]);
    expect(await list({ maxDepth: 2 })).toEqual([["a"], ["b"]]);
  });
});
