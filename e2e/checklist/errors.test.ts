import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Json, useServer } from "../testing/bench.ts";

const bench = useServer();

describe("errors and what clients send", () => {
  test("#124 parameters and headers that nobody knows do no harm, on any route", async () => {
    const headers = { "x-anything": "1", "x-request-id": "mine" };
    expect((await bench.send("GET", "/assistants/agent?anything=1", undefined, headers)).status).toBe(200);
    const body = {
      assistant_id: "agent",
      assistantId: "agent",
      streamMode: "values",
      unknown: { deep: true },
      input: {},
    };
    expect((await bench.send("POST", "/runs/wait?anything=1", body, headers)).status).toBe(200);
  });

  test("#158 errors are JSON with detail, message and code; a failure has the id of its request", async () => {
    for (const [method, path, body, code] of [
      ["GET", `/threads/${randomUUID()}`, undefined, "not_found"],
      ["POST", "/runs", "not json", "invalid_request"],
      ["POST", "/threads/search", { limit: "many" }, "invalid_request"],
      ["GET", "/nowhere", undefined, "not_found"],
    ] as const) {
      const answer = await bench.send(method, path, body, { "x-request-id": "mine" });
      const { detail, message } = answer.json as Json;
      expect(answer.json).toMatchObject({ code, detail: expect.any(String) });
      expect(detail).toBe(message);
      if (path !== "/nowhere") expect(answer.headers["x-request-id"]).toBe("mine");
    }
  });

  test("#159 what is wrong with a request is told by its status", async () => {
    const threadId = await bench.thread();
    const status = async (method: string, path: string, body?: unknown) =>
      (await bench.send(method, path, body)).status;
    expect(await status("POST", `/threads/${threadId}/state`, { values: {} })).toBe(400);
    expect(await status("GET", `/threads/${randomUUID()}`)).toBe(404);
    expect(await status("POST", "/threads", { thread_id: threadId })).toBe(409);
    expect(await status("POST", "/runs/wait", {})).toBe(422);
  });

  test("#160 the tracer of a run reaches its graph", async () => {
    const langsmith_tracer = { project_name: "project", example_id: "example" };
    const { seen } = await bench.wait(null, "settings", { input: {}, langsmith_tracer });
    expect(seen.configurable).toMatchObject({ langsmith_project: "project", langsmith_example_id: "example" });
    expect(Object.keys((await bench.wait(null, "settings", { input: {} })).seen.configurable)).not.toContain(
      "langsmith_project",
    );
  });

  test("#161 an API key may come, and need not", async () => {
    expect((await bench.send("GET", "/assistants/agent", undefined, { "x-api-key": "any" })).status).toBe(200);
    expect((await bench.send("GET", "/assistants/agent")).status).toBe(200);
  });

  test("#162 a recursion limit that was not given is not there, and null is as if not given", async () => {
    const limit = async (config?: object) => (await bench.wait(null, "settings", { input: {}, config })).seen.limit;
    expect(await limit()).toBe(25);
    expect(await limit({ recursion_limit: null })).toBe(25);
    expect(await limit({ recursion_limit: 7 })).toBe(7);
  });

  test("beyond the checklist: queries come in every form that clients send", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "agent", { input: { messages: [] } });
    const list = (query: string) => bench.ask("GET", `/threads/${threadId}/runs?${query}`);
    const [run] = await list("limit=1");
    const expected = [{ run_id: run.run_id, status: "success" }];
    for (const select of ["select=run_id&select=status", "select=run_id,status", 'select=["run_id","status"]']) {
      expect(await list(encodeURI(select))).toEqual(expected);
    }
    for (const yes of ["true", "True", "1", "yes"]) {
      expect((await bench.send("GET", `/threads/${threadId}/state?subgraphs=${yes}`)).status).toBe(200);
    }
    for (const no of ["false", "0", "no", ""]) {
      expect((await bench.send("GET", `/threads/${threadId}/state?subgraphs=${no}`)).status).toBe(200);
    }
    expect((await bench.send("GET", `/threads/${threadId}/state?subgraphs=perhaps`)).status).toBe(422);
    const path = `/threads/${threadId}/runs/${run.run_id}/stream`;
    expect((await bench.send("GET", `${path}?stream_mode=`)).status).toBe(200);
    expect((await bench.send("GET", `${path}?stream_mode=dreams`)).status).toBe(422);
  });

  test("beyond the checklist: numbers that no time can hold are refused", async () => {
    for (const after_seconds of [1e300, -1, "soon"]) {
      const body = { assistant_id: "agent", input: {}, after_seconds };
      expect((await bench.send("POST", "/runs", body)).status).toBe(422);
    }
    for (const ttl of [0, -1, 1e300, { ttl: "long" }, { ttl: 1, strategy: "burn" }]) {
      expect((await bench.send("POST", "/threads", { ttl })).status).toBe(422);
    }
  });

  test("beyond the checklist: null is as if absent, and text/plain is read as JSON", async () => {
    const nulls = { checkpoint: null, config: null, metadata: null, webhook: null, command: null, context: null };
    expect((await bench.send("POST", "/runs/wait", { assistant_id: "agent", input: {}, ...nulls })).status).toBe(200);
    const plain = await bench.send("POST", "/threads", JSON.stringify({ metadata: { a: 1 } }), {
      "content-type": "text/plain",
    });
    expect(plain).toMatchObject({ status: 200, json: { metadata: { a: 1 } } });
    const threadId = (plain.json as Json).thread_id;
    expect((await bench.send("POST", `/threads/${threadId}/copy`)).status).toBe(200);
  });
});
