import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GRAPHS_CONFIG } from "./testing/places.ts";
import { startServer, type TestServer } from "./testing/server.ts";

let server: TestServer;
let thread: string;

beforeAll(async () => {
  server = await startServer({ config: GRAPHS_CONFIG });
  const response = await fetch(`${server.url}/threads`, { method: "POST", body: "{}" });
  thread = ((await response.json()) as { thread_id: string }).thread_id;
});
afterAll(() => server?.[Symbol.asyncDispose]());

function post(path: string, key: string, body: object = {}, of = thread): Promise<Response> {
  return fetch(`${server.url}/threads/${of}/runs${path}`, {
    method: "POST",
    headers: { "idempotency-key": key },
    body: JSON.stringify({ assistant_id: "counter", input: {}, ...body }),
  });
}

async function runs(): Promise<number> {
  const response = await fetch(`${server.url}/threads/${thread}/runs?limit=100`);
  return ((await response.json()) as unknown[]).length;
}

describe("a request with an Idempotency-Key", () => {
  it("creates one run however often it is sent, also at the same time", async () => {
    const before = await runs();
    const key = randomUUID();
    const answers = await Promise.all([1, 2, 3, 4].map(async () => (await post("", key)).json()));
    const again = await (await post("", key)).json();
    expect(new Set([...answers, again].map((run) => (run as { run_id: string }).run_id)).size).toBe(1);
    expect(await runs()).toBe(before + 1);
  });

  it("is not busy with itself, however often it is sent at the same time", async () => {
    for (const strategy of ["reject", "interrupt", "rollback", "enqueue"]) {
      const { thread_id } = (await (await fetch(`${server.url}/threads`, { method: "POST", body: "{}" })).json()) as {
        thread_id: string;
      };
      const send = () => post("", strategy, { multitask_strategy: strategy }, thread_id);
      const answers = await Promise.all(Array.from({ length: 8 }, send));
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    }
  });

  it("waits for the run that is there", async () => {
    const key = randomUUID();
    const [first, again] = [await post("/wait", key), await post("/wait", key)];
    expect(again.headers.get("content-location")).toBe(first.headers.get("content-location"));
    expect(await again.json()).toEqual(await first.json());
  });

  it("answers again what a run without a thread has answered", async () => {
    const send = async () => {
      const headers = { "content-type": "application/json", "idempotency-key": "stateless" };
      const body = JSON.stringify({ assistant_id: "counter", input: {} });
      return (await fetch(`${server.url}/runs/wait`, { method: "POST", headers, body })).json();
    };
    const first = await send();
    expect(first).toMatchObject({ count: 1 });
    expect(await send()).toEqual(first);
  });

  it("streams the run that is there, from its first event", async () => {
    const key = randomUUID();
    const first = await (await post("/stream", key)).text();
    expect(await (await post("/stream", key)).text()).toBe(first);
    expect(first).toContain("event: metadata");
  });

  it("is refused when the key was another request's", async () => {
    const key = randomUUID();
    await (await post("/wait", key)).text();
    const other = await post("/wait", key, { metadata: { other: true } });
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ code: "key_reused" });
  });

  it("has to have a key", async () => {
    expect((await post("", "x".repeat(256))).status).toBe(422);
  });
});
