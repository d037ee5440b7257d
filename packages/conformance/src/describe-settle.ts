import type { NewEvent } from "@heddle/backend";
import { JsonPlusSerializer } from "@heddle/checkpoint";
import { describe, expect, test } from "vitest";
import { historyOf, putSteps } from "./history.ts";
import { LEASE_MS, type Workbench } from "./workbench.ts";

/** RunQueue.settle. */
export function describeSettle(bench: Workbench): void {
  describe("settle", () => {
    test("ends the run and writes what it leaves on its thread", async () => {
      const lease = await bench.running();
      const { runId, threadId } = lease.run;
      bench.clock.forward(1000);
      const interrupts = { "task-1": [{ id: "i1", value: "?" }] };
      const events = [{ runId, seq: 3, event: "values", data: '{"n":1}' }];
      const settlement = {
        status: "interrupted",
        threadStatus: "interrupted",
        valuesJson: '{"n":1}',
        interrupts,
        events,
      } as const;
      expect(await bench.backend.queue.settle(lease, { ...settlement, events })).toBe(true);
      expect(await bench.backend.runs.get(runId)).toMatchObject({
        status: "interrupted",
        updatedAt: bench.clock.iso(),
      });
      expect(await bench.backend.threads.get(threadId)).toMatchObject({
        status: "interrupted",
        values: { n: 1 },
        interrupts,
        error: null,
        updatedAt: bench.clock.iso(),
        stateUpdatedAt: bench.clock.iso(),
      });
      expect(await bench.backend.events.read(runId, -1, 10)).toEqual(events);
    });

    test("without values leaves those of the thread, without interrupts none are open", async () => {
      const first = await bench.running();
      const { threadId } = first.run;
      const interrupts = { t: [{ id: "i", value: 1 }] };
      await bench.settle(first, { threadStatus: "interrupted", valuesJson: '{"n":1}', interrupts });
      await bench.settle(await bench.running({ threadId }));
      expect(await bench.backend.threads.get(threadId)).toMatchObject({
        status: "idle",
        values: { n: 1 },
        interrupts: {},
      });
    });

    test("keeps the error on the thread until its next run succeeds", async () => {
      const lease = await bench.running();
      const { threadId } = lease.run;
      const error = { error: "CustomError", message: "Boo!" };
      await bench.settle(lease, { status: "error", threadStatus: "error", error });
      expect(await bench.runStatus(lease.run.runId)).toBe("error");
      expect(await bench.backend.threads.get(threadId)).toMatchObject({ status: "error", error });
      await bench.settle(await bench.running({ threadId }));
      expect(await bench.backend.threads.get(threadId)).toMatchObject({ status: "idle", error: null });
    });

    test("leaves the thread busy while another run waits, unless it is interrupted or has failed", async () => {
      for (const [threadStatus, expected] of [
        ["idle", "busy"],
        ["error", "error"],
        ["interrupted", "interrupted"],
      ] as const) {
        const lease = await bench.running();
        const { threadId } = lease.run;
        await bench.accepted({ threadId, notBefore: bench.clock.iso(LEASE_MS) });
        await bench.settle(lease, { threadStatus });
        expect(await bench.threadStatus(threadId)).toBe(expected);
      }
    });

    test("is false when the lease was lost, and then changes nothing", async () => {
      const lost = await bench.running();
      const { runId, threadId } = lost.run;
      bench.clock.forward(LEASE_MS + 1);
      await bench.backend.queue.sweep({ maxAttempts: 3 });
      const again = await bench.lease("worker-2");
      const before = await bench.backend.threads.get(threadId);
      const events = [{ runId, seq: 1, event: "values", data: "{}" }];
      expect(await bench.settle(lost, { threadStatus: "error", valuesJson: '{"n":1}', events })).toBe(false);
      expect(await bench.backend.threads.get(threadId)).toEqual(before);
      expect(await bench.runStatus(runId)).toBe("running");
      expect(await bench.backend.events.read(runId, -1, 10)).toEqual([]);
      expect(await bench.settle(again)).toBe(true);
      expect(await bench.settle(again, { status: "error" })).toBe(false);
      expect(await bench.runStatus(runId)).toBe("success");
    });

    test("holds as long as nobody has taken the lease, even past its time", async () => {
      const lease = await bench.running();
      bench.clock.forward(LEASE_MS * 2);
      expect(await bench.settle(lease)).toBe(true);
    });

    test("is all or nothing: with an event that cannot be written the run goes on", async () => {
      const lease = await bench.running();
      const { runId, threadId } = lease.run;
      const event = { runId, seq: 1, event: null as unknown as string, data: "{}" };
      await expect(bench.settle(lease, { valuesJson: '{"n":1}', events: [event] })).rejects.toThrow();
      expect(await bench.runStatus(runId)).toBe("running");
      expect(await bench.backend.threads.get(threadId)).toMatchObject({ status: "busy", values: null });
      expect(await bench.settle(lease)).toBe(true);
    });

    test("takes events that are in the log already as what they are", async () => {
      const lease = await bench.running();
      const { runId } = lease.run;
      const [first, second] = [1, 2].map((seq) => ({ runId, seq, event: "values", data: `${seq}` })) as [
        NewEvent,
        NewEvent,
      ];
      await bench.backend.events.append([first]);
      await bench.backend.events.append([first, second]);
      expect(await bench.settle(lease, { events: [first, second] })).toBe(true);
      expect(await bench.backend.events.read(runId, -1, 10)).toEqual([first, second]);
    });

    test("removes a temporary thread; the run and its events can be read until they are trimmed", async () => {
      const lease = await bench.running({ thread: "temporary" });
      const { runId, threadId } = lease.run;
      const checkpointer = bench.backend.checkpointer(new JsonPlusSerializer());
      await putSteps(checkpointer, { threadId, steps: 1 });
      const events = [{ runId, seq: 1, event: "values", data: '{"n":1}' }];
      expect(await bench.settle(lease, { valuesJson: '{"n":1}', events })).toBe(true);
      expect(await bench.backend.threads.get(threadId)).toBeUndefined();
      expect(await historyOf(checkpointer, threadId)).toEqual([]);
      expect(await bench.runStatus(runId)).toBe("success");
      expect(await bench.backend.events.read(runId, -1, 10)).toEqual(events);
      await bench.backend.events.trim({ endedBefore: bench.clock.iso(1) });
      expect(await bench.backend.runs.get(runId)).toBeUndefined();
      expect(await bench.backend.events.read(runId, -1, 10)).toEqual([]);
    });

    test("survives the removal of its thread", async () => {
      const lease = await bench.running();
      await bench.backend.threads.delete(lease.run.threadId);
      expect(await bench.settle(lease, { valuesJson: "{}" })).toBe(false);
      expect(await bench.backend.threads.get(lease.run.threadId)).toBeUndefined();
    });
  });
}
