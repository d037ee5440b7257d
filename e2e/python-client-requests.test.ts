import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GRAPHS_CONFIG } from "./testing/places.ts";
import { type RawAnswer, rawRequest } from "./testing/raw-request.ts";
import { startServer, type TestServer } from "./testing/server.ts";

// What the Python client sends (langgraph_sdk 0.4 over httpx), byte for byte where it matters.

const HEADERS = { accept: "*/*", "accept-encoding": "gzip, deflate", "user-agent": "langgraph-sdk-py/0.4.2" };
const JSON_HEADERS = { ...HEADERS, "content-type": "application/json" };
const STREAM_HEADERS = { ...JSON_HEADERS, accept: "text/event-stream", "cache-control": "no-store" };

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ config: GRAPHS_CONFIG });
});

afterAll(() => server?.[Symbol.asyncDispose]());

function get(path: string, headers: Record<string, string> = HEADERS): Promise<RawAnswer> {
  return rawRequest(server.url, "GET", path, { headers });
}

function send(method: string, path: string, body: unknown, headers = JSON_HEADERS): Promise<RawAnswer> {
  return rawRequest(server.url, method, path, { headers, body: JSON.stringify(body) });
}

async function createThread(): Promise<string> {
  const { json } = await send("POST", "/threads", { metadata: {} });
  return (json as { thread_id: string }).thread_id;
}

async function createRun(threadId: string, fields: object = {}): Promise<string> {
  const { json } = await send("POST", `/threads/${threadId}/runs/wait`, { ...RUN, ...fields });
  expect(json).toMatchObject({ count: expect.any(Number) });
  const runs = (await get(`/threads/${threadId}/runs?limit=1&offset=0`)).json as { run_id: string }[];
  return runs[0]?.run_id ?? "";
}

/** The body of `client.runs.*`: what the caller left out is left out, but these are always there. */
const RUN = {
  assistant_id: "counter",
  input: {},
  stream_mode: ["values"],
  stream_subgraphs: false,
  stream_resumable: false,
};

describe("paths", () => {
  it("parameters are percent-encoded, and decoded once", async () => {
    const threadId = await createThread();
    const encoded = [...threadId].map((character) => `%${character.charCodeAt(0).toString(16)}`).join("");
    expect((await get(`/threads/${encoded}`)).json).toMatchObject({ thread_id: threadId });
    expect((await get(`/threads/${encoded.replaceAll("%", "%25")}`)).status).toBe(422);
    expect((await get("/assistants/%63ounter")).json).toMatchObject({ graph_id: "counter" });
  });

  it.each([
    "/threads/%2E%2E%2Fassistants%2Fcounter",
    "/threads/..%2Fassistants%2Fcounter/state",
    "/threads/%2e%2e%2f%2e%2e%2finfo",
    "/assistants/%2E%2E%2Finfo",
    "/assistants/a%2Fb%3Fc%23d",
  ])("%s stays on its route", async (path) => {
    const { status, json } = await get(path);
    expect([404, 422]).toContain(status);
    expect(json).toMatchObject({ detail: expect.any(String) });
  });
});

describe("queries", () => {
  it.each([
    ["repeated keys", "select=run_id&select=status"],
    ["a JSON list", "select=%5B%22run_id%22%2C%22status%22%5D"],
    ["commas", "select=run_id,status"],
  ])("lists come as %s", async (_, query) => {
    const threadId = await createThread();
    const runId = await createRun(threadId);
    const { json } = await get(`/threads/${threadId}/runs?limit=10&offset=0&${query}`);
    expect(json).toEqual([{ run_id: runId, status: "success" }]);
  });

  it.each([
    ["wait=1", 204],
    ["wait=true", 204],
    ["wait=0", 202],
    ["wait=false", 202],
  ])("cancel with %s answers %i", async (query, status) => {
    const threadId = await createThread();
    const runId = await createRun(threadId);
    const answer = await rawRequest(
      server.url,
      "POST",
      `/threads/${threadId}/runs/${runId}/cancel?${query}&action=interrupt`,
      {
        headers: { ...HEADERS, "content-length": "0" },
      },
    );
    expect({ status: answer.status, text: answer.text.trim() }).toEqual({ status, text: expect.any(String) });
  });

  it("an empty stream_mode counts as none", async () => {
    const threadId = await createThread();
    const runId = await createRun(threadId);
    const path = `/threads/${threadId}/runs/${runId}/stream?stream_mode=&cancel_on_disconnect=false`;
    const { status, headers } = await get(path, {
      ...HEADERS,
      accept: "text/event-stream",
      "cache-control": "no-store",
    });
    expect(status).toBe(200);
    expect(headers["content-type"]).toMatch(/^text\/event-stream/);
  });

  it.each(["true", "True", "1", "yes"])("subgraphs=%s is yes", async (value) => {
    const threadId = await createThread();
    await createRun(threadId);
    const { status, json } = await get(`/threads/${threadId}/state?subgraphs=${value}`);
    expect({ status, json }).toMatchObject({ status: 200, json: { values: { count: 1 } } });
  });

  it("a query that makes no sense is refused by name", async () => {
    const threadId = await createThread();
    const { status, json } = await get(`/threads/${threadId}/runs?limit=many`);
    expect(status).toBe(422);
    expect(json).toMatchObject({ issues: [{ path: "limit" }] });
  });

  it("include=ttl is taken", async () => {
    const threadId = await createThread();
    expect((await get(`/threads/${threadId}?include=ttl`)).json).toMatchObject({ thread_id: threadId });
  });
});

