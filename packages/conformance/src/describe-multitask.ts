import { randomUUID } from "node:crypto";
import { JsonPlusSerializer } from "@heddle/checkpoint";
import { describe, expect, test } from "vitest";
import { historyOf, putSteps } from "./history.ts";
import type { Workbench } from "./workbench.ts";

/** What a run offered on a busy thread does. */
export function describeMultitask(bench: Workbench): void {
  describe("multitask strategy", () => {
    test("reject refuses the run while another is running or pending, and writes nothing", async () => {
      const threadId = randomUUID();
      const runId = randomUUID();
      const first = await bench.accepted({ threadId, multitaskStrategy: "reject" });
      const busy = { status: "busy", runId: first.runId };
      expect(await bench.offer({ threadId, runId, multitaskStrategy: "reject" })).toEqual(busy);
      const lease = await bench.lease();
      expect(await bench.offer({ threadId, runId, multitaskStrategy: "reject" })).toEqual(busy);
      expect(await bench.backend.runs.get(runId)).toBeUndefined();
      await bench.settle(lease);
      expect((await bench.offer({ threadId, runId, multitaskStrategy: "reject" })).status).toBe("accepted");
    });

    test("reject refuses the run while a delayed one waits", async () => {
      const { threadId, runId } = await bench.accepted({ notBefore: bench.clock.iso(60_000) });
      expect(await bench.offer({ threadId, multitaskStrategy: "reject" })).toEqual({ status: "busy", runId });
    });

    test("reject lets one of many concurrent offers through", async () => {
      const threadId = randomUUID();
      const offers = await Promise.all([1, 2, 3, 4].map(() => bench.offer({ threadId, multitaskStrategy: "reject" })));
      expect(offers.map(({ status }) => status).sort()).toEqual(["accepted", "busy", "busy", "busy"]);
    });

    test("enqueue lets the run wait its turn", async () => {
      const first = await bench.running();
      const outcome = await bench.offer({ threadId: first.run.threadId, multitaskStrategy: "enqueue" });
      expect(outcome).toMatchObject({ status: "accepted", cancelling: [], cancelled: [] });
      expect(await bench.nothingIsReady()).toBe(true);
      expect(await bench.backend.queue.renew(first, 1000)).toEqual({ status: "held" });
    });

    test("interrupt cancels what is running and pending; the new run waits for the running one", async () => {
      const { heard, first } = bench.hearCancels();
      const running = await bench.running();
      const { threadId } = running.run;
      const pending = await bench.accepted({ threadId });
      const other = await bench.accepted();
      const run = await bench.accepted({ threadId, multitaskStrategy: "interrupt" });
      await first;
      expect(heard).toEqual([`${running.run.runId} interrupt`]);
      expect(await bench.runStatus(pending.runId)).toBe("interrupted");
      expect(await bench.runStatus(running.run.runId)).toBe("running");
      expect(await bench.backend.queue.renew(running, 60_000)).toEqual({ status: "cancel", action: "interrupt" });
      expect((await bench.lease()).run.runId).toBe(other.runId);
      expect(await bench.nothingIsReady()).toBe(true);
      await bench.settle(running, { status: "interrupted" });
      expect(await bench.threadStatus(threadId)).toBe("busy");
      expect((await bench.lease()).run.runId).toBe(run.runId);
    });

    test("interrupt names those it cancels", async () => {
      const running = await bench.running();
      const { threadId } = running.run;
      const pending = [await bench.accepted({ threadId }), await bench.accepted({ threadId })];
      expect(await bench.offer({ threadId, multitaskStrategy: "interrupt" })).toMatchObject({
        cancelling: [running.run.runId],
        cancelled: pending.map(({ runId }) => runId),
      });
    });

    test("interrupt starts at once when only pending runs were in the way", async () => {
      const pending = await bench.accepted();
      const run = await bench.accepted({ threadId: pending.threadId, multitaskStrategy: "interrupt" });
      expect((await bench.lease()).run.runId).toBe(run.runId);
      expect(await bench.runStatus(pending.runId)).toBe("interrupted");
    });

    test("rollback removes pending runs", async () => {
      const pending = await bench.accepted();
      const { threadId } = pending;
      const outcome = await bench.offer({ threadId, multitaskStrategy: "rollback" });
      expect(outcome).toMatchObject({ status: "accepted", cancelling: [], cancelled: [pending.runId] });
      expect(await bench.backend.runs.get(pending.runId)).toBeUndefined();
      expect(await bench.backend.runs.list(threadId, { limit: 10, offset: 0 })).toHaveLength(1);
    });

    test("rollback removes the running run with all it did; the new one starts from the state before it", async () => {
      const checkpointer = bench.backend.checkpointer(new JsonPlusSerializer());
      const first = await bench.running();
      const { threadId } = first.run;
      const text = "long ".repeat(200);
      await putSteps(checkpointer, { threadId, steps: 2, runId: first.run.runId, text });
      await bench.settle(first, { valuesJson: '{"n":1}' });
      const before = await historyOf(checkpointer, threadId);
      const doomed = await bench.running({ threadId });
      const { runId } = doomed.run;
      await bench.backend.events.append([{ runId, seq: 1, event: "values", data: "{}" }]);
      await putSteps(checkpointer, { threadId, steps: 2, after: 2, runId, text });
      const next = await bench.accepted({ threadId, multitaskStrategy: "rollback" });
      expect(await bench.settle(doomed, { status: "interrupted", valuesJson: '{"n":2}' })).toBe(true);
      expect(await bench.backend.runs.get(runId)).toBeUndefined();
      expect(await bench.backend.events.read(runId, -1, 10)).toEqual([]);
      expect(await historyOf(checkpointer, threadId)).toEqual(before);
      expect(await bench.backend.threads.get(threadId)).toMatchObject({ status: "busy", values: { n: 1 } });
      expect((await bench.lease()).run.runId).toBe(next.runId);
      // The next run makes the same steps with other content: nothing of the removed ones may shine through.
      const made = await putSteps(checkpointer, { threadId, steps: 2, after: 2, text: "other ".repeat(200) });
      const latest = await checkpointer.getTuple({ configurable: { thread_id: threadId } });
      expect(latest?.checkpoint).toEqual(made[1]);
    });

    test("rollback gives the thread back its interrupts and its status", async () => {
      const interrupts = { t: [{ id: "i", value: 1 }] };
      const paused = await bench.running();
      const { threadId } = paused.run;
      await bench.settle(paused, { threadStatus: "interrupted", valuesJson: '{"n":1}', interrupts });
      const doomed = await bench.running({ threadId });
      await bench.backend.queue.cancel([doomed.run.runId], "rollback");
      await bench.settle(doomed, { status: "interrupted", valuesJson: '{"n":2}', interrupts: {} });
      expect(await bench.backend.threads.get(threadId)).toMatchObject({
        status: "interrupted",
        values: { n: 1 },
        interrupts,
      });
    });
  });
}
