import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Workbench } from "./workbench.ts";

/** RunQueue.cancel and onCancel. */
export function describeCancel(bench: Workbench): void {
  describe("cancel", () => {
    test("ends a pending run at once, which never starts", async () => {
      const { runId, threadId } = await bench.accepted();
      expect(await bench.backend.queue.cancel([runId], "interrupt")).toEqual([{ runId, status: "cancelled" }]);
      expect(await bench.runStatus(runId)).toBe("interrupted");
      expect(await bench.threadStatus(threadId)).toBe("idle");
      expect(await bench.nothingIsReady()).toBe(true);
    });

    test("ends a delayed run", async () => {
      const { runId, threadId } = await bench.accepted({ notBefore: bench.clock.iso(60_000) });
      await bench.backend.queue.cancel([runId], "interrupt");
      expect(await bench.threadStatus(threadId)).toBe("idle");
      bench.clock.forward(60_001);
      expect(await bench.nothingIsReady()).toBe(true);
    });

    test("with rollback removes a pending run", async () => {
      const { runId } = await bench.accepted();
      expect(await bench.backend.queue.cancel([runId], "rollback")).toEqual([{ runId, status: "cancelled" }]);
      expect(await bench.backend.runs.get(runId)).toBeUndefined();
    });

    test("of the oldest pending run lets the next one start, and leaves the thread busy", async () => {
      const { runId, threadId } = await bench.accepted();
      const next = await bench.accepted({ threadId });
      await bench.backend.queue.cancel([runId], "interrupt");
      expect(await bench.threadStatus(threadId)).toBe("busy");
      expect((await bench.lease()).run.runId).toBe(next.runId);
    });

    test("gives the thread back the status it had before", async () => {
      const failed = await bench.running();
      const { threadId } = failed.run;
      const error = { error: "E", message: "m" };
      await bench.settle(failed, { status: "error", threadStatus: "error", error });
      const { runId } = await bench.accepted({ threadId });
      await bench.backend.queue.cancel([runId], "interrupt");
      expect(await bench.backend.threads.get(threadId)).toMatchObject({ status: "error", error });
    });

    test("removes the temporary thread of a pending run", async () => {
      const { runId, threadId } = await bench.accepted({ thread: "temporary" });
      await bench.backend.queue.cancel([runId], "interrupt");
      expect(await bench.backend.threads.get(threadId)).toBeUndefined();
      expect(await bench.runStatus(runId)).toBe("interrupted");
    });

    test("tells the worker of a running run, whose settlement decides", async () => {
      const { heard, first } = bench.hearCancels();
      const lease = await bench.running();
      const { runId } = lease.run;
      expect(await bench.backend.queue.cancel([runId], "interrupt")).toEqual([{ runId, status: "cancelling" }]);
      await first;
      expect(heard).toEqual([`${runId} interrupt`]);
      expect(await bench.runStatus(runId)).toBe("running");
      expect(await bench.settle(lease, { status: "success" })).toBe(true);
      expect(await bench.runStatus(runId)).toBe("success");
    });

    test("lets the first action asked for stand", async () => {
      const lease = await bench.running();
      const { runId } = lease.run;
      await bench.backend.queue.cancel([runId], "interrupt");
      expect(await bench.backend.queue.cancel([runId], "rollback")).toEqual([{ runId, status: "cancelling" }]);
      expect(await bench.backend.queue.renew(lease, 1000)).toEqual({ status: "cancel", action: "interrupt" });
      await bench.settle(lease, { status: "interrupted" });
      expect(await bench.runStatus(runId)).toBe("interrupted");
    });

    test("changes nothing about a run that has ended", async () => {
      const lease = await bench.running();
      const { runId } = lease.run;
      await bench.settle(lease);
      expect(await bench.backend.queue.cancel([runId], "rollback")).toEqual([{ runId, status: "ended" }]);
      expect(await bench.runStatus(runId)).toBe("success");
    });

    test("knows a run that has ended after its temporary thread", async () => {
      const lease = await bench.running({ thread: "temporary" });
      const { runId } = lease.run;
      await bench.settle(lease);
      expect(await bench.backend.queue.cancel([runId], "interrupt")).toEqual([{ runId, status: "ended" }]);
    });

    test("takes several runs and leaves out unknown ones", async () => {
      const running = await bench.running();
      const pending = await bench.accepted();
      const ids = [pending.runId, randomUUID(), running.run.runId];
      expect(await bench.backend.queue.cancel(ids, "interrupt")).toEqual([
        { runId: pending.runId, status: "cancelled" },
        { runId: running.run.runId, status: "cancelling" },
      ]);
      expect(await bench.backend.queue.cancel([], "interrupt")).toEqual([]);
    });

    test("is heard until the listener is stopped", async () => {
      const heard: string[] = [];
      const stop = bench.backend.queue.onCancel((runId) => heard.push(runId));
      stop();
      const lease = await bench.running();
      await bench.backend.queue.cancel([lease.run.runId], "interrupt");
      expect(heard).toEqual([]);
    });
  });
}
