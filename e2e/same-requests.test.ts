import { Client as HeddleClient } from "@heddle/sdk";
import { Client as OfficialClient, type RunsInvokePayload } from "@langchain/langgraph-sdk";
import { describe, expect, it } from "vitest";
import { type Answer, events, json, nothing, RecordingServer } from "../packages/sdk/testing/recording-server.ts";
import { collect } from "./testing/collect.ts";

const CHECKPOINT = { thread_id: "t", checkpoint_ns: "n", checkpoint_id: "c", checkpoint_map: null };
const PAYLOAD: RunsInvokePayload = {
  input: { a: 1 },
  command: { resume: "yes" },
  config: { tags: ["x"], configurable: { model_name: "openai" } },
  context: { c: 1 },
  metadata: { m: 1 },
  checkpoint: { checkpoint_ns: "", checkpoint_id: "c", checkpoint_map: null },
  checkpointId: "c",
  durability: "sync",
  interruptBefore: ["n"],
  interruptAfter: "*",
  multitaskStrategy: "enqueue",
  webhook: "/hook",
  afterSeconds: 3,
  ifNotExists: "create",
  strictResume: true,
};
const STREAMED = { ...PAYLOAD, streamMode: ["values" as const, "updates" as const], streamSubgraphs: true };

const calls: Record<string, (client: OfficialClient) => Promise<unknown>> = {
  "assistants.get": (client) => client.assistants.get("a/b c"),
  "assistants.getGraph": (client) => client.assistants.getGraph("a", { xray: 2 }),
  "assistants.getSchemas": (client) => client.assistants.getSchemas("a"),
  "assistants.getSubgraphs": (client) => client.assistants.getSubgraphs("a", { namespace: "x|y", recurse: true }),
  "assistants.create": (client) =>
    client.assistants.create({ graphId: "g", assistantId: "a", ifExists: "do_nothing", name: "n", context: { c: 1 } }),
  "assistants.update": (client) => client.assistants.update("a", { metadata: { m: 1 }, description: "d" }),
  "assistants.delete": (client) => client.assistants.delete("a"),
  "assistants.search": (client) => client.assistants.search({ name: "n", sortBy: "name", select: ["name"] }),
  "assistants.search without a query": (client) => client.assistants.search(),
  "assistants.count": (client) => client.assistants.count({ graphId: "g" }),
  "assistants.getVersions": (client) => client.assistants.getVersions("a", { limit: 1 }),
  "assistants.setLatest": (client) => client.assistants.setLatest("a", 3),
  "threads.get": (client) => client.threads.get("t", { include: ["ttl"] }),
  "threads.create": (client) =>
    client.threads.create({
      threadId: "t",
      graphId: "g",
      ttl: 5,
      supersteps: [{ updates: [{ values: {}, command: { resume: 1 }, asNode: "n" }] }],
    }),
  "threads.create without anything": (client) => client.threads.create(),
  "threads.copy": (client) => client.threads.copy("t"),
  "threads.update": (client) => client.threads.update("t", { metadata: { a: 1 }, ttl: 3, returnMinimal: true }),
  "threads.delete": (client) => client.threads.delete("t"),
  "threads.prune": (client) => client.threads.prune(["t"], { strategy: "keep_latest" }),
  "threads.search": (client) =>
    client.threads.search({
      ids: ["t"],
      status: "idle",
      values: { a: 1 },
      sortOrder: "asc",
      extract: { a: "values.b" },
    }),
  "threads.count": (client) => client.threads.count({ status: "busy" }),
  "threads.getState": (client) =>
    client.threads.getState("t", undefined, { subgraphs: true, select: ["values.a", "next"] }),
  "threads.getState by id": (client) => client.threads.getState("t", "c"),
  "threads.getState at a checkpoint": (client) => client.threads.getState("t", CHECKPOINT, { select: ["values"] }),
  "threads.updateState": (client) =>
    client.threads.updateState("t", { values: { a: 1 }, checkpoint: CHECKPOINT, asNode: "n" }),
  "threads.patchState": (client) => client.threads.patchState({ configurable: { thread_id: "t" } }, { a: 1 }),
  "threads.getHistory": (client) =>
    client.threads.getHistory("t", {
      before: { configurable: { checkpoint_id: "c" } },
      checkpoint: { checkpoint_ns: "n" },
    }),
  "threads.joinStream": (client) =>
    collect(client.threads.joinStream("t", { lastEventId: "4", streamMode: ["lifecycle"] })),
  "runs.stream": (client) =>
    collect(client.runs.stream("t", "a", { ...STREAMED, streamResumable: true, onDisconnect: "continue" })),
  "runs.stream without a thread": (client) =>
    collect(client.runs.stream(null, "a", { input: {}, streamMode: "updates" })),
  "runs.create": (client) => client.runs.create("t", "a", STREAMED),
  "runs.create that goes on": (client) => client.runs.create(null, "a", { input: null }),
  "runs.wait": (client) => client.runs.wait("t", "a", { ...PAYLOAD, onDisconnect: "cancel" }),
  "runs.list": (client) => client.runs.list("t", { status: "error", select: ["run_id", "status"] }),
  "runs.get": (client) => client.runs.get("t", "r"),
  "runs.cancel": (client) => client.runs.cancel("t", "r"),
  "runs.cancel and wait": (client) => client.runs.cancel("t", "r", true, "rollback"),
  "runs.cancelMany": (client) => client.runs.cancelMany({ threadId: "t", runIds: ["r"], action: "rollback" }),
  "runs.join": (client) => client.runs.join("t", "r", { cancelOnDisconnect: true }),
  "runs.joinStream": (client) =>
    collect(
      client.runs.joinStream("t", "r", {
        lastEventId: "-1",
        checkpointId: "c",
        streamMode: "values",
        streamNamespaces: [""],
      }),
    ),
  "runs.delete": (client) => client.runs.delete("t", "r"),
  "crons.create": (client) =>
    client.crons.create("a", {
      schedule: "* * * * *",
      timezone: "UTC",
      onRunCompleted: "keep",
      enabled: false,
      input: {},
    }),
  "crons.createForThread": (client) =>
    client.crons.createForThread("t", "a", { schedule: "* * * * *", endTime: "2030" }),
  "crons.update": (client) => client.crons.update("c", { endTime: null }),
  "crons.delete": (client) => client.crons.delete("c"),
  "crons.search": (client) => client.crons.search({ threadId: "t", enabled: true, sortBy: "next_run_date" }),
  "crons.count": (client) => client.crons.count({ metadata: { a: 1 } }),
  "store.putItem": (client) => client.store.putItem(["a", "b"], "k", { v: 1 }, { index: ["v"], ttl: null }),
  "store.getItem": (client) => client.store.getItem(["a", "b"], "k", { refreshTtl: true }),
  "store.deleteItem": (client) => client.store.deleteItem(["a", "b"], "k"),
  "store.searchItems": (client) => client.store.searchItems(["a"], { filter: { x: 1 }, query: "q" }),
  "store.listNamespaces": (client) => client.store.listNamespaces({ suffix: ["b"], maxDepth: 2 }),
};

