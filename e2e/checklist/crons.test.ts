import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Json, newGate, useServer } from "../testing/bench.ts";

const bench = useServer({ env: { BG_JOB_TIMEOUT_SECS: "2" } });
const crons = () => bench.client.crons;
const YEARLY = { schedule: "0 0 1 1 *", input: { messages: [] } };

describe("crons", () => {
  test("#154 a cron is made with all that a run is made of, with a thread or without", async () => {
    const payload = {
      ...YEARLY,
      timezone: "America/New_York",
      endTime: "2999-01-01T00:00:00+01:00",
      enabled: true,
      metadata: { a: 1 },
      config: { configurable: { model: "m" } },
      context: { tone: "t" },
      interruptBefore: ["tools"],
      multitaskStrategy: "enqueue",
      onRunCompleted: "keep",
      streamMode: ["values"],
      streamSubgraphs: true,
      streamResumable: true,
      durability: "async",
    } as const;
    const cron = (await crons().create("agent", payload as never)) as Json;
    expect(cron).toMatchObject({
      thread_id: null,
      schedule: "0 0 1 1 *",
      timezone: "America/New_York",
      end_time: "2998-12-31T23:00:00.000Z",
      enabled: true,
      on_run_completed: "keep",
      metadata: { a: 1 },
      payload: { config: { configurable: { model: "m" } }, context: { tone: "t" }, interrupt_before: ["tools"] },
    });
    expect(cron.next_run_date).toMatch(/-01-01T05:00:00.000Z$/);
    const threadId = await bench.thread();
    const other = (await crons().createForThread(threadId, "agent", YEARLY as never)) as Json;
    expect(other).toMatchObject({ thread_id: threadId, on_run_completed: null, timezone: null });
  });

  test("#155 a change touches only what it names; null takes the end away, and enabled pauses", async () => {
    const made = (await crons().create("agent", { ...YEARLY, endTime: "2999-01-01T00:00:00Z" } as never)) as Json;
    const change = (patch: object) => bench.ask("PATCH", `/runs/crons/${made.cron_id}`, patch);
    expect(await change({ metadata: { b: 1 } })).toMatchObject({
      end_time: "2999-01-01T00:00:00.000Z",
      metadata: { b: 1 },
    });
    expect(await change({ end_time: null })).toMatchObject({ end_time: null, metadata: { b: 1 } });
    expect(await change({ enabled: false })).toMatchObject({ enabled: false, next_run_date: null });
    expect(await change({ enabled: true, schedule: "0 12 * * *" })).toMatchObject({
      enabled: true,
      next_run_date: expect.stringMatching(/T12:00:00.000Z$/),
    });
    const input = { messages: [{ role: "human", content: "new" }] };
    expect((await crons().update(made.cron_id, { input })) as Json).toMatchObject({ payload: { input } });
    expect((await change({ end_time: "2001-01-01T00:00:00Z" })).next_run_date).toBeNull();
  });

  test("#156 crons are found and counted by assistant, thread, state and metadata, sorted, in pages, with chosen fields", async () => {
    const metadata = { tag: randomUUID() };
    const threadId = await bench.thread();
    const first = (await crons().create("agent", { ...YEARLY, metadata } as never)) as Json;
    const second = (await crons().createForThread(threadId, "asks", {
      ...YEARLY,
      metadata,
      enabled: false,
    } as never)) as Json;
    const search = async (query: object) =>
      (await crons().search({ metadata, ...query } as never)).map(({ cron_id }) => cron_id);
    expect(await search({})).toEqual([second.cron_id, first.cron_id]);
    expect(await search({ assistantId: "agent" })).toEqual([first.cron_id]);
    expect(await search({ threadId })).toEqual([second.cron_id]);
    expect(await search({ enabled: true })).toEqual([first.cron_id]);
    expect(await search({ sortBy: "created_at", sortOrder: "asc", limit: 1, offset: 1 })).toEqual([second.cron_id]);
    expect(await crons().search({ metadata, select: ["schedule"], limit: 1 } as never)).toEqual([
      { schedule: "0 0 1 1 *" },
    ]);
    const count = (query: object) => bench.ask("POST", "/runs/crons/count", query);
    expect(await count({ metadata })).toBe(2);
    expect(await count({ metadata, thread_id: threadId })).toBe(1);
    expect(await crons().count({ metadata, assistantId: second.assistant_id } as never)).toBe(1);
  });

  test("#157 a cron is deleted with 204, and is gone then", async () => {
    const { cron_id } = (await crons().create("agent", YEARLY as never)) as Json;
    expect((await bench.send("DELETE", `/runs/crons/${cron_id}`)).status).toBe(204);
    expect((await bench.send("DELETE", `/runs/crons/${cron_id}`)).status).toBe(404);
    expect((await bench.send("PATCH", `/runs/crons/${cron_id}`, {})).status).toBe(404);
  });

  test("beyond the checklist: what is no schedule, no time zone, no time, or never comes, is refused", async () => {
    for (const [wrong, path] of [
      [{ schedule: "61 * * * *" }, "schedule"],
      [{ schedule: "* * * * * *" }, "schedule"],
      [{ schedule: "0 0 30 2 *" }, "schedule"],
      [{ timezone: "Mars/Base" }, "timezone"],
      [{ end_time: "tomorrow" }, "end_time"],
      [{ missed_fires: "panic" }, "missed_fires"],
    ] as const) {
      const answer = await bench.send("POST", "/runs/crons", { assistant_id: "agent", ...YEARLY, ...wrong });
      expect(answer).toMatchObject({ status: 422, json: { issues: [{ path }] } });
    }
    expect((await bench.send("POST", "/runs/crons", { assistant_id: "nobody", ...YEARLY })).status).toBe(404);
    const unknown = `/threads/${randomUUID()}/runs/crons`;
    expect((await bench.send("POST", unknown, { assistant_id: "agent", ...YEARLY })).status).toBe(404);
  });

  test("beyond the checklist: a cron is fired by hand, on its thread, and its history tells of it", async () => {
    const threadId = await bench.thread();
    const { cron_id } = (await crons().createForThread(threadId, "agent", {
      ...YEARLY,
      metadata: { by: "cron" },
    } as never)) as Json;
    const run = await bench.ask("POST", `/runs/crons/${cron_id}/trigger`);
    expect(run).toMatchObject({ thread_id: threadId, metadata: { by: "cron", cron_id } });
    await bench.client.runs.join(threadId, run.run_id);
    expect(await bench.ask("GET", `/runs/crons/${cron_id}/fires`)).toMatchObject([
      { status: "fired", is_manual: true, run_id: run.run_id, thread_id: threadId },
    ]);
    expect((await bench.client.threads.get(threadId)).values).toHaveProperty("messages");
  });

  test("beyond the checklist: a run that takes too long ends as timeout, and its thread as error", async () => {
    await using gate = await newGate();
    const threadId = await bench.thread();
    const answer = await bench.wait(threadId, "conversation", { input: { waits: true, folder: gate.folder } });
    expect(answer).toMatchObject({ __error__: { error: "RunTimeoutError" } });
    expect((await bench.client.runs.list(threadId))[0]?.status).toBe("timeout");
    expect((await bench.client.threads.get(threadId)).status).toBe("error");
  });
});
