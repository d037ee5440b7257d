import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { LEASE_MS, type Workbench } from "./workbench.ts";

/** RunQueue.lease and renew, and in which order runs start. */
export function describeLease(bench: Workbench): void {
  describe("lease", () => {
    test("gives the oldest run first and marks it running", async () => {
      const runs = [await bench.accepted(), await bench.accepted(), await bench.accepted()];
      bench.clock.forward(1000);
      const leases = [await bench.lease("w1"), await bench.lease("w2"), await bench.lease("w3")];
      expect(leases.map(({ run }) => run.runId)).toEqual(runs.map(({ runId }) => runId));
      const running = { ...runs[1], status: "running", attempt: 1, updatedAt: bench.clock.iso() };
      expect(leases[1]).toEqual({ workerId: "w2", attempt: 1, run: running });
      expect(await bench.backend.runs.get(runs[1]?.runId ?? "")).toEqual(running);
    });

    test("waits for a run, which is then handed over directly", async () => {
      const waiting = bench.lease();
      const run = await bench.accepted();
      const lease = await waiting;
      expect(lease).toMatchObject({
        attempt: 1,
        run: { runId: run.runId, status: "running", attempt: 1, kwargs: run.kwargs },
      });
      expect(await bench.backend.runs.get(run.runId)).toEqual(lease.run);
      expect(await bench.threadStatus(run.threadId)).toBe("busy");
    });

    test("gives each run to one worker only", async () => {
      const waiting = Array.from({ length: 8 }, (_, index) => bench.lease(`w${index}`));
      const runs = await Promise.all(Array.from({ length: 8 }, () => bench.accepted()));
      const leases = await Promise.all(waiting);
      expect(leases.map(({ run }) => run.runId).sort()).toEqual(runs.map(({ runId }) => runId).sort());
      expect(leases.map(({ workerId }) => workerId).sort()).toEqual(["w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7"]);
    });

    test("resolves to undefined when its signal aborts, before or while it waits, and then takes no run", async () => {
      const { queue } = bench.backend;
      expect(await queue.lease({ workerId: "w", leaseMs: LEASE_MS, signal: AbortSignal.abort() })).toBeUndefined();
      const abort = new AbortController();
      const waiting = queue.lease({ workerId: "w", leaseMs: LEASE_MS, signal: abort.signal });
      abort.abort();
      expect(await waiting).toBeUndefined();
      const run = await bench.accepted();
      expect((await bench.lease("other")).run.runId).toBe(run.runId);
    });

    test("loses no run when a signal aborts while a run is being handed over", async () => {
      const abort = new AbortController();
      const request = { workerId: "w", leaseMs: LEASE_MS, signal: abort.signal };
      const waiting = bench.backend.queue.lease(request);
      const offered = bench.accepted();
      abort.abort();
      const [lease, run] = await Promise.all([waiting, offered]);
      if (lease !== undefined) await bench.backend.queue.release(lease);
      expect((await bench.lease("other")).run.runId).toBe(run.runId);
    });

    test("leaves a run that was on its way to a worker who leaves first in line, once that worker is gone", async () => {
      const runs = [await bench.accepted(), await bench.accepted(), await bench.accepted()];
      const abort = new AbortController();
      const leaving = ["w1", "w2"].map((workerId) =>
        bench.backend.queue.lease({ workerId, leaseMs: LEASE_MS, signal: abort.signal }),
      );
      abort.abort();
      expect(await Promise.all(leaving)).toEqual([undefined, undefined]);
      for (const run of runs) expect((await bench.lease("other")).run.runId).toBe(run.runId);
    });

    test("lets one run of a thread run at a time, in the order of creation", async () => {
      const threadId = randomUUID();
      const runs = [
        await bench.accepted({ threadId }),
        await bench.accepted({ threadId }),
        await bench.accepted({ threadId }),
      ];
      for (const run of runs) {
        const lease = await bench.lease();
        expect(lease.run.runId).toBe(run.runId);
        expect(await bench.nothingIsReady()).toBe(true);
        await bench.settle(lease);
      }
    });

    test("hands the next run of a thread to a waiting worker when the former is settled", async () => {
      const first = await bench.running();
      const next = await bench.accepted({ threadId: first.run.threadId });
      const waiting = bench.lease("w2");
      await bench.settle(first);
      expect((await waiting).run.runId).toBe(next.runId);
      expect(await bench.threadStatus(first.run.threadId)).toBe("busy");
    });

    test("does not give a run before its time", async () => {
      const delayed = await bench.accepted({ notBefore: bench.clock.iso(60_000) });
      expect(await bench.threadStatus(delayed.threadId)).toBe("busy");
      expect(await bench.nothingIsReady()).toBe(true);
      bench.clock.forward(60_001);
      expect((await bench.lease()).run.runId).toBe(delayed.runId);
    });

    test("wakes a waiting worker when a run becomes due", async () => {
      const waiting = bench.lease();
      const run = await bench.accepted({ notBefore: bench.clock.iso(20) });
      bench.clock.forward(21);
      expect((await waiting).run.runId).toBe(run.runId);
    });

    test("lets later runs of a thread start while an earlier one is not due", async () => {
      const threadId = randomUUID();
      const delayed = await bench.accepted({ threadId, notBefore: bench.clock.iso(60_000) });
      const later = [await bench.accepted({ threadId }), await bench.accepted({ threadId })];
      const lease = await bench.lease();
      expect(lease.run.runId).toBe(later[0]?.runId);
      bench.clock.forward(60_001);
      await bench.settle(lease);
      // Among those that are due, the order is that of creation.
      const second = await bench.lease();
      expect(second.run.runId).toBe(delayed.runId);
      await bench.settle(second);
      expect((await bench.lease()).run.runId).toBe(later[1]?.runId);
    });

    test("keeps the order of creation when an earlier run becomes due before a later one was leased", async () => {
      const threadId = randomUUID();
      const delayed = await bench.accepted({ threadId, notBefore: bench.clock.iso(60_000) });
      const later = await bench.accepted({ threadId });
      bench.clock.forward(60_001);
      const lease = await bench.lease();
      expect(lease.run.runId).toBe(delayed.runId);
      await bench.settle(lease);
      expect((await bench.lease()).run.runId).toBe(later.runId);
    });
  });

  describe("renew", () => {
    test("prolongs the lease", async () => {
      const lease = await bench.running();
      bench.clock.forward(LEASE_MS - 1000);
      expect(await bench.backend.queue.renew(lease, LEASE_MS)).toEqual({ status: "held" });
      bench.clock.forward(LEASE_MS - 1000);
      expect(await bench.backend.queue.sweep({ maxAttempts: 3 })).toEqual([]);
      expect(await bench.backend.queue.renew(lease, LEASE_MS)).toEqual({ status: "held" });
    });

    test("says when the run is to be cancelled, and how", async () => {
      const [a, b] = [await bench.running(), await bench.running()];
      await bench.backend.queue.cancel([a.run.runId], "interrupt");
      await bench.backend.queue.cancel([b.run.runId], "rollback");
      expect(await bench.backend.queue.renew(a, LEASE_MS)).toEqual({ status: "cancel", action: "interrupt" });
      expect(await bench.backend.queue.renew(b, LEASE_MS)).toEqual({ status: "cancel", action: "rollback" });
    });

    test("says when the lease is lost: settled, or taken by someone else", async () => {
      const settled = await bench.running();
      await bench.settle(settled);
      expect(await bench.backend.queue.renew(settled, LEASE_MS)).toEqual({ status: "lost" });
      const expired = await bench.running();
      bench.clock.forward(LEASE_MS + 1);
      await bench.backend.queue.sweep({ maxAttempts: 3 });
      expect(await bench.backend.queue.renew(expired, LEASE_MS)).toEqual({ status: "lost" });
      const again = await bench.lease("worker-2");
      expect(again).toMatchObject({ attempt: 2, run: { runId: expired.run.runId, attempt: 2 } });
      expect(await bench.backend.queue.renew(expired, LEASE_MS)).toEqual({ status: "lost" });
      expect(await bench.backend.queue.renew(again, LEASE_MS)).toEqual({ status: "held" });
    });
  });
}
