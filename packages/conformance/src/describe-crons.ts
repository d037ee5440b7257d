import { randomUUID } from "node:crypto";
import { type CronFire, type CronQuery, type CronRecord, MAX_CRON_FIRES, type NewCron } from "@heddle/backend";
import { describe, expect, test } from "vitest";
import { type OpenBackend, useWorkbench, type Workbench } from "./workbench.ts";

const CLAIM = { limit: 10, claimMs: 30_000 };

/** The contract of Crons. */
export function describeCrons(open: OpenBackend): void {
  describe("crons", () => {
    const bench = useWorkbench(open);

    test("create returns the cron as it was given, once per id", async () => {
      const cron = await newCron(bench, {
        timezone: "Europe/Berlin",
        payload: { input: "é\u0000" },
        metadata: { a: [1] },
      });
      const record = { ...cron, updatedAt: cron.createdAt };
      expect(await bench.backend.crons.create(cron)).toEqual(record);
      expect(await bench.backend.crons.get(cron.cronId)).toEqual(record);
      expect(await bench.backend.crons.create(cron)).toBeUndefined();
      expect(await bench.backend.crons.get(randomUUID())).toBeUndefined();
    });

    test("create refuses an unknown assistant and an unknown thread", async () => {
      const cron = await newCron(bench);
      await expect(bench.backend.crons.create({ ...cron, assistantId: randomUUID() })).rejects.toThrow();
      await expect(bench.backend.crons.create({ ...cron, threadId: randomUUID() })).rejects.toThrow();
    });

    test("update changes what is named, and null takes a value away", async () => {
      const { cronId } = await created(bench, { endTime: bench.clock.iso(1000), timezone: "Asia/Tokyo" });
      bench.clock.forward(5);
      const changed = await bench.backend.crons.update(cronId, { endTime: null, enabled: false, payload: { b: 1 } });
      expect(changed).toMatchObject({ endTime: null, enabled: false, timezone: "Asia/Tokyo", payload: { b: 1 } });
      expect(changed?.updatedAt).toBe(bench.clock.iso());
      expect(await bench.backend.crons.get(cronId)).toEqual(changed);
      expect(await bench.backend.crons.update(randomUUID(), {})).toBeUndefined();
    });

    test("search and count filter by assistant, thread, state, metadata and access", async () => {
      const { threadId } = await bench.thread();
      const one = await created(bench, { threadId, metadata: { team: "red", owner: "ann" }, onRunCompleted: null });
      const two = await created(bench, { enabled: false, metadata: { team: "red" } });
      const ids = async (query: Partial<CronQuery>) => {
        const page = { limit: 10, offset: 0, sortBy: "createdAt", sortOrder: "asc" } as const;
        const { items, total } = await bench.backend.crons.search({ ...page, ...query });
        expect(await bench.backend.crons.count(query)).toBe(total);
        return items.map(({ cronId }) => cronId).sort();
      };
      expect(await ids({})).toEqual([one.cronId, two.cronId].sort());
      expect(await ids({ threadId })).toEqual([one.cronId]);
      expect(await ids({ assistantId: two.assistantId })).toEqual([two.cronId]);
      expect(await ids({ enabled: true })).toEqual([one.cronId]);
      expect(await ids({ metadata: { owner: "ann" } })).toEqual([one.cronId]);
      expect(await ids({ access: { type: "equals", key: "owner", value: "bob" } })).toEqual([]);
    });

    test("search sorts by any column, pages, and puts missing values last", async () => {
      const times = [bench.clock.iso(2000), null, bench.clock.iso(1000)];
      for (const nextRunAt of times) await created(bench, { nextRunAt });
      const query = { offset: 0, limit: 10, sortBy: "nextRunAt", sortOrder: "asc" } as const;
      const { items } = await bench.backend.crons.search(query);
      expect(items.map(({ nextRunAt }) => nextRunAt)).toEqual([times[2], times[0], null]);
      const page = await bench.backend.crons.search({ ...query, sortOrder: "desc", limit: 1, offset: 1 });
      expect(page).toMatchObject({ items: [{ nextRunAt: times[2] }], total: 3 });
    });

    test("a cron goes with its assistant, and with its thread", async () => {
      const { threadId } = await bench.thread();
      const ofThread = await created(bench, { threadId, onRunCompleted: null });
      const ofAssistant = await created(bench);
      await bench.backend.threads.delete(threadId);
      expect(await bench.backend.crons.get(ofThread.cronId)).toBeUndefined();
      await bench.backend.assistants.delete(ofAssistant.assistantId, { deleteThreads: false });
      expect(await bench.backend.crons.get(ofAssistant.cronId)).toBeUndefined();
    });

    test("delete takes the fires along", async () => {
      const { cronId } = await created(bench);
      await bench.backend.crons.noteFire(cronId, fireAt(bench.clock.iso()));
      expect(await bench.backend.crons.delete(cronId)).toBe(true);
      expect(await bench.backend.crons.delete(cronId)).toBe(false);
      expect(await bench.backend.crons.fires(cronId, { limit: 10, offset: 0 })).toEqual([]);
    });

    test("what is due is claimed once, the earliest first; what is later, paused or ended is not", async () => {
      const second = await created(bench, { nextRunAt: bench.clock.iso(-1000) });
      const first = await created(bench, { nextRunAt: bench.clock.iso(-2000) });
      const later = await created(bench, { nextRunAt: bench.clock.iso(60_000) });
      await created(bench, { nextRunAt: bench.clock.iso(-500), enabled: false });
      await created(bench, { nextRunAt: null });
      expect(await bench.backend.crons.nextDueAt()).toBe(first.nextRunAt);
      const claims = await Promise.all([1, 2, 3].map(() => bench.backend.crons.claimDue(CLAIM)));
      expect(idsOf(claims.flat())).toEqual(idsOf([first, second]));
      expect(await bench.backend.crons.claimDue(CLAIM)).toEqual([]);
      bench.clock.forward(60_000);
      expect(idsOf(await bench.backend.crons.claimDue({ ...CLAIM, limit: 2 }))).toEqual(idsOf([first, second]));
      expect(idsOf(await bench.backend.crons.claimDue(CLAIM))).toEqual([later.cronId]);
    });

    test("a noted fire moves the cron on, once", async () => {
      const { cronId, nextRunAt } = await created(bench, { nextRunAt: bench.clock.iso(-1000) });
      await bench.backend.crons.claimDue(CLAIM);
      const fire = fireAt(nextRunAt ?? "", { runId: randomUUID(), threadId: randomUUID() });
      const next = { nextRunAt: bench.clock.iso(1000) };
      expect(await bench.backend.crons.noteFire(cronId, fire, next)).toBe(true);
      expect(await bench.backend.crons.noteFire(cronId, fire, next)).toBe(false);
      expect(await bench.backend.crons.fires(cronId, { limit: 10, offset: 0 })).toEqual([fire]);
      expect(await bench.backend.crons.get(cronId)).toMatchObject(next);
      bench.clock.forward(1000);
      expect(idsOf(await bench.backend.crons.claimDue(CLAIM))).toEqual([cronId]);
    });

    test("a fire by hand leaves the next time, and the last fires are remembered", async () => {
      const { cronId, nextRunAt } = await created(bench);
      for (let index = 0; index < MAX_CRON_FIRES + 3; index++) {
        const fire = fireAt(bench.clock.iso(index), { isManual: true, status: "failed", message: `no ${index}` });
        expect(await bench.backend.crons.noteFire(cronId, fire)).toBe(true);
      }
      expect(await bench.backend.crons.get(cronId)).toMatchObject({ nextRunAt });
      const fires = await bench.backend.crons.fires(cronId, { limit: 1000, offset: 1 });
      expect(fires).toHaveLength(MAX_CRON_FIRES - 1);
      expect(fires[0]?.message).toBe(`no ${MAX_CRON_FIRES + 1}`);
      expect(await bench.backend.crons.noteFire(randomUUID(), fireAt(bench.clock.iso()))).toBe(false);
    });
  });
}

