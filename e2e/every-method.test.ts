import { randomUUID } from "node:crypto";
import { Client as HeddleClient } from "@heddle/sdk";
import { Client as OfficialClient } from "@langchain/langgraph-sdk";
import { Client as OfficialClient2 } from "langgraph-sdk-2";
import { describe, expect, it } from "vitest";
import { type Json, newGate, useServer } from "./testing/bench.ts";
import { collect } from "./testing/collect.ts";
import { until } from "./testing/until.ts";

const bench = useServer();
const HUMAN = { input: { messages: [{ role: "human", content: "foo", id: "human" }] } };
const PARTS = ["assistants", "threads", "runs", "crons", "store"] as const;
type Parts = Record<(typeof PARTS)[number], Json>;

/** Whatever a client has beside what an Agent Server's REST API offers: the event protocol v2, which is another suite. */
const NOT_REST = ["threads.stream"];

/** The client, and the names of its methods that were called. */
function watched(client: object): { client: Parts; called: Set<string> } {
  const called = new Set<string>();
  const watch = (part: string) =>
    new Proxy(Reflect.get(client, part) as object, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        called.add(`${part}.${String(name)}`);
        return value.bind(target);
      },
    });
  return { client: Object.fromEntries(PARTS.map((part) => [part, watch(part)])) as Parts, called };
}

function methodsOf(client: object): string[] {
  return PARTS.flatMap((part) => {
    const prototype = Object.getPrototypeOf(Reflect.get(client, part));
    const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor" && !/^[_#]/.test(name));
    return names.filter((name) => typeof prototype[name] === "function").map((name) => `${part}.${name}`);
  }).filter((name) => !NOT_REST.includes(name));
}

async function driveAssistants({ assistants }: Parts): Promise<void> {
  const tag = randomUUID();
  const { assistant_id } = await assistants.create({ graphId: "deep", name: tag, metadata: { tag } });
  expect((await assistants.get(assistant_id)).name).toBe(tag);
  expect((await assistants.update(assistant_id, { description: "d" })).version).toBe(2);
  expect(await assistants.search({ metadata: { tag } })).toHaveLength(1);
  expect(await assistants.count({ metadata: { tag } })).toBe(1);
  expect(await assistants.getVersions(assistant_id)).toHaveLength(2);
  expect((await assistants.setLatest(assistant_id, 1)).version).toBe(1);
  expect((await assistants.getGraph(assistant_id)).nodes.length).toBeGreaterThan(2);
  expect(await assistants.getSchemas(assistant_id)).toHaveProperty("state_schema");
  expect(Object.keys(await assistants.getSubgraphs(assistant_id))).toEqual(["child"]);
  await assistants.delete(assistant_id);
  await expect(assistants.get(assistant_id)).rejects.toThrow(/404/);
}

async function driveThreads({ threads, runs }: Parts): Promise<void> {
  const tag = randomUUID();
  const { thread_id } = await threads.create({ metadata: { tag } });
  await runs.wait(thread_id, "agent", HUMAN);
  expect(await threads.get(thread_id)).toMatchObject({ thread_id, status: "idle" });
  expect((await threads.update(thread_id, { metadata: { b: 1 } })).metadata).toMatchObject({ tag, b: 1 });
  expect(await threads.search({ metadata: { tag } })).toHaveLength(1);
  expect(await threads.count({ metadata: { tag } })).toBe(1);
  const state = await threads.getState(thread_id);
  expect(state.values.messages).toHaveLength(4);
  expect(await threads.getState(thread_id, state.checkpoint)).toEqual(state);
  expect(await threads.getHistory(thread_id)).toHaveLength(5);
  if ("getSize" in threads) {
    expect(await threads.getSize(thread_id)).toMatchObject({ thread_id, checkpoints: 5 });
  }
  const { checkpoint } = await threads.updateState(thread_id, { values: { messages: [] }, asNode: "agent" });
  expect(checkpoint.thread_id).toBe(thread_id);
  await threads.patchState(thread_id, { patched: true });
  const copy = await threads.copy(thread_id);
  expect(copy.metadata).toMatchObject({ tag, patched: true });
  await followThread(threads, runs, thread_id);
  if ("prune" in threads && threads.prune !== undefined) {
    expect(await threads.prune([copy.thread_id])).toEqual({ pruned_count: 1 });
  }
  await threads.delete(thread_id);
  await expect(threads.get(thread_id)).rejects.toThrow(/404/);
}

