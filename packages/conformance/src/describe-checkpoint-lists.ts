import { randomUUID } from "node:crypto";
import type { Checkpointer, CheckpointListOptions } from "@heddle/checkpoint";
import { describe, expect, test } from "vitest";
import { putSteps, stepCheckpoint, stepId } from "./history.ts";

/** Checkpointer.list. */
export function describeCheckpointLists(saver: () => Checkpointer): void {
  describe("list", () => {
    async function ids(configurable: object, options?: CheckpointListOptions): Promise<(string | undefined)[]> {
      const found: (string | undefined)[] = [];
      for await (const { checkpoint } of saver().list({ configurable }, options)) found.push(checkpoint.id);
      return found;
    }

    test("returns whole tuples, newest first", async () => {
      const threadId = randomUUID();
      await putSteps(saver(), { threadId, steps: 3 });
      const tuples = [];
      for await (const tuple of saver().list({ configurable: { thread_id: threadId, checkpoint_ns: "" } }))
        tuples.push(tuple);
      expect(tuples.map(({ checkpoint }) => checkpoint)).toEqual([
        stepCheckpoint(2),
        stepCheckpoint(1),
        stepCheckpoint(0),
      ]);
      for (const tuple of tuples) expect(await saver().getTuple(tuple.config)).toEqual(tuple);
      expect(tuples[2]?.parentConfig).toBeUndefined();
      expect(tuples[2]?.pendingWrites).toEqual([["task-0", "messages", ["write 0"]]]);
    });

    test("returns all namespaces when none is named, newest first over all", async () => {
      const threadId = randomUUID();
      await putSteps(saver(), { threadId, steps: 1 });
      await putSteps(saver(), { threadId, steps: 2, ns: "child" });
      expect(await ids({ thread_id: threadId })).toEqual([stepId(1), stepId(0), stepId(0)]);
      expect(await ids({ thread_id: threadId, checkpoint_ns: "child" })).toEqual([stepId(1), stepId(0)]);
      expect(await ids({ thread_id: threadId, checkpoint_ns: "" })).toEqual([stepId(0)]);
      expect(await ids({ thread_id: randomUUID() })).toEqual([]);
    });

    test("returns at most limit", async () => {
      const threadId = randomUUID();
      await putSteps(saver(), { threadId, steps: 4 });
      expect(await ids({ thread_id: threadId }, { limit: 2 })).toEqual([stepId(3), stepId(2)]);
      expect(await ids({ thread_id: threadId }, { limit: 100 })).toHaveLength(4);
    });

    test("returns only those before a checkpoint", async () => {
      const threadId = randomUUID();
      await putSteps(saver(), { threadId, steps: 4 });
      const before = { configurable: { thread_id: threadId, checkpoint_id: stepId(2) } };
      expect(await ids({ thread_id: threadId }, { before })).toEqual([stepId(1), stepId(0)]);
      expect(await ids({ thread_id: threadId }, { before, limit: 1 })).toEqual([stepId(1)]);
    });

    test("returns only those whose metadata has the wanted values", async () => {
      const threadId = randomUUID();
      await putSteps(saver(), { threadId, steps: 2, runId: "run-1" });
      await putSteps(saver(), { threadId, steps: 2, after: 2, runId: "run-2" });
      expect(await ids({ thread_id: threadId }, { filter: { run_id: "run-1" } })).toEqual([stepId(1), stepId(0)]);
      expect(await ids({ thread_id: threadId }, { filter: { run_id: "run-2", step: 2 } })).toEqual([stepId(2)]);
      expect(await ids({ thread_id: threadId }, { filter: { source: "loop" }, limit: 3 })).toHaveLength(3);
      expect(await ids({ thread_id: threadId }, { filter: { missing: null } })).toEqual([]);
      expect(await ids({ thread_id: threadId }, { filter: { "run_id') OR 1=1 --": "x" } })).toEqual([]);
      expect(await ids({ thread_id: threadId }, { filter: {} })).toHaveLength(4);
    });

    test("can be left at any time", async () => {
      const threadId = randomUUID();
      await putSteps(saver(), { threadId, steps: 3 });
      for await (const { checkpoint } of saver().list({ configurable: { thread_id: threadId } })) {
        expect(checkpoint.id).toBe(stepId(2));
        break;
      }
    });

    test("bears changes while it is read", async () => {
      const threadId = randomUUID();
      await putSteps(saver(), { threadId, steps: 3 });
      const seen: string[] = [];
      for await (const { checkpoint } of saver().list({ configurable: { thread_id: threadId } })) {
        seen.push(checkpoint.id);
        if (seen.length === 1) await putSteps(saver(), { threadId, steps: 1, after: 3 });
      }
      expect(seen).toEqual([stepId(2), stepId(1), stepId(0)]);
    });
  });
}
