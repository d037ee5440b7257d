import { randomUUID } from "node:crypto";
import { JsonPlusSerializer } from "@heddle/checkpoint";
import { describe, expect, test } from "vitest";
import { historyOf, putSteps } from "./history.ts";
import { ASSISTANT_ID, newKwargs, type OpenBackend, useWorkbench } from "./workbench.ts";

/** The contract of Runs. */
export function describeRuns(open: OpenBackend): void {
  describe("runs", () => {
    const bench = useWorkbench(open);

    test("get returns the run as it was offered", async () => {
      const kwargs = newKwargs({
        input: { text: "é😀\u0000", list: [null, 1.5] },
        command: { resume: "yes" },
        webhook: "/w",
      });
      const run = await bench.accepted({ kwargs, multitaskStrategy: "reject", runMetadata: { a: 1 } });
      expect(run).toEqual({
        runId: run.runId,
        threadId: run.threadId,
        assistantId: ASSISTANT_ID,
        graphId: "agent",
        createdAt: bench.clock.iso(),
        updatedAt: run.updatedAt,
        status: "pending",
        metadata: { a: 1 },
        kwargs: { ...kwargs, config: {} },
        multitaskStrategy: "reject",
        attempt: 0,
      });
      expect(await bench.backend.runs.get(run.runId)).toEqual(run);
    });

    test("get is undefined for an unknown id", async () => {
      expect(await bench.backend.runs.get(randomUUID())).toBeUndefined();
    });

    test("list returns the runs of a thread, newest first, in pages and by status", async () => {
      const threadId = randomUUID();
      const ids: string[] = [];
      for (let i = 0; i < 4; i++) ids.unshift((await bench.accepted({ threadId })).runId);
      await bench.accepted();
      await bench.settle(await bench.lease());
      const list = async (query: object) =>
        (await bench.backend.runs.list(threadId, { limit: 10, offset: 0, ...query })).map(({ runId }) => runId);
      expect(await list({})).toEqual(ids);
      expect(await list({ limit: 2, offset: 1 })).toEqual(ids.slice(1, 3));
      expect(await list({ status: "success" })).toEqual(ids.slice(3));
      expect(await list({ status: "pending" })).toEqual(ids.slice(0, 3));
      expect(await list({ status: "error" })).toEqual([]);
    });

    test("listActive returns pending and running runs of all threads, oldest first, from one on", async () => {
      await bench.settle(await bench.running());
      const [first, second, third] = [await bench.running(), await bench.accepted(), await bench.accepted()];
      const ids = [first.run.runId, second.runId, third.runId];
      const active = async (query: object) =>
        (await bench.backend.runs.listActive({ limit: 10, ...query })).map(({ runId }) => runId);
      expect(await active({})).toEqual(ids);
      expect(await active({ status: "running" })).toEqual(ids.slice(0, 1));
      expect(await active({ status: "pending", limit: 1 })).toEqual([second.runId]);
      expect(await active({ after: first.run.runId })).toEqual(ids.slice(1));
    });

    test("note adds to the metadata of the run", async () => {
      const { runId } = await bench.accepted({ runMetadata: { a: 1, b: 1 } });
      expect(await bench.backend.runs.note(runId, { b: 2 })).toBe(true);
      expect(await bench.backend.runs.note(runId, { c: "\u0000" })).toBe(true);
      expect((await bench.backend.runs.get(runId))?.metadata).toEqual({ a: 1, b: 2, c: "\u0000" });
      expect((await bench.lease()).run.metadata).toEqual({ a: 1, b: 2, c: "\u0000" });
      expect(await bench.backend.runs.note(randomUUID(), {})).toBe(false);
    });

    describe("delete", () => {
      test("removes the run, its events and the checkpoints it made, and nothing else", async () => {
        const checkpointer = bench.backend.checkpointer(new JsonPlusSerializer());
        const threadId = randomUUID();
        const first = await bench.running({ threadId });
        await putSteps(checkpointer, { threadId, steps: 2, runId: first.run.runId });
        await bench.settle(first);
        const second = await bench.running({ threadId });
        const { runId } = second.run;
        await putSteps(checkpointer, { threadId, steps: 2, after: 2, runId, text: "long ".repeat(200) });
        await bench.settle(second, { events: [{ runId, seq: 1, event: "end", data: "null" }] });
        expect(await bench.backend.runs.delete(runId)).toBe(true);
        expect(await bench.backend.runs.get(runId)).toBeUndefined();
        expect(await bench.backend.events.read(runId, -1, 10)).toEqual([]);
        const left = await historyOf(checkpointer, threadId);
        expect(left.map(({ metadata }) => metadata?.run_id)).toEqual([first.run.runId, first.run.runId]);
        expect(left[0]?.pendingWrites).toHaveLength(1);
        expect(await bench.runStatus(first.run.runId)).toBe("success");
      });

      test("of a running run takes its lease and lets the next one start", async () => {
        const threadId = randomUUID();
        const lease = await bench.running({ threadId });
        const next = await bench.accepted({ threadId });
        await bench.backend.runs.delete(lease.run.runId);
        expect(await bench.backend.queue.renew(lease, 1000)).toEqual({ status: "lost" });
        expect((await bench.lease()).run.runId).toBe(next.runId);
      });

      test("is false for an unknown id", async () => {
        expect(await bench.backend.runs.delete(randomUUID())).toBe(false);
      });
    });
  });
}
