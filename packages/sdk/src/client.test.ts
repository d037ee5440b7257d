import { describe, expect, it } from "vitest";
import { type Answer, brokenConnection, events, json, nothing, RecordingServer } from "../testing/recording-server.ts";
import { Client } from "./client.ts";
import type { RunsStreamPayload } from "./runs/run-payload.ts";

interface Call {
  call: (client: Client) => Promise<unknown>;
  sends: [method: string, path: string, body?: unknown];
  answer?: Answer;
}

const everything: RunsStreamPayload = {
  input: { a: 1 },
  command: { resume: "yes" },
  config: { tags: ["x"] },
  context: { c: 1 },
  metadata: { m: 1 },
  checkpoint: { checkpoint_ns: "", checkpoint_id: "c" },
  checkpointId: "c",
  durability: "sync",
  checkpointDuring: true,
  interruptBefore: ["n"],
  interruptAfter: "*",
  multitaskStrategy: "enqueue",
  onCompletion: "keep",
  onDisconnect: "continue",
  webhook: "/hook",
  afterSeconds: 3,
  ifNotExists: "create",
  strictResume: true,
  streamMode: ["values", "updates"],
  streamSubgraphs: true,
  streamResumable: true,
  feedbackKeys: ["f"],
};

const everythingOnTheWire = {
  input: { a: 1 },
  command: { resume: "yes" },
  config: { tags: ["x"] },
  context: { c: 1 },
  metadata: { m: 1 },
  checkpoint: { checkpoint_ns: "", checkpoint_id: "c" },
  checkpoint_id: "c",
  durability: "sync",
  checkpoint_during: true,
  interrupt_before: ["n"],
  interrupt_after: "*",
  multitask_strategy: "enqueue",
  on_completion: "keep",
  on_disconnect: "continue",
  webhook: "/hook",
  after_seconds: 3,
  if_not_exists: "create",
  strict_resume: true,
  stream_mode: ["values", "updates"],
  stream_subgraphs: true,
  stream_resumable: true,
  feedback_keys: ["f"],
  assistant_id: "agent",
};

const stream = events("event: metadata\ndata: {}\n\n");

async function all(generator: AsyncGenerator<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of generator) items.push(item);
  return items;
}

