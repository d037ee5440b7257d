import { randomUUID } from "node:crypto";
import type { ThreadTtl } from "@heddle/backend";
import { describe, expect, test } from "vitest";
import { type OpenBackend, useWorkbench, type Workbench } from "./workbench.ts";

const TEN_MINUTES: ThreadTtl = { minutes: 10, strategy: "delete" };
const MINUTE_MS = 60_000;

/** How long threads live. */
export function describeThreadTtl(open: OpenBackend): void {
  describe("time to live of threads", () => {
    const bench = useWorkbench(open);
    const sweep = (limit = 10) => bench.backend.threads.sweepExpired({ limit });

    test("is kept with the thread, and none is null", async () => {
      const threadId = await mortal(bench, TEN_MINUTES);
      expect((await bench.backend.threads.get(threadId))?.ttl).toEqual(TEN_MINUTES);
      expect((await bench.thread()).ttl).toBeNull();
      const updated = await bench.backend.threads.update(threadId, { ttl: { minutes: 0.5, strategy: "keep_latest" } });
      expect(updated?.ttl).toEqual({ minutes: 0.5, strategy: "keep_latest" });
      expect((await bench.backend.threads.update(threadId, { metadata: { a: 1 } }))?.ttl?.minutes).toBe(0.5);
      const copy = await bench.backend.threads.copy(threadId, randomUUID(), bench.clock.iso());
      expect(copy?.ttl?.minutes).toBe(0.5);
    });

    test("ends a thread that was not changed for so long, with all it has", async () => {
      const threadId = await mortal(bench, TEN_MINUTES);
      await bench.thread();
      bench.clock.forward(10 * MINUTE_MS - 1);
      expect(await sweep()).toEqual({ deleted: [], toPrune: [] });
      bench.clock.forward(1);
      expect(await sweep()).toEqual({ deleted: [threadId], toPrune: [] });
      expect(await bench.backend.threads.get(threadId)).toBeUndefined();
    });

    test("begins anew with each change, and a run that goes on keeps the thread", async () => {
      const threadId = await mortal(bench, TEN_MINUTES);
      bench.clock.forward(9 * MINUTE_MS);
      const lease = await bench.running({ threadId });
      bench.clock.forward(20 * MINUTE_MS);
      expect((await sweep()).deleted).toEqual([]);
      await bench.settle(lease);
      bench.clock.forward(9 * MINUTE_MS);
      expect((await sweep()).deleted).toEqual([]);
      bench.clock.forward(MINUTE_MS);
      expect((await sweep()).deleted).toEqual([threadId]);
    });

    test("of the other strategy names the thread each time it passes, and leaves it", async () => {
      const threadId = await mortal(bench, { minutes: 10, strategy: "keep_latest" });
      bench.clock.forward(10 * MINUTE_MS);
      expect(await sweep()).toEqual({ deleted: [], toPrune: [threadId] });
      expect(await sweep()).toEqual({ deleted: [], toPrune: [] });
      bench.clock.forward(10 * MINUTE_MS);
      expect((await sweep()).toPrune).toEqual([threadId]);
      expect(await bench.backend.threads.get(threadId)).toBeDefined();
    });

    test("comes from a run for a thread which has none", async () => {
      const fresh = await bench.accepted({ threadTtl: TEN_MINUTES });
      const own = await mortal(bench, { minutes: 1, strategy: "keep_latest" });
      await bench.accepted({ threadId: own, threadTtl: TEN_MINUTES });
      const none = await bench.accepted();
      const ttlOf = async (threadId: string) => (await bench.backend.threads.get(threadId))?.ttl;
      expect(await ttlOf(fresh.threadId)).toEqual(TEN_MINUTES);
      expect(await ttlOf(own)).toEqual({ minutes: 1, strategy: "keep_latest" });
      expect(await ttlOf(none.threadId)).toBeNull();
    });

    test("a sweep ends no more threads than it may", async () => {
      for (let index = 0; index < 3; index++) await mortal(bench, TEN_MINUTES);
      bench.clock.forward(10 * MINUTE_MS);
      expect((await sweep(2)).deleted).toHaveLength(2);
      expect((await sweep(2)).deleted).toHaveLength(1);
    });
  });
}

async function mortal(bench: Workbench, ttl: ThreadTtl): Promise<string> {
  const threadId = randomUUID();
  await bench.backend.threads.create({ threadId, metadata: {}, createdAt: bench.clock.iso(), ttl });
  return threadId;
}
