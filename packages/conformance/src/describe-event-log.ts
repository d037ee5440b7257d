import { randomUUID } from "node:crypto";
import { type LoggedEvent, MAX_READ_CHARACTERS } from "@heddle/backend";
import { describe, expect, test } from "vitest";
import { newKwargs, type OpenBackend, useWorkbench } from "./workbench.ts";

/** The contract of EventLog. */
export function describeEventLog(open: OpenBackend): void {
  describe("event log", () => {
    const bench = useWorkbench(open);

    function event(runId: string, seq: number): LoggedEvent {
      return { runId, seq, event: `updates|child:${seq}`, data: JSON.stringify({ seq, text: "é😀\u0000'\"" }) };
    }

    /** Resolves at the next news of the run. */
    function change(runId: string): Promise<void> {
      return new Promise((resolve) => {
        const stop = bench.backend.events.listen(runId, () => {
          stop();
          resolve();
        });
      });
    }

    test("read returns the events after a seq in their order, at most limit", async () => {
      const { runId } = await bench.accepted();
      await bench.backend.events.append([event(runId, 1), event(runId, 2)]);
      await bench.backend.events.append([event(runId, 5), event(runId, 12)]);
      const read = async (after: number, limit: number) =>
        (await bench.backend.events.read(runId, after, limit)).map(({ seq }) => seq);
      expect(await bench.backend.events.read(runId, -1, 2)).toEqual([event(runId, 1), event(runId, 2)]);
      expect(await read(-1, 100)).toEqual([1, 2, 5, 12]);
      expect(await read(2, 100)).toEqual([5, 12]);
      expect(await read(3, 1)).toEqual([5]);
      expect(await read(12, 100)).toEqual([]);
    });

    test("read returns not many more characters than a slow reader should hold, but always something", async () => {
      const { runId } = await bench.accepted();
      const long = (seq: number) => ({ runId, seq, event: "values", data: JSON.stringify("x".repeat(30_000)) });
      await bench.backend.events.append([1, 2, 3, 4, 5].map(long));
      const read = async (after: number) => (await bench.backend.events.read(runId, after, 100)).map(({ seq }) => seq);
      expect(await read(-1)).toEqual([1, 2, 3]);
      expect(await read(3)).toEqual([4, 5]);
      await bench.backend.events.append([{ ...long(6), data: JSON.stringify("x".repeat(MAX_READ_CHARACTERS * 2)) }]);
      expect(await read(5)).toEqual([6]);
    });

    test("listenThread calls back after a run of the thread was offered, after it was settled, and after an edit", async () => {
      const { threadId } = await bench.thread();
      let calls = 0;
      const stop = bench.backend.events.listenThread(threadId, () => calls++);
      await bench.accepted();
      expect(calls).toBe(0);
      await bench.accepted({ threadId });
      expect(calls).toBe(1);
      let lease = await bench.lease();
      while (lease.run.threadId !== threadId) lease = await bench.lease();
      await bench.settle(lease);
      expect(calls).toBe(2);
      await bench.backend.threads.setState(threadId, { valuesJson: "{}", interrupts: {}, status: "idle" });
      expect(calls).toBe(3);
      stop();
      await bench.accepted({ threadId });
      expect(calls).toBe(3);
    });

    test("append takes events of several runs at once and keeps them apart", async () => {
      const [a, b] = [await bench.accepted(), await bench.accepted()];
      await bench.backend.events.append([event(a.runId, 0), event(b.runId, 0), event(a.runId, 1)]);
      expect(await bench.backend.events.read(a.runId, -1, 10)).toEqual([event(a.runId, 0), event(a.runId, 1)]);
      expect(await bench.backend.events.read(b.runId, -1, 10)).toEqual([event(b.runId, 0)]);
      expect(await bench.backend.events.read(randomUUID(), -1, 10)).toEqual([]);
    });

    test("append of nothing does nothing", async () => {
      await expect(bench.backend.events.append([])).resolves.toBeUndefined();
    });

    test("listen calls back after events were appended, when they can be read", async () => {
      const { runId } = await bench.accepted();
      const changed = change(runId);
      void bench.backend.events.append([event(runId, 1)]);
      await changed;
      expect(await bench.backend.events.read(runId, -1, 10)).toHaveLength(1);
    });

    test("listen calls back after the run was settled, when its status can be read", async () => {
      const lease = await bench.running();
      const changed = change(lease.run.runId);
      const settled = bench.settle(lease, { events: [event(lease.run.runId, 1)] });
      await changed;
      expect(await bench.runStatus(lease.run.runId)).toBe("success");
      expect(await bench.backend.events.read(lease.run.runId, -1, 10)).toHaveLength(1);
      expect(await settled).toBe(true);
    });

    test("listen calls back when a run ends without a worker", async () => {
      const pending = await bench.accepted();
      const cancelled = change(pending.runId);
      await bench.backend.queue.cancel([pending.runId], "interrupt");
      await cancelled;
      const other = await bench.accepted();
      const deleted = change(other.runId);
      await bench.backend.runs.delete(other.runId);
      await deleted;
    });

    test("listen hears of its own run only, each listener by itself, until it is stopped", async () => {
      const [a, b] = [await bench.accepted(), await bench.accepted()];
      const heard: string[] = [];
      const stop = bench.backend.events.listen(a.runId, () => heard.push("stopped"));
      bench.backend.events.listen(a.runId, () => heard.push("a"));
      bench.backend.events.listen(b.runId, () => heard.push("b"));
      stop();
      const changed = change(a.runId);
      await bench.backend.events.append([event(a.runId, 1)]);
      await changed;
      expect(heard).toEqual(["a"]);
    });

    describe("trim", () => {
      test("removes the events of non-resumable runs that ended before a time, and says of how many", async () => {
        const seqs = async (runId: string) => (await bench.backend.events.read(runId, -1, 10)).map(({ seq }) => seq);
        const ended = async (resumable: boolean) => {
          const lease = await bench.running({ kwargs: newKwargs({ resumable }) });
          await bench.settle(lease, { events: [event(lease.run.runId, 1)] });
          return lease.run.runId;
        };
        const old = [await ended(false), await ended(false)];
        const resumable = await ended(true);
        const running = await bench.running();
        await bench.backend.events.append([event(running.run.runId, 1)]);
        bench.clock.forward(1000);
        const cut = bench.clock.iso();
        bench.clock.forward(1000);
        const recent = await ended(false);
        expect(await bench.backend.events.trim({ endedBefore: cut })).toBe(2);
        expect(await Promise.all(old.map(seqs))).toEqual([[], []]);
        expect(await Promise.all([resumable, running.run.runId, recent].map(seqs))).toEqual([[1], [1], [1]]);
        expect(await bench.runStatus(old[0] ?? "")).toBe("success");
        expect(await bench.backend.events.trim({ endedBefore: cut })).toBe(0);
      });

      test("removes many runs at once", async () => {
        const leases = await Promise.all(Array.from({ length: 450 }, () => bench.running()));
        await Promise.all(leases.map((lease) => bench.settle(lease, { events: [event(lease.run.runId, 1)] })));
        expect(await bench.backend.events.trim({ endedBefore: bench.clock.iso(1) })).toBe(450);
      });
    });
  });
}
