import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Json, useServer } from "../testing/bench.ts";
import { AUTH_CONFIG, FILTERS_CONFIG } from "../testing/places.ts";

const bench = useServer({ config: AUTH_CONFIG });
const filters = useServer({ config: FILTERS_CONFIG });
const open = useServer();

const as = (name: string) => ({ authorization: `Bearer ${name}-token` });
const ask = (name: string, method: string, path: string, body?: unknown): Promise<Json> =>
  bench.ask(method, path, body, as(name));
const status = async (name: string, method: string, path: string, body?: unknown) =>
  (await bench.send(method, path, body, as(name))).status;
const annsThread = async (): Promise<string> => (await ask("ann", "POST", "/threads", {})).thread_id;

describe("auth", () => {
  test("#140 who is not known is not authenticated, and who may not is forbidden", async () => {
    expect((await bench.send("POST", "/threads", {})).status).toBe(401);
    const wrong = await bench.send("POST", "/threads", {}, { authorization: "Bearer nonsense" });
    expect(wrong).toMatchObject({ status: 401, headers: { "www-authenticate": "Bearer" } });
    const forbidden = await bench.send("POST", "/threads", {}, as("reader"));
    expect(forbidden).toMatchObject({ status: 403, json: { detail: expect.stringContaining("Not authorized") } });
  });

  test("#141 what a handler puts into the metadata is kept with assistants, threads and runs", async () => {
    const thread = await ask("ann", "POST", "/threads", { metadata: { a: 1 } });
    expect(thread.metadata).toEqual({ a: 1, owner: "ann" });
    const assistant = await ask("ann", "POST", "/assistants", { graph_id: "whoami" });
    expect(assistant.metadata).toMatchObject({ owner: "ann" });
    const run = await ask("ann", "POST", `/threads/${thread.thread_id}/runs`, { assistant_id: "whoami", input: {} });
    expect(run.metadata).toMatchObject({ owner: "ann" });
  });

  test("#142 another one's thread is not found, whatever is asked of it, and not among what is searched", async () => {
    const id = await annsThread();
    const run = await ask("ann", "POST", `/threads/${id}/runs`, { assistant_id: "whoami", input: {} });
    await ask("ann", "GET", `/threads/${id}/runs/${run.run_id}/join`);
    for (const [method, path, body] of [
      ["GET", ""],
      ["PATCH", "", { metadata: {} }],
      ["DELETE", ""],
      ["GET", "/state"],
      ["POST", "/history", {}],
      ["GET", `/runs/${run.run_id}/join`],
      ["POST", "/runs/wait", { assistant_id: "whoami", input: {} }],
      ["POST", `/runs/${run.run_id}/cancel`],
      ["GET", "/stream"],
    ] as const) {
      expect(`${method} ${path} ${await status("bob", method, `/threads/${id}${path}`, body)}`).toBe(
        `${method} ${path} 404`,
      );
    }
    expect(await ask("bob", "POST", "/threads/search", { ids: [id] })).toEqual([]);
    expect(await ask("ann", "POST", "/threads/search", { ids: [id] })).toHaveLength(1);
  });

  test("#143 another one's thread cannot be copied; one's own is, by who may create threads", async () => {
    const id = await annsThread();
    expect(await status("bob", "POST", `/threads/${id}/copy`)).toBe(404);
    expect((await ask("ann", "POST", `/threads/${id}/copy`)).metadata.owner).toBe("ann");
    expect(await status("reader", "POST", `/threads/${id}/copy`)).toBeGreaterThanOrEqual(403);
  });

  test("#144 an id that another one has is taken, and no more is told, whatever if_exists says", async () => {
    const id = await annsThread();
    expect(await status("bob", "POST", "/threads", { thread_id: id })).toBe(409);
    expect(await status("bob", "POST", "/threads", { thread_id: id, if_exists: "do_nothing" })).toBe(409);
    expect(await status("ann", "POST", "/threads", { thread_id: id, if_exists: "do_nothing" })).toBe(200);
  });

  test("#145 the stream of another one's run is not found", async () => {
    const id = await annsThread();
    const run = await ask("ann", "POST", `/threads/${id}/runs`, { assistant_id: "whoami", input: {} });
    expect(await status("bob", "GET", `/threads/${id}/runs/${run.run_id}/stream`)).toBe(404);
    expect(await status("bob", "GET", `/runs/${run.run_id}/stream`)).toBe(404);
  });

  test("#146 another one's assistant is not found: to read, to draw, to change, in its versions", async () => {
    const { assistant_id } = await ask("ann", "POST", "/assistants", { graph_id: "whoami" });
    for (const [method, path, body] of [
      ["GET", ""],
      ["GET", "/graph"],
      ["GET", "/schemas"],
      ["PATCH", "", {}],
      ["POST", "/versions", {}],
      ["POST", "/latest", { version: 1 }],
      ["DELETE", ""],
    ] as const) {
      expect(await status("bob", method, `/assistants/${assistant_id}${path}`, body)).toBe(404);
    }
  });

  test("#147 a stateless run is its creator's", async () => {
    const body = { assistant_id: "whoami", input: {} };
    expect((await ask("ann", "POST", "/runs/wait", body)).user.langgraph_auth_user_id).toBe("ann");
    const run = await ask("ann", "POST", "/runs", { ...body, on_completion: "keep" });
    await bench.send("GET", `/runs/${run.run_id}/join`, undefined, as("ann"));
    expect(await status("bob", "GET", `/threads/${run.thread_id}`)).toBe(404);
    expect(await status("ann", "GET", `/threads/${run.thread_id}`)).toBe(200);
  });

  test("#148 filters compare values, look into lists, and let nothing through that they do not know", async () => {
    const tag = randomUUID();
    const headers = { "x-name": "ann" };
    await filters.ask(
      "POST",
      "/threads",
      { metadata: { tag, owner: "ann", teams: ["red", "blue"], empty: "" } },
      headers,
    );
    const found = async (filter: unknown) => {
      const asked = { ...headers, "x-filter": JSON.stringify(filter) };
      const answer = await filters.send("POST", "/threads/search", { metadata: { tag } }, asked);
      return answer.status === 200 ? (answer.json as Json[]).length : answer.status;
    };
    for (const [filter, count] of [
      [{}, 1],
      [{ owner: "ann" }, 1],
      [{ owner: { $eq: "ann" } }, 1],
      [{ owner: "bob" }, 0],
      [{ empty: { $eq: "" } }, 1],
      [{ owner: { $eq: "" } }, 0],
      [{ missing: "x" }, 0],
      [{ teams: { $contains: "red" } }, 1],
      [{ teams: { $contains: ["red", "blue"] } }, 1],
      [{ teams: { $contains: ["red", "green"] } }, 0],
      [{ owner: { $contains: "ann" } }, 0],
      [{ owner: "ann", teams: { $contains: "green" } }, 0],
      [{ $or: [{ owner: "bob" }, { teams: { $contains: "blue" } }] }, 1],
      [{ $and: [{ owner: "ann" }, { owner: "bob" }] }, 0],
      [{ owner: { $ne: "bob" } }, 500],
    ] as const) {
      expect({ filter, count: await found(filter) }).toEqual({ filter, count });
    }
  });

  test("#149 who the user is comes from the server, whatever the request says", async () => {
    const config = { configurable: { langgraph_auth_user: { identity: "bob" }, langgraph_auth_user_id: "bob" } };
    const { user } = await ask("ann", "POST", "/runs/wait", { assistant_id: "whoami", input: {}, config });
    expect(user).toMatchObject({
      langgraph_auth_user_id: "ann",
      langgraph_auth_user: { identity: "ann", team: "red" },
    });
    const run = await ask("ann", "POST", "/runs", { assistant_id: "whoami", input: {}, config });
    expect(JSON.stringify(run)).not.toContain("langgraph_auth");
  });

  test("#150 headers that begin with x- reach the graph, but not those with keys", async () => {
    const secret = { "x-api-key": "secret", "x-tenant-id": "secret", "x-service-key": "secret" };
    const headers = { ...as("ann"), "x-note": "seen", "user-agent": "me/1", ...secret };
    const { seen } = await bench.ask("POST", "/runs/wait", { assistant_id: "whoami", input: {} }, headers);
    expect(seen).toMatchObject({ "x-note": "seen", "user-agent": "me/1" });
    expect(JSON.stringify(seen)).not.toContain("secret");
  });

  test("#151 without authentication nobody is anybody, and everybody sees everything", async () => {
    const threadId = await open.thread();
    const { seen } = await open.wait(threadId, "settings", { input: {} });
    expect(Object.keys(seen.configurable).filter((key) => key.startsWith("langgraph_auth"))).toEqual([]);
    expect((await open.send("GET", `/threads/${threadId}`, undefined, { "x-name": "somebody" })).status).toBe(200);
  });

  test("#152 the handler for resource and action counts before that for the resource, and this before the one for all", async () => {
    const headers = { "x-name": "ann" };
    const { thread_id } = await filters.ask("POST", "/threads", {}, headers);
    expect((await filters.send("DELETE", `/threads/${thread_id}`, undefined, headers)).status).toBe(403);
    expect((await filters.send("GET", `/threads/${thread_id}`, undefined, headers)).status).toBe(200);
    expect((await filters.send("POST", "/assistants/search", {}, headers)).status).toBe(403);
  });

  test("#132 /info and /ok answer everybody", async () => {
    expect((await bench.send("GET", "/info")).json).toMatchObject({
      version: expect.any(String),
      flags: { crons: true },
    });
    expect((await bench.send("GET", "/ok")).json).toMatchObject({ ok: true });
  });

  test("#139 another one's namespaces are forbidden, and searches everywhere find one's own", async () => {
    const item = { namespace: ["ann", "notes"], key: "k", value: { secret: 1 } };
    await ask("ann", "PUT", "/store/items", item);
    expect(await status("bob", "PUT", "/store/items", item)).toBe(403);
    expect(await status("bob", "GET", "/store/items?namespace=ann.notes&key=k")).toBe(403);
    expect(await status("bob", "DELETE", "/store/items", item)).toBe(403);
    expect(await status("bob", "POST", "/store/items/search", { namespace_prefix: ["ann"] })).toBe(403);
    expect(await ask("bob", "POST", "/store/items/search", {})).toEqual({ items: [] });
    expect((await ask("bob", "POST", "/store/namespaces", {})).namespaces).toEqual([]);
    expect((await ask("ann", "POST", "/store/items/search", {})).items).toHaveLength(1);
  });

  test("beyond the checklist: the runs of a cron are its maker's", async () => {
    const cron = await ask("ann", "POST", "/runs/crons", {
      assistant_id: "whoami",
      input: {},
      schedule: "0 0 1 1 *",
      on_run_completed: "keep",
    });
    expect(cron).toMatchObject({ user_id: "ann", metadata: { owner: "ann" } });
    expect(JSON.stringify(cron.payload)).not.toContain("langgraph_auth");
    const run = await ask("ann", "POST", `/runs/crons/${cron.cron_id}/trigger`);
    const values = await ask("ann", "GET", `/threads/${run.thread_id}/runs/${run.run_id}/join`);
    expect(values.user.langgraph_auth_user_id).toBe("ann");
    expect(await status("bob", "GET", `/threads/${run.thread_id}`)).toBe(404);
  });
});
