import { Client } from "@langchain/langgraph-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CUSTOM_APP_CONFIG, GUARDED_APP_CONFIG } from "./testing/places.ts";
import { startServer, type TestServer } from "./testing/server.ts";
import { until } from "./testing/until.ts";

describe("a project's own app under a prefix", () => {
  let server: TestServer;
  let url: string;

  beforeAll(async () => {
    server = await startServer({ config: CUSTOM_APP_CONFIG, prefix: "/agents" });
    url = server.url;
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  it("has its middleware round our routes", async () => {
    expect((await fetch(`${url}/info`)).headers.get("x-project")).toBe("yes");
    const stopped = await fetch(`${url}/info?interrupt`);
    expect([stopped.status, await stopped.text()]).toEqual([418, "stopped here"]);
  });

  it("has routes of its own, also where ours are", async () => {
    expect(await (await fetch(`${url}/custom/hello`)).json()).toEqual({ hello: "there" });
    expect(await (await fetch(`${url}/runs/afakeroute`)).text()).toBe("mine");
    expect((await fetch(`${url}/custom/nothing`)).status).toBe(404);
    const failed = await fetch(`${url}/custom/fail`);
    expect([failed.status, await failed.text()]).toEqual([400, "not like this"]);
  });

  it("reaches the server by the official client without the network", async () => {
    expect(await (await fetch(`${url}/custom/assistants`)).json()).toEqual(["whoami"]);
  });

  it("is served to the official client, whose streams name paths without the prefix", async () => {
    const client = new Client({ apiUrl: url });
    const { thread_id } = await client.threads.create();
    expect(await client.runs.wait(thread_id, "whoami", { input: { ask: "?" } })).toMatchObject({ ask: "?" });
    const body = JSON.stringify({ assistant_id: "whoami", input: {} });
    const stream = await fetch(`${url}/threads/${thread_id}/runs/stream`, { method: "POST", body });
    await stream.text();
    expect(stream.headers.get("location")).toMatch(new RegExp(`^/threads/${thread_id}/runs/[^/]+/stream$`));
  });

  it("is told of a run's end by a relative webhook, and the delivery is on record", async () => {
    const client = new Client({ apiUrl: url });
    const { thread_id } = await client.threads.create();
    const { run_id } = await client.runs.create(thread_id, "whoami", { input: { ask: "?" }, webhook: "/custom/hook" });
    const hooks = await until("the webhook is called", async () => {
      const all = (await (await fetch(`${url}/custom/hooks`)).json()) as { run_id: string }[];
      return all.find((hook) => hook.run_id === run_id);
    });
    expect(hooks).toMatchObject({
      status: "success",
      thread_id,
      values: { ask: "?" },
      webhook_sent_at: expect.any(String),
    });
    const path = `${url}/threads/${thread_id}/runs/${run_id}/webhooks`;
    const [delivery] = await until("the delivery is noted", async () => {
      const all = (await (await fetch(path)).json()) as { status: string; delivery_id: string }[];
      return all[0]?.status === "delivered" ? all : undefined;
    });
    expect(delivery).toMatchObject({ run_id, url: "/custom/hook", attempts: 1, last_error: null });
    const replayed = await fetch(`${path}/${delivery?.delivery_id}/replay`, { method: "POST" });
    expect(await replayed.json()).toMatchObject({ status: "pending" });
    await until("it is delivered again", async () => {
      const all = (await (await fetch(path)).json()) as { attempts: number }[];
      return all[0]?.attempts === 2 ? true : undefined;
    });
  });

  it.each([["http://127.0.0.1:1/"], ["http://169.254.169.254/latest"], ["http://localhost/x"], ["//example.com/x"]])(
    "refuses the webhook %s, which would reach its own network",
    async (webhook) => {
      const body = JSON.stringify({ assistant_id: "whoami", input: {}, webhook });
      const response = await fetch(`${url}/runs/wait`, { method: "POST", body });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ code: "invalid_request", issues: [{ path: "webhook" }] });
    },
  );

  it("has no routes that are switched off, and names the others with the prefix", async () => {
    expect((await fetch(`${url}/store/items?key=k`)).status).toBe(404);
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(["/agents/threads", "/agents/custom/hello"]));
    expect(Object.keys(paths)).not.toContain("/agents/store/items");
  });

  it("refuses bodies that are too large, whether they say so or not", async () => {
    const body = JSON.stringify({ metadata: { text: "x".repeat(30_000) } });
    const chunked = new Blob([body]).stream();
    const init: RequestInit & { duplex: "half" } = { method: "POST", body: chunked, duplex: "half" };
    for (const response of [
      await fetch(`${url}/threads`, { method: "POST", body }),
      await fetch(`${url}/threads`, init),
    ]) {
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ code: "body_too_large" });
    }
  });

  it("may be called by the pages the configuration names", async () => {
    const origin = async (page: string) =>
      (await fetch(`${url}/info`, { headers: { origin: page } })).headers.get("access-control-allow-origin");
    expect([await origin("https://app.example"), await origin("https://other.example")]).toEqual([
      "https://app.example",
      null,
    ]);
  });

  it("tells Prometheus how it does, and a probe whether its database answers", async () => {
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(
      'heddle_runs_total{graph_id="whoami",status="success"}',
    );
    expect(await (await fetch(`${url}/ok?check_db=1`)).json()).toMatchObject({
      ok: true,
      checks: { database: { ok: true } },
    });
  });
});

describe("a project's own app on a server that knows its users", () => {
  it("keeps its own routes open, and ours locked", async () => {
    await using server = await startServer({ config: GUARDED_APP_CONFIG });
    expect((await fetch(`${server.url}/custom/hello`)).status).toBe(200);
    expect((await fetch(`${server.url}/threads/search`, { method: "POST", body: "{}" })).status).toBe(401);
    const locked = await fetch(`${server.url}/threads`, { method: "POST", body: "{}" });
    expect([locked.headers.get("x-project"), locked.headers.get("www-authenticate")]).toEqual(["yes", "Bearer"]);
  });

  it("refuses what no handler decides, and says so", async () => {
    await using server = await startServer({ config: GUARDED_APP_CONFIG });
    const headers = { authorization: "Bearer ann-token" };
    const created = await fetch(`${server.url}/threads`, { method: "POST", headers, body: "{}" });
    expect(await created.json()).toMatchObject({ metadata: { owner: "ann" } });
    const refused = await fetch(`${server.url}/store/items?namespace=ann&key=k`, { headers });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      message: expect.stringContaining('there is no auth handler for "store:get"'),
    });
  });
});