const calls: Record<string, Call> = {
  "runs.stream": {
    call: (client) => all(client.runs.stream("t", "agent", everything)),
    sends: ["POST", "/threads/t/runs/stream", everythingOnTheWire],
    answer: stream,
  },
  "runs.stream without a thread": {
    call: (client) => all(client.runs.stream(null, "agent", { streamNamespaces: ["", "child"] })),
    sends: ["POST", "/runs/stream?namespace=&namespace=child", { assistant_id: "agent" }],
    answer: stream,
  },
  "runs.create": {
    call: (client) => client.runs.create("t", "agent", everything),
    sends: ["POST", "/threads/t/runs", everythingOnTheWire],
  },
  "runs.create that goes on": {
    call: (client) => client.runs.create(null, "agent", { input: null }),
    sends: ["POST", "/runs", { assistant_id: "agent", input: null }],
  },
  "runs.createBatch": {
    call: (client) => client.runs.createBatch([{ assistantId: "agent", ...everything }, { assistantId: "b" }]),
    sends: ["POST", "/runs/batch", [everythingOnTheWire, { assistant_id: "b" }]],
  },
  "runs.wait": {
    call: (client) => client.runs.wait("t", "agent", everything),
    sends: ["POST", "/threads/t/runs/wait", everythingOnTheWire],
  },
  "runs.list": {
    call: (client) => client.runs.list("t", { limit: 1, status: "error", select: ["run_id", "status"] }),
    sends: ["GET", "/threads/t/runs?limit=1&offset=0&status=error&select=run_id&select=status"],
  },
  "runs.get": { call: (client) => client.runs.get("t", "r"), sends: ["GET", "/threads/t/runs/r"] },
  "runs.cancel": {
    call: (client) => client.runs.cancel("t", "r"),
    sends: ["POST", "/threads/t/runs/r/cancel?wait=0&action=interrupt"],
    answer: nothing(202),
  },
  "runs.cancel with a reason": {
    call: (client) => client.runs.cancel("t", "r", true, "interrupt", { reason: "taken" }),
    sends: ["POST", "/threads/t/runs/r/cancel?wait=1&action=interrupt&reason=taken"],
    answer: nothing(),
  },
  "runs.cancelMany": {
    call: (client) => client.runs.cancelMany({ threadId: "t", runIds: ["r"], action: "rollback" }),
    sends: ["POST", "/runs/cancel?action=rollback", { thread_id: "t", run_ids: ["r"] }],
    answer: nothing(),
  },
  "runs.join": {
    call: (client) => client.runs.join("t", "r", { cancelOnDisconnect: true }),
    sends: ["GET", "/threads/t/runs/r/join?cancel_on_disconnect=1"],
  },
  "runs.joinStream": {
    call: (client) => all(client.runs.joinStream("t", "r", { streamMode: ["values", "updates"], checkpointId: "c" })),
    sends: [
      "GET",
      "/threads/t/runs/r/stream?cancel_on_disconnect=0&stream_mode=values&stream_mode=updates&checkpoint_id=c",
    ],
    answer: stream,
  },
  "runs.joinStream of a stateless run, with a signal": {
    call: (client) => all(client.runs.joinStream(null, "r", new AbortController().signal)),
    sends: ["GET", "/runs/r/stream?cancel_on_disconnect=0"],
    answer: stream,
  },
  "runs.delete": {
    call: (client) => client.runs.delete("t", "r"),
    sends: ["DELETE", "/threads/t/runs/r"],
    answer: nothing(),
  },
  "threads.create": {
    call: (client) => client.threads.create(),
    sends: ["POST", "/threads", { metadata: {} }],
  },
  "threads.create with everything": {
    call: (client) =>
      client.threads.create({
        threadId: "t",
        metadata: { m: 1 },
        graphId: "g",
        ifExists: "do_nothing",
        ttl: 5,
        supersteps: [{ updates: [{ values: { a: 1 }, asNode: "n" }] }],
      }),
    sends: [
      "POST",
      "/threads",
      {
        metadata: { m: 1, graph_id: "g" },
        thread_id: "t",
        if_exists: "do_nothing",
        supersteps: [{ updates: [{ values: { a: 1 }, as_node: "n" }] }],
        ttl: { ttl: 5, strategy: "delete" },
      },
    ],
  },
  "threads.get": {
    call: (client) => client.threads.get("t", { include: ["ttl"] }),
    sends: ["GET", "/threads/t?include=ttl"],
  },
  "threads.copy": { call: (client) => client.threads.copy("t"), sends: ["POST", "/threads/t/copy"] },
  "threads.update": {
    call: (client) => client.threads.update("t", { metadata: { a: 1 }, returnMinimal: true }),
    sends: ["PATCH", "/threads/t", { metadata: { a: 1 } }],
    answer: nothing(),
  },
  "threads.delete": {
    call: (client) => client.threads.delete("t"),
    sends: ["DELETE", "/threads/t"],
    answer: nothing(),
  },
  "threads.getSize": {
    call: (client) => client.threads.getSize("t"),
    sends: ["GET", "/threads/t/size"],
  },
  "threads.prune": {
    call: (client) => client.threads.prune(["t"]),
    sends: ["POST", "/threads/prune", { thread_ids: ["t"], strategy: "delete" }],
  },
  "threads.search": {
    call: (client) =>
      client.threads.search({ status: "idle", sortBy: "state_updated_at", sortOrder: "asc", ids: ["t"] }),
    sends: [
      "POST",
      "/threads/search",
      { status: "idle", ids: ["t"], limit: 10, offset: 0, sort_by: "state_updated_at", sort_order: "asc" },
    ],
  },
  "threads.count": { call: (client) => client.threads.count(), sends: ["POST", "/threads/count", {}] },
  "threads.getState": {
    call: (client) => client.threads.getState("t", undefined, { subgraphs: true, select: ["values.messages", "next"] }),
    sends: ["GET", "/threads/t/state?subgraphs=true&select=values.messages&select=next"],
  },
  "threads.getState at a checkpoint": {
    call: (client) => client.threads.getState("t", "c"),
    sends: ["GET", "/threads/t/state/c"],
  },
  "threads.getState of a subgraph": {
    call: (client) =>
      client.threads.getState("t", { thread_id: "t", checkpoint_ns: "n", checkpoint_id: null, checkpoint_map: null }),
    sends: [
      "POST",
      "/threads/t/state/checkpoint",
      { checkpoint: { thread_id: "t", checkpoint_ns: "n", checkpoint_id: null, checkpoint_map: null } },
    ],
  },
  "threads.updateState": {
    call: (client) => client.threads.updateState("t", { values: { a: 1 }, asNode: "n", checkpointId: "c" }),
    sends: ["POST", "/threads/t/state", { values: { a: 1 }, checkpoint_id: "c", as_node: "n" }],
  },
  "threads.patchState": {
    call: (client) => client.threads.patchState({ configurable: { thread_id: "t" } }, { a: 1 }),
    sends: ["PATCH", "/threads/t/state", { metadata: { a: 1 } }],
    answer: nothing(),
  },
  "threads.getHistory": {
    call: (client) => client.threads.getHistory("t", { before: { configurable: { checkpoint_id: "c" } } }),
    sends: ["POST", "/threads/t/history", { limit: 10, before: { configurable: { checkpoint_id: "c" } } }],
  },
  "threads.joinStream": {
    call: (client) => all(client.threads.joinStream("t", { streamMode: "lifecycle", lastEventId: "4" })),
    sends: ["GET", "/threads/t/stream?stream_mode=lifecycle"],
    answer: stream,
  },
  "assistants.create": {
    call: (client) =>
      client.assistants.create({
        graphId: "agent",
        config: { configurable: { model_name: "openai" } },
        name: "Open AI Assistant",
        ifExists: "raise",
      }),
    sends: [
      "POST",
      "/assistants",
      {
        graph_id: "agent",
        config: { configurable: { model_name: "openai" } },
        name: "Open AI Assistant",
        if_exists: "raise",
      },
    ],
  },
  "assistants.get": { call: (client) => client.assistants.get("a/b"), sends: ["GET", "/assistants/a%2Fb"] },
  "assistants.update": {
    call: (client) => client.assistants.update("a", { context: { c: 1 }, description: "d" }),
    sends: ["PATCH", "/assistants/a", { context: { c: 1 }, description: "d" }],
  },
  "assistants.delete": {
    call: (client) => client.assistants.delete("a", { deleteThreads: true }),
    sends: ["DELETE", "/assistants/a?delete_threads=true"],
    answer: nothing(),
  },
  "assistants.search": {
    call: (client) => client.assistants.search({ graphId: "g", sortBy: "name", select: ["name"] }),
    sends: ["POST", "/assistants/search", { graph_id: "g", limit: 10, offset: 0, sort_by: "name", select: ["name"] }],
  },
  "assistants.count": {
    call: (client) => client.assistants.count({ metadata: { a: 1 } }),
    sends: ["POST", "/assistants/count", { metadata: { a: 1 } }],
  },
  "assistants.getGraph": {
    call: (client) => client.assistants.getGraph("a", { xray: 2 }),
    sends: ["GET", "/assistants/a/graph?xray=2"],
  },
  "assistants.getSchemas": {
    call: (client) => client.assistants.getSchemas("a"),
    sends: ["GET", "/assistants/a/schemas"],
  },
  "assistants.getSubgraphs": {
    call: (client) => client.assistants.getSubgraphs("a", { namespace: "x|y", recurse: true }),
    sends: ["GET", "/assistants/a/subgraphs/x%7Cy?recurse=true"],
  },
  "assistants.getVersions": {
    call: (client) => client.assistants.getVersions("a"),
    sends: ["POST", "/assistants/a/versions", { limit: 10, offset: 0 }],
  },
  "assistants.setLatest": {
    call: (client) => client.assistants.setLatest("a", 3),
    sends: ["POST", "/assistants/a/latest", { version: 3 }],
  },
  "crons.create": {
    call: (client) => client.crons.create("agent", { schedule: "* * * * *", onRunCompleted: "keep", endTime: "2030" }),
    sends: [
      "POST",
      "/runs/crons",
      { assistant_id: "agent", schedule: "* * * * *", on_run_completed: "keep", end_time: "2030" },
    ],
  },
  "crons.createForThread": {
    call: (client) => client.crons.createForThread("t", "agent", { schedule: "* * * * *", timezone: "UTC" }),
    sends: ["POST", "/threads/t/runs/crons", { assistant_id: "agent", schedule: "* * * * *", timezone: "UTC" }],
  },
  "crons.update": {
    call: (client) => client.crons.update("c", { endTime: null, enabled: false }),
    sends: ["PATCH", "/runs/crons/c", { end_time: null, enabled: false }],
  },
  "crons.delete": { call: (client) => client.crons.delete("c"), sends: ["DELETE", "/runs/crons/c"], answer: nothing() },
  "crons.search": {
    call: (client) => client.crons.search({ threadId: "t", sortBy: "next_run_date" }),
    sends: ["POST", "/runs/crons/search", { thread_id: "t", limit: 10, offset: 0, sort_by: "next_run_date" }],
  },
  "crons.count": {
    call: (client) => client.crons.count({ assistantId: "a" }),
    sends: ["POST", "/runs/crons/count", { assistant_id: "a" }],
  },
  "store.putItem": {
    call: (client) => client.store.putItem(["a", "b"], "k", { v: 1 }, { index: false, ttl: null }),
    sends: ["PUT", "/store/items", { namespace: ["a", "b"], key: "k", value: { v: 1 }, index: false, ttl: null }],
    answer: nothing(),
  },
  "store.deleteItem": {
    call: (client) => client.store.deleteItem(["a", "b"], "k"),
    sends: ["DELETE", "/store/items", { namespace: ["a", "b"], key: "k" }],
    answer: nothing(),
  },
  "store.listNamespaces": {
    call: (client) => client.store.listNamespaces({ prefix: ["a"], maxDepth: 2 }),
    sends: ["POST", "/store/namespaces", { prefix: ["a"], max_depth: 2, limit: 100, offset: 0 }],
  },
};

