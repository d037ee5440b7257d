import { describe, expect, test } from "vitest";
import { LEASE_MS, type Workbench } from "./workbench.ts";

/** RunQueue.release and sweep. */
export function describeLostLeases(bench: Workbench): void {
  describe("release", () => {
    test("hands the run back as pending, first in line", async () => {
      const lease = await bench.running();
      const later = await bench.accepted();
      const sameThread = await bench.accepted({ threadId: lease.run.threadId });
      await bench.backend.queue.release(lease);
      expect(await bench.runStatus(lease.run.runId)).toBe("pending");
      const again = await bench.lease("worker-2");
      expect(again.run.runId).toBe(lease.run.runId);
      expect((await bench.lease()).run.runId).toBe(later.runId);
      await bench.settle(again);
      expect((await bench.lease()).run.runId).toBe(sameThread.runId);
    });

    test("ends the lease: whoever comes with it has lost it", async () => {
      const lease = await bench.running();
      await bench.backend.queue.release(lease);
      expect(await bench.backend.queue.renew(lease, LEASE_MS)).toEqual({ status: "lost" });
      const again = await bench.lease("worker-2");
      expect(await bench.backend.queue.renew(lease, LEASE_MS)).toEqual({ status: "lost" });
      expect(await bench.settle(lease)).toBe(false);
      await bench.backend.queue.release(lease);
      expect(await bench.backend.queue.renew(again, LEASE_MS)).toEqual({ status: "held" });
    });

    test("does not count the attempt", async () => {
      const { runId } = await bench.accepted();
      for (let i = 0; i < 5; i++) await bench.backend.queue.release(await bench.lease());
      expect(await bench.backend.queue.sweep({ maxAttempts: 1 })).toEqual([]);
      const lease = await bench.lease();
      expect(lease.run.runId).toBe(runId);
      bench.clock.forward(LEASE_MS + 1);
      expect((await bench.backend.queue.sweep({ maxAttempts: 1 })).map((run) => run.runId)).toEqual([runId]);
    });

    test("hands the run to a worker that waits", async () => {
      const lease = await bench.running();
      const waiting = bench.lease("worker-2");
      await bench.backend.queue.release(lease);
      expect((await waiting).run.runId).toBe(lease.run.runId);
    });

    test("ends a run that was cancelled meanwhile", async () => {
      const [interrupted, removed] = [await bench.running(), await bench.running()];
      await bench.backend.queue.cancel([interrupted.run.runId], "interrupt");
      await bench.backend.queue.cancel([removed.run.runId], "rollback");
      await bench.backend.queue.release(interrupted);
      await bench.backend.queue.release(removed);
      expect(await bench.runStatus(interrupted.run.runId)).toBe("interrupted");
      expect(await bench.threadStatus(interrupted.run.threadId)).toBe("idle");
      expect(await bench.backend.runs.get(removed.run.runId)).toBeUndefined();
    });
  });

  describe("sweep", () => {
    test("makes runs whose lease expired pending again, and leaves others alone", async () => {
      const expired = await bench.running();
      bench.clock.forward(LEASE_MS - 10);
      const held = await bench.running();
      const next = await bench.accepted({ threadId: expired.run.threadId });
      bench.clock.forward(11);
      expect(await bench.backend.queue.sweep({ maxAttempts: 3 })).toEqual([]);
      expect(await bench.runStatus(expired.run.runId)).toBe("pending");
      expect(await bench.runStatus(held.run.runId)).toBe("running");
      expect(await bench.threadStatus(expired.run.threadId)).toBe("busy");
      const again = await bench.lease("worker-2");
      expect(again).toMatchObject({ attempt: 2, run: { runId: expired.run.runId, attempt: 2 } });
      await bench.settle(again);
      expect((await bench.lease()).run.runId).toBe(next.runId);
    });

    test("hands such runs to a worker that waits", async () => {
      const expired = await bench.running();
      const waiting = bench.lease("worker-2");
      bench.clock.forward(LEASE_MS + 1);
      await bench.backend.queue.sweep({ maxAttempts: 3 });
      expect(await waiting).toMatchObject({ workerId: "worker-2", attempt: 2, run: { runId: expired.run.runId } });
    });

    test("ends runs begun maxAttempts times as error, returns them, and lets the next one start", async () => {
      const { runId, threadId } = await bench.accepted();
      for (let attempt = 1; attempt <= 3; attempt++) {
        expect((await bench.lease()).attempt).toBe(attempt);
        bench.clock.forward(LEASE_MS + 1);
        const ended = await bench.backend.queue.sweep({ maxAttempts: 3 });
        expect(ended.map((run) => [run.runId, run.status, run.attempt])).toEqual(
          attempt < 3 ? [] : [[runId, "error", 3]],
        );
      }
      expect(await bench.runStatus(runId)).toBe("error");
      expect(await bench.backend.threads.get(threadId)).toMatchObject({
        status: "error",
        error: { message: expect.any(String) },
      });
      expect(await bench.nothingIsReady()).toBe(true);
      const next = await bench.accepted({ threadId });
      expect((await bench.lease()).run.runId).toBe(next.runId);
    });

    test("ends runs that were being cancelled when their worker died, as it should have ended them", async () => {
      const [interrupted, removed] = [await bench.running(), await bench.running()];
      await bench.backend.queue.cancel([interrupted.run.runId], "interrupt");
      await bench.backend.queue.cancel([removed.run.runId], "rollback");
      bench.clock.forward(LEASE_MS + 1);
      const ended = await bench.backend.queue.sweep({ maxAttempts: 3 });
      expect(ended.map(({ runId, status }) => [runId, status])).toEqual([[interrupted.run.runId, "interrupted"]]);
      expect(await bench.backend.runs.get(removed.run.runId)).toBeUndefined();
      expect(await bench.threadStatus(interrupted.run.threadId)).toBe("idle");
      expect(await bench.threadStatus(removed.run.threadId)).toBe("idle");
    });
  });
}