describe("bodies", () => {
  it("text/plain counts as JSON", async () => {
    const { status, json } = await send(
      "POST",
      "/threads",
      { metadata: { a: 1 } },
      { ...HEADERS, "content-type": "text/plain" },
    );
    expect({ status, json }).toMatchObject({ status: 200, json: { metadata: { a: 1 } } });
  });

  it("an empty body is taken where nothing has to be said", async () => {
    const threadId = await createThread();
    const headers = { ...HEADERS, "content-length": "0" };
    const copied = await rawRequest(server.url, "POST", `/threads/${threadId}/copy`, { headers });
    expect(copied).toMatchObject({ status: 200, json: { metadata: { thread_id: expect.any(String) } } });
    expect((await rawRequest(server.url, "POST", "/threads", { headers })).status).toBe(200);
    expect((await rawRequest(server.url, "POST", "/threads/search", { headers })).status).toBe(200);
  });

  it("null counts as absent", async () => {
    const threadId = await createThread();
    const nothing = {
      command: null,
      config: null,
      context: null,
      metadata: null,
      checkpoint: null,
      checkpoint_id: null,
    };
    const more = { interrupt_before: null, interrupt_after: null, webhook: null, multitask_strategy: null };
    const rest = {
      on_disconnect: null,
      if_not_exists: null,
      after_seconds: null,
      durability: null,
      feedback_keys: null,
    };
    await createRun(threadId, { ...nothing, ...more, ...rest });
    expect((await send("POST", "/threads/search", { metadata: null, status: null, limit: null })).status).toBe(200);
    expect((await send("POST", "/assistants/search", { metadata: null, graph_id: null })).status).toBe(200);
  });

  it("keys that nobody knows are passed over", async () => {
    const threadId = await createThread();
    const story = { ...RUN, assistant_id: "heddle-story", assistantId: "heddle-story", streamMode: "values" };
    await send("POST", `/threads/${threadId}/runs/wait`, { ...story, input: { topic: "looms" } });
    // RemoteGraph sends a whole Command.
    const command = { resume: "yes", goto: [], graph: null, update: null, lg_name: "Command" };
    const { json } = await send("POST", `/threads/${threadId}/runs/wait`, { ...story, input: null, command });
    expect(json).toMatchObject({ verdict: "yes" });
  });

  it("DELETE has a body for store items", async () => {
    const item = { namespace: ["a", "b"], key: "k", value: { v: 1 } };
    expect((await send("PUT", "/store/items", item)).status).toBe(204);
    expect((await get("/store/items?namespace=a.b&key=k")).json).toMatchObject(item);
    expect((await send("DELETE", "/store/items", { namespace: ["a", "b"], key: "k" })).status).toBe(204);
    expect(await get("/store/items?namespace=a.b&key=k")).toMatchObject({ status: 200, json: null });
  });
});

