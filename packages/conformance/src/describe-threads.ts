import { randomUUID } from "node:crypto";
import { JsonPlusSerializer } from "@heddle/checkpoint";
import { describe, expect, test } from "vitest";
import { describeThreadSearch } from "./describe-thread-search.ts";
import { historyOf, putSteps } from "./history.ts";
import { type OpenBackend, useWorkbench } from "./workbench.ts";

/** The contract of Threads. */
export function describeThreads(open: OpenBackend): void {
  describe("threads", () => {
    const bench = useWorkbench(open);
    const checkpointer = () => bench.backend.checkpointer(new JsonPlusSerializer());

    test("create makes an idle thread without values", async () => {
      const threadId = randomUUID();
      const createdAt = bench.clock.iso();
      const thread = await bench.backend.threads.create({ threadId, metadata: { a: { b: [1, null] } }, createdAt });
      expect(thread).toEqual({
        threadId,
        createdAt,
        updatedAt: createdAt,
        stateUpdatedAt: createdAt,
        metadata: { a: { b: [1, null] } },
        status: "idle",
        config: {},
        context: thread?.context,
        values: null,
        interrupts: {},
        error: null,
        ttl: null,
      });
      expect(await bench.backend.threads.get(threadId)).toEqual(thread);
    });

    test("create is undefined when the id is taken, and changes nothing", async () => {
      const thread = await bench.thread({ first: true });
      const again = { threadId: thread.threadId, metadata: { second: true }, createdAt: bench.clock.iso(5) };
      expect(await bench.backend.threads.create(again)).toBeUndefined();
      expect(await bench.backend.threads.get(thread.threadId)).toEqual(thread);
    });

    test("get is undefined for an unknown id", async () => {
      expect(await bench.backend.threads.get(randomUUID())).toBeUndefined();
    });

    describe("update", () => {
      test("merges metadata key by key and is seen in updatedAt", async () => {
        const thread = await bench.thread({ keep: 1, nested: { x: 1 } });
        bench.clock.forward(1000);
        const updated = await bench.backend.threads.update(thread.threadId, {
          metadata: { nested: { y: 2 }, add: "é" },
        });
        expect(updated).toEqual({
          ...thread,
          metadata: { keep: 1, nested: { y: 2 }, add: "é" },
          updatedAt: bench.clock.iso(),
        });
        expect(await bench.backend.threads.get(thread.threadId)).toEqual(updated);
      });

      test("is undefined for an unknown id", async () => {
        expect(await bench.backend.threads.update(randomUUID(), { metadata: { a: 1 } })).toBeUndefined();
      });
    });

    describe("setState", () => {
      test("notes values, interrupts and status", async () => {
        const { threadId } = await bench.thread({ m: 1 });
        bench.clock.forward(1000);
        const interrupts = { "task-1": [{ id: "i1", value: { question: "?" } }] };
        const valuesJson = '{"messages":[{"type":"human","content":"é\\u0000😀"}]}';
        const state = { valuesJson, interrupts, status: "interrupted" } as const;
        const updated = await bench.backend.threads.setState(threadId, state);
        expect(updated).toMatchObject({
          values: { messages: [{ type: "human", content: "é\u0000😀" }] },
          interrupts,
          status: "interrupted",
          metadata: { m: 1 },
          stateUpdatedAt: bench.clock.iso(),
        });
        expect(await bench.backend.threads.get(threadId)).toEqual(updated);
      });

      test("is undefined for an unknown id", async () => {
        const state = { valuesJson: "{}", interrupts: {}, status: "idle" } as const;
        expect(await bench.backend.threads.setState(randomUUID(), state)).toBeUndefined();
      });
    });

    describe("delete", () => {
      test("removes the thread, its runs, events, checkpoints and writes", async () => {
        const lease = await bench.running();
        const { threadId, runId } = lease.run;
        await bench.backend.events.append([{ runId, seq: 1, event: "values", data: "{}" }]);
        await putSteps(checkpointer(), { threadId, steps: 2 });
        await bench.settle(lease);
        expect(await bench.backend.threads.delete(threadId)).toBe(true);
        expect(await bench.backend.threads.get(threadId)).toBeUndefined();
        expect(await bench.backend.runs.get(runId)).toBeUndefined();
        expect(await bench.backend.runs.list(threadId, { limit: 10, offset: 0 })).toEqual([]);
        expect(await bench.backend.events.read(runId, -1, 10)).toEqual([]);
        expect(await historyOf(checkpointer(), threadId)).toEqual([]);
      });

      test("takes the lease from its running runs", async () => {
        const lease = await bench.running();
        await bench.backend.threads.delete(lease.run.threadId);
        expect(await bench.backend.queue.renew(lease, 1000)).toEqual({ status: "lost" });
        expect(await bench.settle(lease)).toBe(false);
        expect(await bench.backend.threads.get(lease.run.threadId)).toBeUndefined();
      });

      test("leaves other threads alone", async () => {
        const other = await bench.thread({ a: 1 });
        await putSteps(checkpointer(), { threadId: other.threadId, steps: 1 });
        const { threadId } = await bench.thread({ a: 1 });
        await bench.backend.threads.delete(threadId);
        expect(await bench.backend.threads.get(other.threadId)).toEqual(other);
        expect(await historyOf(checkpointer(), other.threadId)).toHaveLength(1);
      });

      test("is false for an unknown id", async () => {
        expect(await bench.backend.threads.delete(randomUUID())).toBe(false);
      });
    });

    describe("copy", () => {
      test("is an idle thread with the same values, whose metadata names the new id", async () => {
        const lease = await bench.running({ threadConfig: { configurable: { a: 1 } }, runMetadata: { note: "n" } });
        await bench.settle(lease, { valuesJson: '{"n":1}' });
        const source = await bench.backend.threads.get(lease.run.threadId);
        const newThreadId = randomUUID();
        bench.clock.forward(1000);
        const copy = await bench.backend.threads.copy(lease.run.threadId, newThreadId, bench.clock.iso());
        expect(copy).toMatchObject({
          threadId: newThreadId,
          createdAt: bench.clock.iso(),
          status: "idle",
          values: { n: 1 },
          config: { configurable: { a: 1 } },
          metadata: { ...source?.metadata, thread_id: newThreadId },
        });
        expect(await bench.backend.threads.get(newThreadId)).toEqual(copy);
        expect(await bench.backend.threads.get(lease.run.threadId)).toEqual(source);
      });

      test("has all checkpoints and writes under the new id", async () => {
        const { threadId } = await bench.thread();
        await putSteps(checkpointer(), { threadId, steps: 3 });
        await putSteps(checkpointer(), { threadId, steps: 2, ns: "child:1" });
        const newThreadId = randomUUID();
        await bench.backend.threads.copy(threadId, newThreadId, bench.clock.iso());
        const expected = JSON.parse(
          JSON.stringify(await historyOf(checkpointer(), threadId)).replaceAll(threadId, newThreadId),
        );
        expect(expected).toHaveLength(5);
        expect(await historyOf(checkpointer(), newThreadId)).toEqual(expected);
      });

      test("and its original change apart from each other, and outlive each other", async () => {
        const { threadId } = await bench.thread();
        const big = "x".repeat(2000);
        await putSteps(checkpointer(), { threadId, steps: 2, text: big });
        const original = await historyOf(checkpointer(), threadId);
        const [first, second] = [randomUUID(), randomUUID()];
        await bench.backend.threads.copy(threadId, first, bench.clock.iso());
        await bench.backend.threads.copy(first, second, bench.clock.iso());
        await putSteps(checkpointer(), { threadId: first, steps: 1, after: 2, text: `${big}y` });
        expect(await historyOf(checkpointer(), threadId)).toEqual(original);
        await bench.backend.threads.delete(threadId);
        expect(await historyOf(checkpointer(), first)).toHaveLength(3);
        await bench.backend.threads.delete(first);
        const left = await historyOf(checkpointer(), second);
        expect(left.map(({ checkpoint }) => checkpoint)).toEqual(original.map(({ checkpoint }) => checkpoint));
      });

      test("is undefined for an unknown thread", async () => {
        expect(await bench.backend.threads.copy(randomUUID(), randomUUID(), bench.clock.iso())).toBeUndefined();
      });
    });

    describeThreadSearch(bench);
  });
}
