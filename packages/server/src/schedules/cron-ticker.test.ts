import type { Backend, CronRecord, NewCron } from "@heddle/backend";
import { openSqliteBackend } from "@heddle/backend-sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newTools } from "../../testing/new-tools.ts";
import { EVERYBODY } from "../auth/caller.ts";
import { uuid7 } from "../ids.ts";
import type { ServerTools } from "../server-tools.ts";
import { createCronRun } from "./cron-run.ts";
import { CronTicker } from "./cron-ticker.ts";
import { changeCron, createCron } from "./save-cron.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const ORIGIN = { caller: EVERYBODY, configurable: { "x-note": "of its maker" } };

let nowMs: number;
let backend: Backend;
let tools: ServerTools;
let ticker: CronTicker;
let assistantId: string;

const now = () => new Date(nowMs);

beforeEach(async () => {
  // Half a minute past: no full minute is near.
  nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS + 30_000;
  backend = await openSqliteBackend({ file: ":memory:", now });
  tools = newTools(backend);
  tools.graphs.get = () => ({}) as never;
  ticker = new CronTicker({ tools, now });
  assistantId = uuid7(nowMs);
  const blank = { description: null, config: {}, context: {}, metadata: {}, createdAt: now().toISOString() };
  await backend.assistants.create({ assistantId, graphId: "g", name: "g", ...blank });
});

afterEach(() => backend.close());

async function newCron(request: Partial<NewCron> & { run?: object } = {}): Promise<CronRecord> {
  const cron = await createCron(
    {
      assistantId,
      threadId: null,
      schedule: "* * * * *",
      timezone: null,
      endTime: null,
      enabled: true,
      onRunCompleted: "keep",
      missedFires: "fire_once",
      metadata: {},
      run: { input: { a: 1 } },
      ...request,
    },
    ORIGIN,
    tools,
  );
  // It was made by the real clock; the test's decides when it is due.
  const nextRunAt = new Date(nowMs + 30_000).toISOString();
  return (await backend.crons.update(cron.cronId, { nextRunAt })) ?? cron;
}

const pendingRuns = () => backend.runs.listActive({ limit: 100 });
const firesOf = ({ cronId }: CronRecord) => backend.crons.fires(cronId, { limit: 100, offset: 0 });

describe("the ticker of crons", () => {
  test("fires what is due, for its maker, and moves it on to the next time", async () => {
    const cron = await newCron();
    await ticker.tick();
    expect(await pendingRuns()).toEqual([]);
    nowMs += 31_000;
    await ticker.tick();
    await ticker.tick();
    const [run, ...others] = await pendingRuns();
    expect(others).toEqual([]);
    expect(run).toMatchObject({ assistantId, metadata: { cron_id: cron.cronId }, kwargs: { input: { a: 1 } } });
    expect(run?.kwargs.origin).toEqual({ "x-note": "of its maker" });
    expect(await firesOf(cron)).toMatchObject([
      { status: "fired", dueAt: cron.nextRunAt, runId: run?.runId, threadId: run?.threadId, isManual: false },
    ]);
    const next = new Date(Date.parse(cron.nextRunAt ?? "") + MINUTE_MS).toISOString();
    expect((await backend.crons.get(cron.cronId))?.nextRunAt).toBe(next);
  });

  test("fires once, however many look at the same time", async () => {
    const cron = await newCron();
    nowMs += 31_000;
    await Promise.all([1, 2, 3].map(() => new CronTicker({ tools, now }).tick()));
    expect(await pendingRuns()).toHaveLength(1);
    expect(await firesOf(cron)).toHaveLength(1);
  });

  test.each(["fire_once", "skip"] as const)(
    "finds the run of a process that died before it could note it (%s)",
    async (missedFires) => {
      const cron = await newCron({ missedFires });
      nowMs += 31_000;
      const [claimed] = await backend.crons.claimDue({ limit: 1, claimMs: 60_000 });
      const run = await createCronRun(claimed ?? cron, cron.nextRunAt ?? "", tools);
      await ticker.tick();
      expect(await firesOf(cron)).toEqual([]);
      nowMs += 90_000;
      await ticker.tick();
      expect((await firesOf(cron))[0]).toMatchObject({ status: "fired", runId: run.runId });
      expect(await pendingRuns()).toHaveLength(1);
    },
  );

  test("makes one run of all the times that were missed", async () => {
    const cron = await newCron();
    nowMs += 5 * DAY_MS;
    await ticker.tick();
    expect(await pendingRuns()).toHaveLength(1);
    expect(Date.parse((await backend.crons.get(cron.cronId))?.nextRunAt ?? "")).toBeGreaterThan(nowMs);
  });

  test("or none, when missed times are skipped", async () => {
    const cron = await newCron({ missedFires: "skip" });
    nowMs += 5 * DAY_MS;
    await ticker.tick();
    expect(await pendingRuns()).toEqual([]);
    expect(await firesOf(cron)).toMatchObject([{ status: "skipped", dueAt: cron.nextRunAt }]);
    nowMs += MINUTE_MS;
    await ticker.tick();
    expect(await pendingRuns()).toHaveLength(1);
  });

  test("notes why a run could not be created, and goes on", async () => {
    const threadId = uuid7(nowMs);
    await backend.threads.create({ threadId, metadata: {}, createdAt: now().toISOString() });
    const cron = await newCron({ threadId, run: { multitask_strategy: "reject" } });
    nowMs += 31_000;
    await ticker.tick();
    nowMs += MINUTE_MS;
    await ticker.tick();
    expect(await firesOf(cron)).toMatchObject([
      { status: "failed", runId: null, message: expect.stringContaining("already running a task") },
      { status: "fired" },
    ]);
  });

  test("does not fire after the end, nor while paused", async () => {
    const ending = await newCron({ endTime: new Date(nowMs + 45_000).toISOString() });
    const paused = await changeCron(await newCron(), { enabled: false }, tools);
    nowMs += 31_000;
    await ticker.tick();
    expect(await firesOf(ending)).toHaveLength(1);
    expect(await firesOf(paused)).toEqual([]);
    expect(await backend.crons.get(ending.cronId)).toMatchObject({ enabled: true, nextRunAt: null });
  });

  test("started, it fires by itself, and stopping waits for what it does", async () => {
    const cron = await newCron();
    nowMs += 31_000;
    ticker.start();
    while ((await firesOf(cron)).length === 0) await new Promise((resolve) => setImmediate(resolve));
    await ticker.stop();
    expect(await pendingRuns()).toHaveLength(1);
  });
});
