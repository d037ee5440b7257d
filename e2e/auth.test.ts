import { Client } from "@langchain/langgraph-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AUTH_CONFIG } from "./testing/places.ts";
import { startServer, type TestServer } from "./testing/server.ts";

let server: TestServer;
let ann: Client;

beforeAll(async () => {
  server = await startServer({ config: AUTH_CONFIG });
  ann = new Client({ apiUrl: server.url, defaultHeaders: { authorization: "Bearer ann-token", "x-tenant": "red" } });
});
afterAll(() => server?.[Symbol.asyncDispose]());

interface Seen {
  user: { langgraph_auth_user: Record<string, unknown>; langgraph_auth_user_id: string; user_id: string };
  seen: Record<string, string>;
}

describe("a graph", () => {
  it("sees whose run it is, and of the headers those without credentials", async () => {
    const { user, seen } = (await ann.runs.wait(null, "whoami", { input: { ask: "?" } })) as unknown as Seen;
    expect(user).toMatchObject({
      langgraph_auth_user: { identity: "ann", display_name: "ann", permissions: ["read", "write"], team: "red" },
      langgraph_auth_user_id: "ann",
      user_id: "ann",
    });
    expect(seen).toMatchObject({ "x-tenant": "red" });
    expect(Object.keys(seen)).not.toContain("authorization");
  });

  it("cannot be told by a client that somebody else is asking", async () => {
    const configurable = {
      langgraph_auth_user: { identity: "bob" },
      langgraph_auth_user_id: "bob",
      "x-tenant": "blue",
    };
    const { assistant_id } = await ann.assistants.create({ graphId: "whoami", config: { configurable } });
    for (const assistant of ["whoami", assistant_id]) {
      const run = ann.runs.wait(null, assistant, { input: {}, config: { configurable } });
      const { user, seen } = (await run) as unknown as Seen;
      expect(user.langgraph_auth_user).toMatchObject({ identity: "ann" });
      expect(user.langgraph_auth_user_id).toBe("ann");
      expect(seen["x-tenant"]).toBe("red");
    }
  });

  it("that a function makes is made for whoever asks, also to be drawn and to be read", async () => {
    const { thread_id } = await ann.threads.create();
    expect(await ann.runs.wait(thread_id, "factory", { input: {} })).toEqual({ made_for: "ann" });
    const drawing = await ann.assistants.getGraph((await ann.assistants.create({ graphId: "factory" })).assistant_id);
    expect(drawing.nodes.map(({ id }) => id)).toContain("for-ann");
    await ann.threads.updateState(thread_id, { values: { made_for: "x" }, asNode: "for-ann" });
    expect((await ann.threads.getState(thread_id)).values).toEqual({ made_for: "x" });
  });
});

describe("what a run was created with", () => {
  it("is shown without the user and without the headers", async () => {
    const { thread_id } = await ann.threads.create();
    const run = await ann.runs.create(thread_id, "factory", { input: {} });
    await ann.runs.join(thread_id, run.run_id);
    const shown = JSON.stringify([
      run,
      await ann.runs.get(thread_id, run.run_id),
      await ann.threads.getHistory(thread_id),
    ]);
    expect(shown).not.toContain("langgraph_auth");
    expect(shown).not.toContain("x-tenant");
    expect(run.metadata).toMatchObject({ owner: "ann" });
  });
});

describe("who is let in", () => {
  it("is told by the handler why not", async () => {
    const response = await fetch(`${server.url}/threads/search`, { method: "POST", body: "{}" });
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect(await response.json()).toMatchObject({ detail: "Who are you?" });
  });

  it("may be refused for what it asks", async () => {
    const headers = { authorization: "Bearer reader-token" };
    const response = await fetch(`${server.url}/threads`, { method: "POST", headers, body: "{}" });
    expect(response.status).toBe(403);
  });

  it("needs nobody's leave to see whether the server is well", async () => {
    for (const path of ["/ok", "/info", "/docs", "/openapi.json"]) {
      expect((await fetch(server.url + path)).status).toBe(200);
    }
    expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
  });
});
