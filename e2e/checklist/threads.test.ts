import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { failureOf, type Json, newGate, useServer } from "../testing/bench.ts";

const bench = useServer();
const threads = () => bench.client.threads;
const HUMAN = { input: { messages: [{ role: "human", content: "foo", id: "human" }] } };

describe("threads", () => {
  test("#25 a thread can be given its id, once, unless the existing one is asked for", async () => {
    const threadId = randomUUID();
    const first = await threads().create({ threadId, metadata: { a: 1 } });
    expect(first.thread_id).toBe(threadId);
    expect((await failureOf(threads().create({ threadId }))).status).toBe(409);
    expect(await threads().create({ threadId, metadata: { a: 2 }, ifExists: "do_nothing" })).toEqual(first);
  });

  test("#26 metadata is merged key by key, times are ISO 8601, and a change moves updated_at", async () => {
    const { thread_id, updated_at } = await threads().create({ metadata: { a: { deep: 1 }, b: 1 } });
    const changed = await threads().update(thread_id, { metadata: { a: { other: 1 }, c: 2 } });
    expect(changed.metadata).toEqual({ a: { other: 1 }, b: 1, c: 2 });
    expect(changed.updated_at > updated_at).toBe(true);
    expect(changed.created_at).toBe(new Date(changed.created_at).toISOString());
  });

  test("#27 search sorts by creation, the newest first, or as it is told", async () => {
    const metadata = { tag: randomUUID() };
    const ids: string[] = [];
    for (let index = 0; index < 3; index++) ids.push(await bench.thread(metadata));
    await threads().update(ids[0] ?? "", { metadata: { touched: true } });
    const search = async (query: object) =>
      (await threads().search({ metadata, ...query })).map(({ thread_id }) => thread_id);
    expect(await search({})).toEqual(ids.toReversed());
    expect(await search({ sortBy: "created_at", sortOrder: "asc" })).toEqual(ids);
    expect((await search({ sortBy: "updated_at", sortOrder: "desc" }))[0]).toBe(ids[0]);
    expect(await search({ sortBy: "thread_id", sortOrder: "asc" })).toEqual([...ids].sort());
    expect(await search({ sortBy: "status" })).toHaveLength(3);
    expect(await search({ sortBy: "state_updated_at" })).toHaveLength(3);
  });

  test("#28 an unknown sort key is refused; pages of equal keys do not overlap", async () => {
    expect((await bench.send("POST", "/threads/search", { sort_by: "color" })).status).toBe(422);
    const metadata = { tag: randomUUID() };
    for (let index = 0; index < 6; index++) await bench.thread(metadata);
    const seen = new Set<string>();
    for (let offset = 0; offset < 6; offset += 2) {
      const page = await threads().search({ metadata, limit: 2, offset, sortBy: "status" });
      for (const { thread_id } of page) seen.add(thread_id);
    }
    expect(seen.size).toBe(6);
  });

  test("#29 metadata, status and pages filter a search, and count counts with the same filters", async () => {
    const metadata = { tag: randomUUID() };
    const paused = await bench.thread(metadata);
    await bench.thread(metadata);
    await bench.wait(paused, "asks", { input: { topic: "silk" } });
    const query = { metadata, status: "interrupted" } as const;
    expect((await threads().search(query)).map(({ thread_id }) => thread_id)).toEqual([paused]);
    expect(await threads().count(query)).toBe(1);
    expect(await threads().count({ metadata })).toBe(2);
    expect(await threads().search({ metadata, limit: 1, offset: 2 })).toEqual([]);
  });

  test('#30 metadata is compared as JSON: true is not "true", and nested objects may hold more', async () => {
    const tag = randomUUID();
    await bench.thread({ tag, flag: true, nested: { a: 1, b: [1, 2] } });
    const count = (metadata: Record<string, unknown>) => threads().count({ metadata: { tag, ...metadata } });
    expect(await count({ flag: true })).toBe(1);
    expect(await count({ flag: "true" })).toBe(0);
    expect(await count({ nested: { a: 1 } })).toBe(1);
    expect(await count({ nested: { b: [2] } })).toBe(1);
    expect(await count({ nested: { a: 2 } })).toBe(0);
  });

  test("#31 an unknown thread is not found by name; a deleted one is gone with its running run", async () => {
    const unknown = randomUUID();
    const failure = await failureOf(threads().get(unknown));
    expect(failure).toMatchObject({
      status: 404,
      message: expect.stringContaining(`Thread with ID ${unknown} not found`),
    });
    await using gate = await newGate();
    const threadId = await bench.thread();
    const run = await bench.create(threadId, "conversation", { input: { waits: true, folder: gate.folder } });
    await bench.status(threadId, run.run_id, "running");
    expect((await bench.send("DELETE", `/threads/${threadId}`)).status).toBe(204);
    expect((await bench.send("GET", `/threads/${threadId}`)).status).toBe(404);
    expect((await bench.send("GET", `/threads/${threadId}/runs/${run.run_id}`)).status).toBe(404);
  });

  test("#32 a copy has the same state and a history as long; only its id differs", async () => {
    const threadId = await bench.thread({ kept: true });
    await bench.wait(threadId, "agent", HUMAN);
    const copy = await threads().copy(threadId);
    expect(copy).toMatchObject({ status: "idle", metadata: { kept: true, thread_id: copy.thread_id } });
    const [from, to] = [await threads().getState(threadId), await threads().getState(copy.thread_id)];
    expect({ ...to, metadata: null, checkpoint: null, parent_checkpoint: null }).toEqual({
      ...from,
      metadata: null,
      checkpoint: null,
      parent_checkpoint: null,
    });
    expect(to.checkpoint).toEqual({ ...from.checkpoint, thread_id: copy.thread_id });
    const lengths = [threadId, copy.thread_id].map(async (id) => (await threads().getHistory(id)).length);
    expect(await Promise.all(lengths)).toEqual([5, 5]);
  });

  test("#33 a thread and its copy go separate ways", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "agent", HUMAN);
    const { thread_id } = await threads().copy(threadId);
    await bench.wait(thread_id, "agent", { input: { messages: [{ role: "human", content: "bar" }] } });
    await threads().updateState(threadId, { values: { messages: [{ role: "human", content: "baz", id: "baz" }] } });
    const contents = async (id: string) =>
      ((await threads().getState(id)) as Json).values.messages.map(({ content }: Json) => content);
    expect(await contents(threadId)).toEqual(["foo", "begin", "tool", "end", "baz"]);
    expect(await contents(thread_id)).toEqual(["foo", "begin", "tool", "end", "bar", "begin", "tool", "end"]);
  });

  test("#34 a thread made of supersteps has the history of a run that went the same way", async () => {
    const live = await bench.thread();
    await bench.wait(live, "agent", HUMAN);
    const history = (await threads().getHistory(live)).toReversed() as Json[];
    const { messages } = history.at(-1).values;
    const made = await threads().create({
      graphId: "agent",
      supersteps: [
        { updates: [{ values: { messages: [messages[0]] }, asNode: "__input__" }] },
        { updates: [{ values: { messages: [messages[0]] }, asNode: "__start__" }] },
        ...["agent", "tools", "agent"].map((asNode, index) => ({
          updates: [{ values: { messages: [messages[index + 1]] }, asNode }],
        })),
      ],
    });
    const copied = (await threads().getHistory(made.thread_id)).toReversed() as Json[];
    expect(copied.map(({ next }) => next)).toEqual(history.map(({ next }) => next));
    expect(copied.at(-1).values).toEqual(history.at(-1).values);
  });

  test("#35 a paused thread shows its interrupts by task, alone and in a search", async () => {
    const metadata = { tag: randomUUID() };
    const threadId = await bench.thread(metadata);
    await bench.wait(threadId, "asks", { input: { topic: "silk" } });
    const { interrupts } = await threads().get(threadId);
    expect(Object.values(interrupts)).toEqual([[{ id: expect.any(String), value: "about silk?" }]]);
    expect((await threads().search({ metadata }))[0]?.interrupts).toEqual(interrupts);
  });

  test("#36 a thread's values are those of its last checkpoint, also in a search that selects them", async () => {
    const metadata = { tag: randomUUID() };
    const threadId = await bench.thread(metadata);
    await bench.wait(threadId, "agent", HUMAN);
    const { values } = await threads().get(threadId);
    expect(values).toEqual((await threads().getState(threadId)).values);
    expect(await threads().search({ metadata, select: ["values"] })).toEqual([{ values }]);
  });

  test("#37 an id is decoded once and stays on its route, whatever is in it", async () => {
    for (const id of ["%2e%2e", "..%2Fassistants", "a%3Fb", "a%23b", "%252e%252e%252f", "%2E%2E%2F%2E%2E"]) {
      const answer = await bench.send("GET", `/threads/${id}/state`);
      expect([404, 422]).toContain(answer.status);
      expect(answer.json).toMatchObject({ code: expect.any(String) });
    }
    const encoded = [...(await bench.thread())].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");
    expect((await bench.send("GET", `/threads/${encoded}`)).status).toBe(200);
  });

  test("#38 with Prefer: return=minimal a change is answered with 204 and no body", async () => {
    const threadId = await bench.thread();
    const headers = { prefer: "return=minimal" };
    const answer = await bench.send("PATCH", `/threads/${threadId}`, { metadata: { a: 1 } }, headers);
    expect(answer).toMatchObject({ status: 204, text: "" });
    expect((await threads().get(threadId)).metadata).toEqual({ a: 1 });
    const { assistant_id } = await bench.client.assistants.create({ graphId: "agent" });
    expect((await bench.send("PATCH", `/assistants/${assistant_id}`, {}, headers)).status).toBe(204);
    expect((await bench.send("PATCH", `/threads/${threadId}/state`, { metadata: { b: 1 } }, headers)).status).toBe(204);
  });

  test("#39 a thread is busy while it runs, then idle, interrupted or error", async () => {
    await using gate = await newGate();
    const [fine, paused, failed] = [await bench.thread(), await bench.thread(), await bench.thread()];
    await bench.create(fine, "conversation", { input: { waits: true, folder: gate.folder } });
    await bench.threadStatus(fine, "busy");
    await gate.open();
    await bench.threadStatus(fine, "idle");
    await bench.wait(paused, "asks", { input: { topic: "silk" } });
    expect((await threads().get(paused)).status).toBe("interrupted");
    await bench.wait(failed, "failing", { input: { fails: true } });
    expect(await bench.ask("GET", `/threads/${failed}`)).toMatchObject({ status: "error", error: { message: "Boo!" } });
  });

  test("#40 a thread whose run failed takes the next run, and is idle again", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "failing", { input: { fails: true } });
    await bench.wait(threadId, "failing", { input: { fails: false } });
    expect(await bench.ask("GET", `/threads/${threadId}`)).toMatchObject({ status: "idle", error: null });
  });

  test("beyond the checklist: ttl, extract, prune and patchState, as the official client sends them", async () => {
    const tag = randomUUID();
    const { thread_id } = await threads().create({ metadata: { tag }, ttl: 10 });
    const got = (await threads().get(thread_id, { include: ["ttl"] } as never)) as Json;
    expect(got.ttl).toMatchObject({ ttl_minutes: 10, strategy: "delete" });
    await threads().update(thread_id, { ttl: { ttl: 20, strategy: "delete" } });
    expect((await bench.ask("GET", `/threads/${thread_id}?include=ttl`)).ttl.ttl_minutes).toBe(20);
    expect((await bench.ask("GET", `/threads/${thread_id}`)).ttl).toBeUndefined();
    await bench.wait(thread_id, "agent", HUMAN);
    const extract = { last: "values.messages[-1].content", none: "values.nothing" };
    const found = await threads().search({ metadata: { tag }, extract, select: ["thread_id"] } as never);
    expect(found).toEqual([{ thread_id, extracted: { last: "end", none: null } }]);
    await threads().patchState(thread_id, { patched: true });
    expect((await threads().get(thread_id)).metadata).toMatchObject({ tag, patched: true });
    const prune = (strategy: string) =>
      bench.ask("POST", "/threads/prune", { thread_ids: [thread_id, randomUUID()], strategy });
    expect(await prune("keep_latest")).toEqual({ pruned_count: 1 });
    expect(await threads().getHistory(thread_id)).toHaveLength(1);
    expect((await threads().getState(thread_id)).values).toMatchObject({ messages: { length: 4 } });
    expect(await prune("delete")).toEqual({ pruned_count: 1 });
    expect(await prune("delete")).toEqual({ pruned_count: 0 });
  });
});