/** Enough for any of the calls. */
function answer(name: string): Answer {
  if (/stream/i.test(name)) return events("event: metadata\ndata: {}\n\n");
  if (/delete|put|cancel|patch|threads.update$/.test(name)) return nothing();
  if (/search|list|getHistory|getVersions/.test(name)) {
    return json(name.startsWith("store") ? { items: [], namespaces: [] } : []);
  }
  return json({});
}

async function requestsOf(name: string, connect: (url: string) => OfficialClient): Promise<unknown[]> {
  await using server = await RecordingServer.start(answer(name));
  await calls[name]?.(connect(server.url));
  return server.requests.map(({ method, path, headers, body }) => ({
    method,
    path,
    body,
    headers: Object.fromEntries(
      ["content-type", "x-api-key", "x-tenant", "last-event-id", "prefer"].map((header) => [header, headers[header]]),
    ),
  }));
}

describe("our SDK sends what the official one sends", () => {
  const config = { apiKey: "secret", defaultHeaders: { "X-Tenant": "t" } };

  it.each(Object.keys(calls))("%s", async (name) => {
    const official = await requestsOf(name, (url) => new OfficialClient({ apiUrl: `${url}/prefix/`, ...config }));
    const ours = await requestsOf(
      name,
      (url) => new HeddleClient({ apiUrl: `${url}/prefix/`, ...config }) as unknown as OfficialClient,
    );
    expect(official).toHaveLength(1);
    expect(ours).toEqual(official);
  });
});
