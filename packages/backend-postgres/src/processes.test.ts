import { randomUUID } from "node:crypto";
import type { Backend, Lease } from "@heddle/backend";
import { newRun, TestClock } from "@heddle/conformance";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { breakListening } from "../testing/break-listening.ts";
import { describeOnPostgres, type TestSchema } from "../testing/test-schema.ts";
import { openPostgresBackend } from "./open-postgres-backend.ts";

const LEASE_MS = 60_000;

await describeOnPostgres("two processes on one schema", (postgres: TestSchema) => {
  const clock = new TestClock();
  let abort: AbortController;
  let backends: [Backend, Backend];

  beforeEach(async () => {
    await postgres.empty();
    abort = new AbortController();
    const open = () => openPostgresBackend({ url: postgres.url, schema: postgres.schema, now: clock.now, poolSize: 4 });
    backends = await Promise.all([open(), open()]);
  });
  afterEach(async () => {
    abort.abort();
    await Promise.all(backends.map((backend) => backend.close()));
  });

  function lease(backend: Backend, workerId: string): Promise<Lease | undefined> {
    return backend.queue.lease({ workerId, leaseMs: LEASE_MS, signal: abort.signal });
  }

  async function leaseNow(backend: Backend, workerId: string): Promise<Lease> {
    const leased = await lease(backend, workerId);
    if (leased === undefined) throw new Error("Nothing was leased.");
    return leased;
  }

  test("a run offered to one wakes a worker of the other", async () => {
    const [a, b] = backends;
    const waiting = lease(b, "b");
    const run = newRun();
    await a.queue.offer(run);
    expect(await waiting).toMatchObject({ workerId: "b", attempt: 1, run: { runId: run.runId, status: "running" } });
  });

  test("a settled run wakes the other for the next one of its thread", async () => {
    const [a, b] = backends;
    const threadId = randomUUID();
    await a.queue.offer(newRun({ threadId }));
    const first = await leaseNow(a, "a");
    const next = newRun({ threadId });
    await a.queue.offer(next);
    const waiting = lease(b, "b");
    await a.queue.settle(first, { status: "success", threadStatus: "idle" });
    expect((await waiting)?.run.runId).toBe(next.runId);
  });

  test("a delayed run of one becomes due for a worker of the other", async () => {
    const [a, b] = backends;
    const waiting = lease(b, "b");
    const run = newRun({ notBefore: clock.iso(30) });
    await a.queue.offer(run);
    clock.forward(31);
    expect((await waiting)?.run.runId).toBe(run.runId);
  });

  test("cancelling on one reaches the worker of the other, and only that one", async () => {
    const [a, b] = backends;
    await a.queue.offer(newRun());
    const { run } = await leaseNow(a, "a");
    const heardByB: string[] = [];
    b.queue.onCancel((runId) => heardByB.push(runId));
    const heard = new Promise((resolve) => a.queue.onCancel((runId, action) => resolve([runId, action])));
    expect(await b.queue.cancel([run.runId], "rollback")).toEqual([{ runId: run.runId, status: "cancelling" }]);
    expect(await heard).toEqual([run.runId, "rollback"]);
    expect(heardByB).toEqual([]);
  });

  test("a multitask strategy on one interrupts the run of the other", async () => {
    const [a, b] = backends;
    const threadId = randomUUID();
    await a.queue.offer(newRun({ threadId }));
    const { run } = await leaseNow(a, "a");
    const heard = new Promise((resolve) => a.queue.onCancel((runId, action) => resolve([runId, action])));
    await b.queue.offer(newRun({ threadId, multitaskStrategy: "interrupt" }));
    expect(await heard).toEqual([run.runId, "interrupt"]);
  });

  test("events and the end of a run reach listeners of the other", async () => {
    const [a, b] = backends;
    await a.queue.offer(newRun());
    const leased = await leaseNow(a, "a");
    const { runId } = leased.run;
    const change = () =>
      new Promise<void>((resolve) => {
        const stop = b.events.listen(runId, () => {
          stop();
          resolve();
        });
      });
    const appended = change();
    await a.events.append([{ runId, seq: 1, event: "values", data: "{}" }]);
    await appended;
    expect(await b.events.read(runId, -1, 10)).toHaveLength(1);
    const ended = change();
    await a.queue.settle(leased, { status: "success", threadStatus: "idle" });
    await ended;
    expect((await b.runs.get(runId))?.status).toBe("success");
  });

  test("a run whose process died is taken up by the other, and the dead one's lease is void", async () => {
    const [a, b] = backends;
    await a.queue.offer(newRun());
    const lost = await leaseNow(a, "a");
    clock.forward(LEASE_MS + 1);
    await b.queue.sweep({ maxAttempts: 3 });
    const again = await leaseNow(b, "b");
    expect(again).toMatchObject({ attempt: 2, run: { runId: lost.run.runId } });
    expect(await a.queue.settle(lost, { status: "success", threadStatus: "idle" })).toBe(false);
    expect(await a.queue.renew(lost, LEASE_MS)).toEqual({ status: "lost" });
    expect(await b.queue.settle(again, { status: "success", threadStatus: "idle" })).toBe(true);
  });

  describe("under concurrency", () => {
    const THREADS = 12;
    const RUNS_PER_THREAD = 8;

    /** Works until everything is done; notes the order of starts, and fails when two runs of a thread overlap. */
    async function work(backend: Backend, workerId: string, log: { started: string[]; active: Set<string> }) {
      for (let leased = await lease(backend, workerId); leased !== undefined; leased = await lease(backend, workerId)) {
        const { threadId, runId } = leased.run;
        expect(log.active.has(threadId)).toBe(false);
        log.active.add(threadId);
        log.started.push(runId);
        await backend.queue.renew(leased, LEASE_MS);
        log.active.delete(threadId);
        expect(await backend.queue.settle(leased, { status: "success", threadStatus: "idle" })).toBe(true);
        if (log.started.length === THREADS * RUNS_PER_THREAD) abort.abort();
      }
    }

    test("no run is leased twice, and each thread's runs start one after the other in the order of creation", async () => {
      const log = { started: [] as string[], active: new Set<string>() };
      const workers = backends.flatMap((backend, process) =>
        [0, 1, 2].map((worker) => work(backend, `${process}-${worker}`, log)),
      );
      const expected = await Promise.all(
        Array.from({ length: THREADS }, async () => {
          const threadId = randomUUID();
          const runIds: string[] = [];
          for (let i = 0; i < RUNS_PER_THREAD; i++) {
            const run = newRun({ threadId });
            await backends[i % 2 === 0 ? 0 : 1].queue.offer(run);
            runIds.push(run.runId);
          }
          return runIds;
        }),
      );
      await Promise.all(workers);
      expect([...log.started].sort()).toEqual(expected.flat().sort());
      for (const runIds of expected) expect(log.started.filter((runId) => runIds.includes(runId))).toEqual(runIds);
    });

    test("offers, cancels and removals of the same threads never close a circle of locks", async () => {
      const threads = [randomUUID(), randomUUID(), randomUUID()];
      const known: string[] = [];
      const step = async (i: number) => {
        const backend = backends[i % 2 === 0 ? 0 : 1];
        const threadId = threads[i % 3] ?? "";
        const run = newRun({ threadId, multitaskStrategy: i % 5 === 0 ? "rollback" : "enqueue" });
        known.push(run.runId);
        await backend.queue.offer(run);
        if (i % 4 === 0) await backend.queue.cancel([...known].reverse(), "interrupt");
        if (i % 7 === 0) await backend.threads.delete(threadId);
        if (i % 3 === 0) await backend.queue.sweep({ maxAttempts: 3 });
        const leased = await backend.queue.lease({ workerId: "w", leaseMs: LEASE_MS, signal: AbortSignal.timeout(5) });
        if (leased !== undefined) await backend.queue.settle(leased, { status: "success", threadStatus: "idle" });
      };
      const outcomes = await Promise.allSettled(Array.from({ length: 60 }, (_, i) => step(i)));
      expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([]);
    });
  });

  test("a new run does not pass an older one that waits, though a worker has just come", async () => {
    const [a] = backends;
    const runs = [newRun(), newRun(), newRun()] as const;
    await a.queue.offer(runs[0]);
    await a.queue.offer(runs[1]);
    const leased = [lease(a, "w0"), lease(a, "w1")];
    await a.queue.offer(runs[2]);
    expect((await Promise.all(leased)).map((each) => each?.run.runId)).toEqual([runs[0].runId, runs[1].runId]);
  });

  test("a worker that leaves has gone when the run that was on its way to it is handed back, not before", async () => {
    const [a] = backends;
    const run = newRun();
    await a.queue.offer(run);
    // Nobody can be given anything until the lock is gone.
    await postgres.query(`BEGIN; LOCK TABLE ${postgres.schema}.runs`);
    let hasGone = false;
    const leaving = lease(a, "a").finally(() => {
      hasGone = true;
    });
    abort.abort();
    await a.check();
    const hadGone = hasGone;
    await postgres.query("COMMIT");
    expect(hadGone).toBe(false);
    expect(await leaving).toBeUndefined();
    expect(await a.runs.get(run.runId)).toMatchObject({ status: "pending", attempt: 1 });
  });

  test("one of many concurrent offers that reject others is accepted", async () => {
    const threadId = randomUUID();
    const offers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        backends[i % 2 === 0 ? 0 : 1].queue.offer(newRun({ threadId, multitaskStrategy: "reject" })),
      ),
    );
    expect(offers.filter(({ status }) => status === "accepted")).toHaveLength(1);
  });

  test("news is heard again after the connection that listens was broken", async () => {
    const [a, b] = backends;
    expect(await breakListening(postgres)).toBe(2);
    const waiting = lease(b, "b");
    const run = newRun();
    await a.queue.offer(run);
    expect((await waiting)?.run.runId).toBe(run.runId);
  });
});
