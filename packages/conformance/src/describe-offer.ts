import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ASSISTANT_ID, newKwargs, type Workbench } from "./workbench.ts";

/** RunQueue.offer, but for its multitask strategies. */
export function describeOffer(bench: Workbench): void {
  describe("offer", () => {
    test("writes the run as pending and marks the thread busy, with graph and assistant in its metadata", async () => {
      const thread = await bench.thread({ keep: 1 });
      bench.clock.forward(1000);
      const outcome = await bench.offer({ threadId: thread.threadId, thread: "must-exist" });
      expect(outcome).toMatchObject({ status: "accepted", cancelling: [], cancelled: [], run: { status: "pending" } });
      expect(await bench.backend.threads.get(thread.threadId)).toMatchObject({
        status: "busy",
        updatedAt: bench.clock.iso(),
        metadata: { keep: 1, graph_id: "agent", assistant_id: ASSISTANT_ID },
      });
    });

    test("refuses a missing thread that must exist, and writes nothing", async () => {
      const runId = randomUUID();
      const threadId = randomUUID();
      expect(await bench.offer({ runId, threadId, thread: "must-exist" })).toEqual({ status: "thread-missing" });
      expect(await bench.backend.runs.get(runId)).toBeUndefined();
      expect(await bench.backend.threads.get(threadId)).toBeUndefined();
    });

    test("makes a missing thread, with the run's metadata and what it is to take over of the config", async () => {
      const { threadId } = await bench.accepted({
        assistantMetadata: { created_by: "system" },
        runMetadata: { note: "n", graph_id: "x" },
        assistantConfig: { configurable: { secret: 1 } },
        threadConfig: { tags: ["t"], configurable: { a: 1 } },
      });
      expect(await bench.backend.threads.get(threadId)).toMatchObject({
        status: "busy",
        createdAt: bench.clock.iso(),
        values: null,
        config: { tags: ["t"], configurable: { a: 1 } },
        metadata: { note: "n", graph_id: "agent", assistant_id: ASSISTANT_ID },
      });
      const { threadId: bare } = await bench.accepted({ runConfig: { configurable: { a: 1 } } });
      expect((await bench.backend.threads.get(bare))?.config).toEqual({});
    });

    test("makes a temporary thread that can be read while the run lives", async () => {
      const { threadId } = await bench.accepted({ thread: "temporary" });
      expect(await bench.threadStatus(threadId)).toBe("busy");
    });

    test("merges the config of assistant, thread and run, configurable and metadata key by key", async () => {
      const threadId = randomUUID();
      const threadConfig = {
        tags: ["thread"],
        recursion_limit: 2,
        configurable: { a: "t", b: "t" },
        metadata: { m: "t" },
      };
      await bench.accepted({ threadId, threadConfig });
      const { kwargs } = await bench.accepted({
        threadId,
        kwargs: newKwargs(),
        assistantConfig: {
          tags: ["assistant"],
          extra: 1,
          configurable: { a: "a", c: "a" },
          metadata: { n: "a", m: "a" },
        },
        runConfig: { recursion_limit: 3, configurable: { b: "r", d: "r" } },
      });
      expect(kwargs.config).toEqual({
        tags: ["thread"],
        recursion_limit: 3,
        extra: 1,
        configurable: { a: "t", b: "r", c: "a", d: "r" },
        metadata: { n: "a", m: "t" },
      });
    });

    test("merges what the thread takes over into its config", async () => {
      const threadId = randomUUID();
      await bench.accepted({ threadId, threadConfig: { tags: ["old"], configurable: { a: 1, b: 1 } } });
      await bench.accepted({ threadId, threadConfig: { recursion_limit: 5, configurable: { b: 2 } } });
      await bench.accepted({ threadId });
      expect((await bench.backend.threads.get(threadId))?.config).toEqual({
        tags: ["old"],
        recursion_limit: 5,
        configurable: { a: 1, b: 2 },
      });
    });

    test("merges the metadata of assistant, thread and run", async () => {
      const { threadId } = await bench.thread({ a: "thread", b: "thread" });
      const { metadata } = await bench.accepted({
        threadId,
        assistantMetadata: { a: "assistant", c: "assistant" },
        runMetadata: { b: "run", d: { deep: true } },
      });
      expect(metadata).toMatchObject({ a: "thread", b: "run", c: "assistant", d: { deep: true } });
    });

    test("takes hostile keys as data", async () => {
      const hostile = JSON.parse(`{"__proto__":{"polluted":true},"a'b":1,"$.x":"\\"","constructor":null}`);
      const run = await bench.accepted({ runMetadata: hostile, runConfig: { configurable: hostile } });
      const read = await bench.backend.runs.get(run.runId);
      expect(JSON.parse(JSON.stringify(read?.kwargs.config.configurable))).toEqual(hostile);
      expect(Object.keys(read?.metadata ?? {})).toEqual(expect.arrayContaining(Object.keys(hostile)));
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    });

    test("rejects a run whose id is taken, without harm to runs offered at the same time", async () => {
      const first = await bench.accepted();
      const offers = await Promise.allSettled([bench.offer(), bench.offer({ runId: first.runId }), bench.offer()]);
      expect(offers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      const leased = [await bench.lease(), await bench.lease(), await bench.lease()];
      expect(new Set(leased.map(({ run }) => run.runId)).size).toBe(3);
      expect(await bench.nothingIsReady()).toBe(true);
    });
  });
}