describe("Client", () => {
  it.each(Object.entries(calls))("%s sends what the server expects", async (_, { call, sends, answer = json({}) }) => {
    await using server = await RecordingServer.start(answer);
    await call(new Client({ apiUrl: server.url, apiKey: null }));
    const requests = server.requests.map(({ method, path, body }) => [method, path, body]);
    expect(requests).toEqual([[sends[0], sends[1], sends[2]]]);
  });

  it("tells of a created run before its first event", async () => {
    const location = { "content-location": "/threads/t/runs/r" };
    await using server = await RecordingServer.start(events("event: metadata\ndata: {}\n\n", location));
    const seen: unknown[] = [];
    const client = new Client({ apiUrl: server.url });
    for await (const event of client.runs.stream("t", "agent", { onRunCreated: (run) => seen.push(run) })) {
      seen.push(event.event);
    }
    expect(seen).toEqual([{ run_id: "r", thread_id: "t" }, "metadata"]);
  });

  it("asks again for a run when the connection breaks and the server will know the request by its key", async () => {
    await using server = await RecordingServer.start(brokenConnection(), json({ run_id: "r" }));
    const { runs } = new Client({ apiUrl: server.url });
    expect(await runs.create("t", "agent", { idempotencyKey: "k" })).toEqual({ run_id: "r" });
    expect(server.requests.map(({ headers }) => headers["idempotency-key"])).toEqual(["k", "k"]);
  });

  it("throws the failure of a run that was waited for, unless told not to", async () => {
    const failed = { __error__: { error: "ValueError", message: "boo" } };
    await using server = await RecordingServer.start(json(failed));
    const { runs } = new Client({ apiUrl: server.url });
    await expect(runs.wait("t", "agent")).rejects.toMatchObject({ message: "ValueError: boo", error: "ValueError" });
    expect(await runs.wait("t", "agent", { raiseError: false })).toEqual(failed);
    expect(await runs.join("t", "r")).toEqual(failed);
  });

  it("answers with the next page of assistants when asked for it", async () => {
    await using server = await RecordingServer.start(json([], { "x-pagination-next": "10" }));
    const { assistants } = new Client({ apiUrl: server.url });
    expect(await assistants.search({ includePagination: true })).toEqual({ assistants: [], next: "10" });
    expect(await assistants.search()).toEqual([]);
  });

  it("gives the times of items both names", async () => {
    const item = { namespace: ["a"], key: "k", value: {}, created_at: "C", updated_at: "U" };
    await using server = await RecordingServer.start(
      json(item),
      json({ items: [{ ...item, score: 0.5 }] }),
      json(null),
    );
    const { store } = new Client({ apiUrl: server.url });
    expect(await store.getItem(["a"], "k")).toEqual({ ...item, createdAt: "C", updatedAt: "U" });
    expect(await store.searchItems(["a"])).toEqual({
      items: [{ ...item, score: 0.5, createdAt: "C", updatedAt: "U" }],
    });
    expect(await store.getItem(["a"], "none", { refreshTtl: true })).toBeNull();
    expect(server.requests[2]?.path).toBe("/store/items?namespace=a&key=none&refresh_ttl=true");
  });

  it("refuses a namespace whose label has a period", async () => {
    const { store } = new Client({ apiUrl: "http://nowhere.test" });
    await expect(store.getItem(["a.b"], "k")).rejects.toThrow('Invalid namespace label "a.b"');
  });
});