describe("answers", () => {
  it("a stream names its run and where to read on", async () => {
    const threadId = await createThread();
    const { status, headers, text } = await send("POST", `/threads/${threadId}/runs/stream`, RUN, STREAM_HEADERS);
    expect(status).toBe(200);
    expect(headers["content-type"]).toMatch(/^text\/event-stream/);
    expect(headers["content-location"]).toMatch(new RegExp(`^/threads/${threadId}/runs/[0-9a-f-]{36}$`));
    expect(headers.location).toBe(`${headers["content-location"]}/stream`);
    expect(text).toMatch(/^event: metadata\r?\n/);
    const lines = text.split(/\r?\n/).filter((line) => line !== "");
    expect(lines.every((line) => /^(event|data|id|:)/.test(line))).toBe(true);
  });

  it("a stateless stream does so without a thread", async () => {
    const { headers } = await send("POST", "/runs/stream", RUN, STREAM_HEADERS);
    expect(headers["content-location"]).toMatch(/^\/runs\/[0-9a-f-]{36}$/);
    expect(headers.location).toBe(`${headers["content-location"]}/stream`);
  });

  it("wait and join name where to come back to", async () => {
    const threadId = await createThread();
    const { headers, json } = await send("POST", `/threads/${threadId}/runs/wait`, RUN);
    expect(json).toMatchObject({ count: 1 });
    expect(headers.location).toBe(`${headers["content-location"]}/join`);
    expect((await get(String(headers.location))).json).toMatchObject({ count: 1 });
  });

  it("searches page by headers", async () => {
    await createThread();
    await createThread();
    const { headers } = await send("POST", "/threads/search", { limit: 1, offset: 0 });
    expect(Number(headers["x-pagination-total"])).toBeGreaterThanOrEqual(2);
    expect(headers["x-pagination-next"]).toBe("1");
  });

  it("a patch with return=minimal answers nothing", async () => {
    const threadId = await createThread();
    const headers = { ...JSON_HEADERS, prefer: "return=minimal" };
    const { status, text } = await send("PATCH", `/threads/${threadId}`, { metadata: { a: 1 } }, headers);
    expect({ status, text }).toEqual({ status: 204, text: "" });
  });

  it("a reserved key in the headers does no harm", async () => {
    expect((await get("/info", { ...HEADERS, "x-api-key": "whatever" })).json).toMatchObject({
      version: expect.any(String),
    });
  });
});

describe("what the Python client has beside the JavaScript one's words", () => {
  it("crons: everything a caller may give, and a change that takes the end away", async () => {
    const created = await send("POST", "/runs/crons", {
      schedule: "27 15 * * *",
      stream_subgraphs: false,
      stream_resumable: false,
      durability: "async",
      assistant_id: "counter",
      input: {},
      metadata: { by: "python" },
      config: { tags: [], configurable: { step: 2 } },
      multitask_strategy: "enqueue",
      end_time: "2999-01-01T00:00:00+00:00",
      enabled: true,
      timezone: "America/New_York",
      on_run_completed: "keep",
      checkpoint_during: null,
    });
    expect(created).toMatchObject({ status: 200, json: { timezone: "America/New_York", enabled: true } });
    const { cron_id } = created.json as { cron_id: string };
    const changed = await send("PATCH", `/runs/crons/${cron_id}`, { end_time: null, enabled: false });
    expect(changed.json).toMatchObject({ end_time: null, enabled: false, schedule: "27 15 * * *" });
    const search = { assistant_id: "counter", enabled: false, limit: 10, offset: 0, sort_by: "next_run_date" };
    expect((await send("POST", "/runs/crons/search", { ...search, sort_order: "asc" })).json).toMatchObject([
      { cron_id },
    ]);
    expect((await send("POST", "/runs/crons/count", { assistant_id: "counter" })).json).toBe(1);
    expect((await rawRequest(server.url, "DELETE", `/runs/crons/${cron_id}`, { headers: HEADERS })).status).toBe(204);
  });

  it("cancel_many, prune and the stream of a thread", async () => {
    const threadId = await createThread();
    const { json } = await send("POST", `/threads/${threadId}/runs`, { ...RUN, after_seconds: 1000 });
    const { run_id } = json as { run_id: string };
    const body = { thread_id: threadId, run_ids: [run_id] };
    expect((await send("POST", "/runs/cancel?action=interrupt", body)).status).toBe(204);
    expect((await get(`/threads/${threadId}/runs/${run_id}`)).json).toMatchObject({ status: "interrupted" });
    const modes = "stream_mode=run_modes&stream_mode=lifecycle";
    expect(
      (await get(`/threads/${threadId}/stream?${modes}`, { ...STREAM_HEADERS, "last-event-id": "x" })).status,
    ).toBe(422);
    expect((await send("POST", "/threads/prune", { thread_ids: [threadId], strategy: "keep_latest" })).json).toEqual({
      pruned_count: 1,
    });
    expect((await send("POST", "/threads/prune", { thread_ids: [threadId] })).json).toEqual({ pruned_count: 1 });
  });

  it("threads: a time to live, extraction, and a search by values", async () => {
    const { json } = await send("POST", "/threads", { ttl: { ttl: 5, strategy: "delete" }, metadata: { py: true } });
    const { thread_id } = json as { thread_id: string };
    await createRun(thread_id);
    const query = {
      values: { count: 1 },
      metadata: { py: true },
      limit: 10,
      offset: 0,
      extract: { n: "values.count" },
    };
    expect((await send("POST", "/threads/search", query)).json).toMatchObject([{ thread_id, extracted: { n: 1 } }]);
    expect((await get(`/threads/${thread_id}?include=ttl`)).json).toMatchObject({ ttl: { ttl_minutes: 5 } });
  });
});