async function followThread(threads: Json, runs: Json, threadId: string): Promise<void> {
  const aborter = new AbortController();
  const seen: string[] = [];
  const following = (async () => {
    for await (const { event, data } of threads.joinStream(threadId, { signal: aborter.signal, lastEventId: "-1" })) {
      seen.push(event);
      if (data?.status === "run_done" && seen.includes("updates")) return;
    }
  })();
  await runs.create(threadId, "agent", { ...HUMAN, streamMode: ["updates"], streamResumable: true });
  await following;
  aborter.abort();
  expect(seen.filter((event) => event === "updates")).toHaveLength(3);
}

async function driveRuns({ runs, threads }: Parts): Promise<void> {
  const { thread_id } = await threads.create();
  const events = await collect<Json>(runs.stream(thread_id, "agent", { ...HUMAN, streamResumable: true }));
  const runId = events[0].data.run_id;
  expect(await collect<Json>(runs.joinStream(thread_id, runId, { lastEventId: "-1" }))).toEqual(events);
  expect(await runs.get(thread_id, runId)).toMatchObject({ status: "success" });
  expect((await runs.join(thread_id, runId)).messages).toHaveLength(4);
  expect(await runs.list(thread_id)).toHaveLength(1);
  await runs.delete(thread_id, runId);
  expect(await runs.list(thread_id)).toEqual([]);
  expect((await runs.wait(null, "agent", HUMAN)).messages).toHaveLength(4);
  expect(await runs.createBatch([{ assistantId: "agent", ...HUMAN }])).toHaveLength(1);
  await using gate = await newGate();
  const waiting = { input: { waits: true, folder: gate.folder } };
  const run = await runs.create(thread_id, "conversation", waiting);
  await until("it runs", async () => (await runs.get(thread_id, run.run_id)).status === "running");
  await runs.cancel(thread_id, run.run_id, true);
  expect((await runs.get(thread_id, run.run_id)).status).toBe("interrupted");
  if (runs.cancelMany === undefined) return;
  const delayed = await runs.create(thread_id, "conversation", { ...waiting, afterSeconds: 1000 });
  await runs.cancelMany({ threadId: thread_id, runIds: [delayed.run_id] });
  expect((await runs.get(thread_id, delayed.run_id)).status).toBe("interrupted");
}

async function driveCrons({ crons, threads, runs }: Parts): Promise<void> {
  const metadata = { tag: randomUUID() };
  const yearly = { schedule: "0 0 1 1 *", ...HUMAN, metadata };
  const { thread_id } = await threads.create();
  const { cron_id } = await crons.create("agent", yearly);
  const ofThread = await crons.createForThread(thread_id, "agent", yearly);
  const found: Json[] = await crons.search({ metadata, limit: 5 });
  expect(found.map((cron) => cron.cron_id)).toEqual(expect.arrayContaining([cron_id, ofThread.cron_id]));
  expect(await crons.count({ metadata })).toBeGreaterThanOrEqual(2);
  expect((await crons.update(cron_id, { enabled: false })).enabled).toBe(false);
  if (crons.trigger !== undefined) {
    const run = await crons.trigger(ofThread.cron_id);
    expect((await runs.join(thread_id, run.run_id)).messages).toHaveLength(4);
    expect(await crons.fires(ofThread.cron_id)).toMatchObject([{ run_id: run.run_id }]);
    expect((await crons.get(ofThread.cron_id)).thread_id).toBe(thread_id);
  }
  await crons.delete(cron_id);
  await expect(crons.delete(cron_id)).rejects.toThrow(/404/);
}

async function driveStore({ store }: Parts): Promise<void> {
  const namespace = [randomUUID(), "notes"];
  await store.putItem(namespace, "a", { text: "one" });
  expect((await store.getItem(namespace, "a")).value).toEqual({ text: "one" });
  expect((await store.searchItems(namespace, { filter: { text: "one" } })).items).toHaveLength(1);
  expect((await store.listNamespaces({ prefix: namespace })).namespaces).toEqual([namespace]);
  await store.deleteItem(namespace, "a");
  expect(await store.getItem(namespace, "a")).toBeNull();
}

const clients: [string, () => object][] = [
  ["the official client 1.15.0", () => new OfficialClient({ apiUrl: bench.url, apiKey: null })],
  ["the official client 2.0.0", () => new OfficialClient2({ apiUrl: bench.url, apiKey: null })],
  ["our client", () => new HeddleClient({ apiUrl: bench.url, apiKey: null })],
];

describe.each(clients)("every method of %s", (_, newClient) => {
  it("does what it says on our server", async () => {
    const whole = newClient();
    const { client, called } = watched(whole);
    await driveAssistants(client);
    await driveThreads(client);
    await driveRuns(client);
    await driveCrons(client);
    await driveStore(client);
    expect(methodsOf(whole).filter((name) => !called.has(name))).toEqual([]);
  });
});
