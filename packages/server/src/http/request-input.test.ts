import { Hono } from "hono";
import { expect, test } from "vitest";
import { z } from "zod";
import { ServerError } from "../errors.ts";
import { readBody, readId, readQuery } from "./request-input.ts";
import { flag, limit, list } from "./schemas/fields.ts";
import { runCreate } from "./schemas/runs.ts";

const app = new Hono();
app.onError((error, context) => {
  if (!(error instanceof ServerError)) throw error;
  return context.json({ code: error.code, message: error.message, issues: error.issues }, 422);
});
app.post("/body", async (context) => context.json(await readBody(context, runCreate)));
app.get("/query", (context) =>
  context.json(readQuery(context, z.object({ wait: flag, modes: list, limit: limit(10) }))),
);
app.get("/id/:thread_id", (context) => context.text(readId(context, "thread_id")));

const post = async (body: string) => (await app.request("/body", { method: "POST", body })).json();
const query = async (text: string) => (await app.request(`/query?${text}`)).json();

test.each([
  ["wait=1", { wait: true, limit: 10 }],
  ["wait=False&limit=3", { wait: false, limit: 3 }],
  ["modes=values", { modes: ["values"], limit: 10 }],
  ["modes=values&modes=updates", { modes: ["values", "updates"], limit: 10 }],
  ["modes=values,updates", { modes: ["values", "updates"], limit: 10 }],
  ['modes=["values","updates"]', { modes: ["values", "updates"], limit: 10 }],
  ["modes=", { limit: 10 }],
])("the query %s is read as the clients mean it", async (text, expected) => {
  expect(await query(text)).toEqual(expected);
});

test("null counts as absent, unknown keys are left out", async () => {
  const body = await post('{"assistant_id":"a","config":null,"stream_mode":null,"streamMode":"values","input":null}');
  expect(body).toEqual({ assistant_id: "a", input: null });
});

test("a body that does not fit names the field", async () => {
  expect(await post('{"assistant_id":"a","stream_mode":["sideways"]}')).toMatchObject({
    code: "invalid_request",
    issues: [{ path: "stream_mode" }],
  });
  expect(await post('{"config":{"tags":[1]}}')).toMatchObject({
    issues: [{ path: "assistant_id" }, { path: "config.tags[0]" }],
  });
});

test("a body that is not JSON is refused as such", async () => {
  expect(await post("{oops")).toMatchObject({ message: expect.stringContaining("Malformed JSON in request body") });
});

test("an id in a path has to be a UUID", async () => {
  const response = await app.request("/id/not-a-uuid");
  expect(await response.json()).toMatchObject({ issues: [{ path: "thread_id" }] });
});
