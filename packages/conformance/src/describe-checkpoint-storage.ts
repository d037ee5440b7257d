import { randomUUID } from "node:crypto";
import { type CheckpointStorage, DeltaSnapshot } from "@heddle/checkpoint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { historyOf, putSteps, stepId } from "./history.ts";

/** Opens an empty storage whose serializer keeps plain data. */
export type OpenCheckpointStorage = () => Promise<{ checkpointer: CheckpointStorage; close(): Promise<void> }>;

/** Long enough to be stored apart from the checkpoint. */
const TEXT = "a message that is long enough to be kept apart ".repeat(10);

/** The contract of CheckpointStorage, beyond that of Checkpointer. */
export function describeCheckpointStorage(open: OpenCheckpointStorage): void {
  describe("checkpoint storage", () => {
    let opened: Awaited<ReturnType<OpenCheckpointStorage>>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const storage = () => opened.checkpointer;

    async function chat(steps: number, more: { after?: number; threadId?: string; runId?: string; ns?: string } = {}) {
      const threadId = more.threadId ?? randomUUID();
      await putSteps(storage(), { threadId, steps, text: TEXT, ...more });
      return threadId;
    }

    /** All that is left of a thread, whatever its id. */
    async function contents(threadId: string): Promise<unknown> {
      return (await historyOf(storage(), threadId)).map(({ config, checkpoint, metadata, pendingWrites }) => ({
        ns: config.configurable?.checkpoint_ns,
        checkpoint,
        metadata,
        pendingWrites,
      }));
    }

    async function idsOf(threadId: string, ns?: string): Promise<unknown[]> {
      return (await historyOf(storage(), threadId, ns)).map(({ checkpoint }) => checkpoint.id);
    }

    /** One more checkpoint of a graph with a delta channel, and writes on top of it: one while it is being put, one after it. */
    async function putDelta(threadId: string, step: number, values: Record<string, unknown>) {
      const parent = step === 0 ? {} : { checkpoint_id: stepId(step - 1) };
      const scope = { thread_id: threadId, checkpoint_ns: "" };
      const putting = storage().put(
        { configurable: { ...scope, ...parent } },
        {
          v: 4,
          id: stepId(step),
          ts: "",
          channel_values: values,
          channel_versions: { log: step + 1 },
          versions_seen: {},
        },
        { source: "loop", step, parents: {}, counters_since_delta_snapshot: { log: [step, step] } },
        { log: step + 1 },
      );
      const config = { configurable: { ...scope, checkpoint_id: stepId(step) } };
      await storage().putWrites(config, [["log", `entry ${step}`]], "task-a", "a");
      await putting;
      await storage().putWrites(config, [["other", step]], "task-b", "b");
    }

    describe("prune", () => {
      test("keep_latest leaves the latest checkpoint of each namespace with its writes, as it was, and is the default", async () => {
        const threadId = await chat(5);
        await chat(3, { threadId, ns: "memory" });
        const [latest] = await historyOf(storage(), threadId, "");
        expect(await storage().prune([threadId])).toBe(6);
        const { parentConfig: _, ...rest } = latest ?? {};
        expect((await historyOf(storage(), threadId, ""))[0]).toMatchObject(rest);
        expect(await idsOf(threadId, "")).toEqual([stepId(4)]);
        expect(await idsOf(threadId, "memory")).toEqual([stepId(2)]);
        expect(await storage().prune([threadId], { strategy: "keep_latest" })).toBe(0);
      });

      test("delete leaves nothing; other threads stay, unknown ones do not matter", async () => {
        const [gone, other] = [await chat(3), await chat(2)];
        expect(await storage().prune([gone, randomUUID()], { strategy: "delete" })).toBe(3);
        expect(await contents(gone)).toEqual([]);
        expect(await storage().sizeOfThread(gone)).toEqual({ checkpoints: 0, bytes: 0 });
        expect(await idsOf(other)).toHaveLength(2);
      });

      test("frees what nothing refers to any more, to the byte", async () => {
        const [threadId, alone] = [randomUUID(), randomUUID()];
        const rewrite = (thread: string, step: number) =>
          putSteps(storage(), { threadId: thread, steps: 1, after: step, text: `${step} ${TEXT}` });
        for (let step = 0; step < 20; step++) await rewrite(threadId, step);
        await rewrite(alone, 19);
        await storage().prune([threadId]);
        expect(await storage().sizeOfThread(threadId)).toEqual(await storage().sizeOfThread(alone));
      });

      test("goes on from what it left", async () => {
        const threadId = await chat(4);
        await storage().prune([threadId]);
        await chat(2, { threadId, after: 4 });
        const fresh = await chat(6);
        const [latest] = await historyOf(storage(), fresh);
        expect((await historyOf(storage(), threadId))[0]?.checkpoint).toEqual(latest?.checkpoint);
        expect(await idsOf(threadId)).toEqual([5, 4, 3].map(stepId));
      });

      test("takes nothing from a copy, nor from what the copy has added since", async () => {
        const threadId = await chat(5);
        const copyId = randomUUID();
        await storage().copyThread(threadId, copyId);
        await chat(2, { threadId: copyId, after: 5 });
        const before = await contents(copyId);
        await storage().prune([threadId]);
        expect(await contents(copyId)).toEqual(before);
        await storage().prune([threadId], { strategy: "delete" });
        expect(await contents(copyId)).toEqual(before);
        await storage().prune([copyId]);
        expect(await idsOf(copyId)).toEqual([stepId(6)]);
      });

      test("keeps what a delta channel is rebuilt from", async () => {
        const threadId = randomUUID();
        for (let step = 0; step < 6; step++) {
          await putDelta(threadId, step, step === 2 ? { log: new DeltaSnapshot(["entry 0", "entry 1"]) } : {});
        }
        const config = { configurable: { thread_id: threadId } };
        const before = await storage().getDeltaChannelHistory({ config, channels: ["log"] });
        expect(await storage().prune([threadId])).toBe(2);
        expect(await storage().getDeltaChannelHistory({ config, channels: ["log"] })).toEqual(before);
        expect(await idsOf(threadId)).toEqual([5, 4, 3, 2].map(stepId));
      });

      test("removes namespaces of tasks whose step is over", async () => {
        const threadId = await chat(3);
        const put = (ns: string, root: string) =>
          storage().put(
            { configurable: { thread_id: threadId, checkpoint_ns: ns } },
            { v: 4, id: stepId(9), ts: "", channel_values: {}, channel_versions: {}, versions_seen: {} },
            { source: "loop", step: 0, parents: { "": root } },
            {},
          );
        await put("child:old", stepId(1));
        await put("child:waiting", stepId(2));
        await put("stateful", stepId(1));
        expect(await storage().prune([threadId])).toBe(3);
        const left = (await historyOf(storage(), threadId)).map(({ config }) => config.configurable?.checkpoint_ns);
        expect(left.sort()).toEqual(["", "child:waiting", "stateful"]);
      });
    });

    describe("deleteForRuns", () => {
      test("removes the checkpoints of the runs on whichever thread, and leaves the others whole", async () => {
        const [a, b] = [await chat(3, { runId: "run-1" }), await chat(2, { runId: "run-2" })];
        const before = await contents(a);
        await chat(2, { threadId: a, after: 3, runId: "run-3" });
        await storage().deleteForRuns(["run-3", "run-2", "unknown"]);
        expect(await contents(a)).toEqual(before);
        expect(await contents(b)).toEqual([]);
        await storage().deleteForRuns([]);
        expect(await contents(a)).toEqual(before);
      });
    });

    describe("copyThread", () => {
      test("gives the new thread all there is; then each goes its own way", async () => {
        const threadId = await chat(3);
        const copyId = randomUUID();
        await storage().copyThread(threadId, copyId);
        expect(await contents(copyId)).toEqual(await contents(threadId));
        await chat(1, { threadId: copyId, after: 3 });
        await putSteps(storage(), { threadId, steps: 1, after: 3, text: "other" });
        const last = async (id: string) => (await historyOf(storage(), id))[0]?.checkpoint.channel_values.messages;
        expect(JSON.stringify(await last(copyId))).toContain(TEXT);
        expect(JSON.stringify(await last(threadId))).toContain("other 3");
        await storage().deleteThread(threadId);
        expect(await idsOf(copyId)).toHaveLength(4);
      });

      test("of an unknown thread does nothing, and onto one with checkpoints is refused", async () => {
        const threadId = await chat(1);
        await storage().copyThread(randomUUID(), threadId);
        await expect(storage().copyThread(await chat(1), threadId)).rejects.toThrow(
          `Thread "${threadId}" has checkpoints already`,
        );
        expect(await idsOf(threadId)).toHaveLength(1);
      });
    });

    describe("getDeltaChannelHistory", () => {
      test("gives the writes since the nearest stored value, oldest first, of each channel by itself", async () => {
        const threadId = randomUUID();
        for (let step = 0; step < 80; step++) {
          await putDelta(threadId, step, step === 3 ? { log: new DeltaSnapshot(["seed"]) } : {});
        }
        const at = (checkpoint_id: string) => ({
          configurable: { thread_id: threadId, checkpoint_ns: "", checkpoint_id },
        });
        const entries = (from: number, below: number) =>
          Array.from({ length: below - from }, (_, index) => ["task-a", "log", `entry ${from + index}`]);
        const history = await storage().getDeltaChannelHistory({ config: at(stepId(79)), channels: ["log", "other"] });
        expect(history.log).toEqual({ writes: entries(3, 79), seed: new DeltaSnapshot(["seed"]) });
        expect(history.other?.writes).toHaveLength(79);
        expect(history.other).not.toHaveProperty("seed");
        const early = await storage().getDeltaChannelHistory({ config: at(stepId(2)), channels: ["log"] });
        expect(early).toEqual({ log: { writes: entries(0, 2) } });
      });

      test("means the latest checkpoint without an id, and knows nothing of unknown ones", async () => {
        const threadId = randomUUID();
        for (let step = 0; step < 3; step++) await putDelta(threadId, step, {});
        const config = { configurable: { thread_id: threadId } };
        const { log } = await storage().getDeltaChannelHistory({ config, channels: ["log"] });
        expect(log?.writes).toHaveLength(2);
        const unknown = { configurable: { thread_id: randomUUID() } };
        expect(await storage().getDeltaChannelHistory({ config: unknown, channels: ["log"] })).toEqual({
          log: { writes: [] },
        });
      });
    });

    test("getNextVersion grows, and begins with a version that is greater than none", () => {
      const first = storage().getNextVersion(undefined);
      const second = storage().getNextVersion(first);
      expect([first, second]).toEqual([1, 2]);
    });

    test("the size of a thread grows with what is added, not with what was there", async () => {
      const threadId = await chat(50);
      const at50 = await storage().sizeOfThread(threadId);
      await chat(50, { threadId, after: 50 });
      const at100 = await storage().sizeOfThread(threadId);
      expect(at100.checkpoints).toBe(100);
      expect(at100.bytes / at50.bytes).toBeGreaterThan(1.9);
      expect(at100.bytes / at50.bytes).toBeLessThan(2.2);
    });
  });
}