async function newCron(bench: Workbench, cron: Partial<NewCron> = {}): Promise<NewCron> {
  const assistantId = randomUUID();
  await bench.backend.assistants.create({
    assistantId,
    graphId: "agent",
    name: "agent",
    description: null,
    config: {},
    context: {},
    metadata: {},
    createdAt: bench.clock.iso(),
  });
  return {
    cronId: randomUUID(),
    assistantId,
    threadId: null,
    userId: null,
    schedule: "* * * * *",
    timezone: null,
    endTime: null,
    enabled: true,
    onRunCompleted: "delete",
    missedFires: "fire_once",
    payload: { input: {} },
    metadata: {},
    createdAt: bench.clock.iso(),
    nextRunAt: bench.clock.iso(60_000),
    ...cron,
  };
}

async function created(bench: Workbench, cron: Partial<NewCron> = {}): Promise<CronRecord> {
  const record = await bench.backend.crons.create(await newCron(bench, cron));
  if (record === undefined) throw new Error("A cron with a random id exists already.");
  return record;
}

function fireAt(dueAt: string, fire: Partial<CronFire> = {}): CronFire {
  return {
    dueAt,
    firedAt: dueAt,
    status: "fired",
    isManual: false,
    runId: null,
    threadId: null,
    message: null,
    ...fire,
  };
}

function idsOf(crons: CronRecord[]): string[] {
  return crons.map(({ cronId }) => cronId).sort();
}
