import { randomUUID } from "node:crypto";
import type { Checkpoint, Checkpointer, CheckpointTuple } from "@heddle/checkpoint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeCheckpointLists } from "./describe-checkpoint-lists.ts";
import { historyOf, putSteps, stepCheckpoint, stepId } from "./history.ts";

/** Opens an empty checkpointer whose serializer keeps plain data, dates of the language included. */
export type OpenCheckpointer = () => Promise<{ checkpointer: Checkpointer; close(): Promise<void> }>;

/** The contract of Checkpointer. */
export function describeCheckpointer(open: OpenCheckpointer): void {
  describe("checkpointer", () => {
    let opened: Awaited<ReturnType<OpenCheckpointer>>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const saver = () => opened.checkpointer;

    function scope(threadId: string, more: object = {}) {
      return { configurable: { thread_id: threadId, checkpoint_ns: "", ...more } };
    }

    async function latest(threadId: string): Promise<CheckpointTuple | undefined> {
      return saver().getTuple({ configurable: { thread_id: threadId } });
    }

    describe("put", () => {
      test("returns the config of the new checkpoint, by which it is found again, whole", async () => {
        const threadId = randomUUID();
        const values = {
          text: "é😀\u0000'\"\\",
          nothing: null,
          list: [],
          bytes: new Uint8Array([0, 255]),
          map: new Map([["k", new Set([1])]]),
          missing: undefined,
          big: 12345678901234567890n,
          "odd.key'\"": { __proto: 1, deep: [[[{}]]] },
          long: "x".repeat(100_000),
        };
        const checkpoint: Checkpoint = {
          v: 4,
          id: stepId(1),
          ts: "2026-11-24T06:30:00.000Z",
          channel_values: values,
          channel_versions: { text: 1, list: 2 },
          versions_seen: { __input__: {}, "node'": { text: 1 } },
        };
        const metadata = { source: "input", step: -1, parents: { "": stepId(0) }, extra: { when: [1] } } as const;
        const config = await saver().put(scope(threadId), checkpoint, metadata, { text: 1, list: 2 });
        expect(config).toEqual(scope(threadId, { checkpoint_id: stepId(1) }));
        const tuple = await saver().getTuple(config);
        expect(tuple).toEqual({ config, checkpoint, metadata, pendingWrites: [] });
        expect(await latest(threadId)).toEqual(tuple);
      });

      test("takes the config's checkpoint as the parent", async () => {
        const threadId = randomUUID();
        await putSteps(saver(), { threadId, steps: 2 });
        expect((await latest(threadId))?.parentConfig).toEqual(scope(threadId, { checkpoint_id: stepId(0) }));
      });

      test("keeps values that did not change since the parent", async () => {
        const threadId = randomUUID();
        const long = "x".repeat(5000);
        const first = {
          ...stepCheckpoint(0),
          channel_values: { long, count: 1 },
          channel_versions: { long: 1, count: 1 },
        };
        const config = await saver().put(scope(threadId), first, METADATA, first.channel_versions);
        const second = {
          ...first,
          id: stepId(1),
          channel_values: { long, count: 2 },
          channel_versions: { long: 1, count: 2 },
        };
        await saver().put(config, second, METADATA, { count: 2 });
        expect((await latest(threadId))?.checkpoint).toEqual(second);
      });

      test("stores values that are not stored yet, whatever newVersions says", async () => {
        const threadId = randomUUID();
        const made = await putSteps(saver(), { threadId, steps: 2, text: "long ".repeat(100) });
        const orphan = { ...stepCheckpoint(1, "long ".repeat(100)), id: stepId(7) };
        await saver().put(scope(threadId, { checkpoint_id: stepId(6) }), orphan, METADATA, {});
        expect((await latest(threadId))?.checkpoint).toEqual(orphan);
        const { thread_id } = { thread_id: randomUUID() };
        await saver().put(scope(thread_id), orphan, METADATA, {});
        expect((await latest(thread_id))?.checkpoint).toEqual(orphan);
        expect(made).toHaveLength(2);
      });

      test("keeps forks apart, though their channels have equal versions", async () => {
        const threadId = randomUUID();
        const text = "long ".repeat(100);
        await putSteps(saver(), { threadId, steps: 3, text });
        const fork = (id: number, content: string): Checkpoint => ({
          ...stepCheckpoint(1, text),
          id: stepId(id),
          channel_values: {
            messages: [
              { type: "human", content: `${text} 0` },
              { type: "ai", content },
            ],
            constant: "c",
          },
        });
        const parent = scope(threadId, { checkpoint_id: stepId(0) });
        const forks = [fork(10, "one".repeat(200)), fork(11, "two".repeat(200))];
        for (const checkpoint of forks) await saver().put(parent, checkpoint, METADATA, { messages: 2 });
        const history = await historyOf(saver(), threadId);
        expect(history.map(({ checkpoint }) => checkpoint)).toEqual([
          forks[1],
          forks[0],
          stepCheckpoint(2, text),
          stepCheckpoint(1, text),
          stepCheckpoint(0, text),
        ]);
      });

      test("keeps each version of a list that grows, shrinks, and is changed in its middle", async () => {
        const threadId = randomUUID();
        const item = (text: string) => ({ content: text.repeat(100) });
        const versions = [
          [item("a")],
          [item("a"), item("b"), item("c")],
          [item("a"), item("b"), item("c"), 1, "two", null],
          [item("a"), item("b")],
          [item("a"), item("B"), item("c"), item("d")],
          [item("a"), item("B"), item("c"), item("d")],
          [item("a"), item("B"), item("c"), { content: `${"d".repeat(100)}!` }],
          [],
          [12, 3],
          [12, 34, item("e")],
          [12, 34, item("e"), [item("e")]],
        ];
        let config = scope(threadId);
        for (const [step, list] of versions.entries()) {
          const checkpoint = {
            ...stepCheckpoint(step),
            channel_values: { list },
            channel_versions: { list: step + 1 },
          };
          config = (await saver().put(config, checkpoint, METADATA, { list: step + 1 })) as typeof config;
        }
        const history = await historyOf(saver(), threadId);
        expect(history.map(({ checkpoint }) => checkpoint.channel_values.list)).toEqual([...versions].reverse());
      });

      test("stores values as they are at the call: later changes do not reach them", async () => {
        const threadId = randomUUID();
        const messages = [{ content: "x".repeat(1000) }];
        const checkpoint = { ...stepCheckpoint(0), channel_values: { messages } };
        const put = saver().put(scope(threadId), checkpoint, METADATA, { messages: 1 });
        messages.push({ content: "later" });
        checkpoint.channel_versions.messages = 9;
        await put;
        const stored = (await latest(threadId))?.checkpoint;
        expect(stored?.channel_values.messages).toEqual([{ content: "x".repeat(1000) }]);
        expect(stored?.channel_versions.messages).toBe(1);
      });

      test("replaces a checkpoint of the same id", async () => {
        const threadId = randomUUID();
        await saver().put(scope(threadId), stepCheckpoint(0), METADATA, { messages: 1 });
        const again = { ...stepCheckpoint(0, "again"), ts: "2027-01-01T00:00:00.000Z" };
        await saver().put(scope(threadId), again, { ...METADATA, step: 5 }, { messages: 1, constant: 1 });
        const history = await historyOf(saver(), threadId);
        expect(history.map(({ checkpoint, metadata }) => [checkpoint, metadata?.step])).toEqual([[again, 5]]);
      });

      test("refuses a config without a thread", async () => {
        await expect(saver().put({ configurable: {} }, stepCheckpoint(0), METADATA, {})).rejects.toThrow("thread_id");
      });
    });

    describe("getTuple", () => {
      test("is undefined when there is no such checkpoint, namespace or thread", async () => {
        const threadId = randomUUID();
        await putSteps(saver(), { threadId, steps: 1 });
        expect(await latest(randomUUID())).toBeUndefined();
        expect(await saver().getTuple(scope(threadId, { checkpoint_ns: "child" }))).toBeUndefined();
        expect(await saver().getTuple(scope(threadId, { checkpoint_id: stepId(9) }))).toBeUndefined();
        expect(await saver().getTuple({})).toBeUndefined();
      });

      test("without an id returns the checkpoint with the greatest one, whichever was stored last", async () => {
        const threadId = randomUUID();
        await saver().put(scope(threadId), stepCheckpoint(5), METADATA, {});
        await saver().put(scope(threadId), stepCheckpoint(3), METADATA, {});
        expect((await latest(threadId))?.checkpoint.id).toBe(stepId(5));
      });

      test("keeps namespaces apart; without one it is the root graph", async () => {
        const threadId = randomUUID();
        await putSteps(saver(), { threadId, steps: 1 });
        await putSteps(saver(), { threadId, steps: 2, ns: "child:1", text: "child" });
        expect((await latest(threadId))?.checkpoint).toEqual(stepCheckpoint(0));
        const child = await saver().getTuple(scope(threadId, { checkpoint_ns: "child:1" }));
        expect(child?.checkpoint).toEqual(stepCheckpoint(1, "child"));
        expect(child?.config.configurable?.checkpoint_ns).toBe("child:1");
      });

      test("gives each caller values of its own", async () => {
        const threadId = randomUUID();
        await putSteps(saver(), { threadId, steps: 1 });
        const first = await latest(threadId);
        if (first !== undefined) first.checkpoint.channel_values.messages = "changed";
        expect((await latest(threadId))?.checkpoint).toEqual(stepCheckpoint(0));
      });
    });

    describe("putWrites", () => {
      async function writesOf(threadId: string) {
        return (await saver().getTuple(scope(threadId, { checkpoint_id: stepId(0) })))?.pendingWrites;
      }

      async function onCheckpoint() {
        const threadId = randomUUID();
        const config = await saver().put(scope(threadId), stepCheckpoint(0), METADATA, { messages: 1 });
        return { threadId, config };
      }

      test("are returned ordered by task path, then task, then position", async () => {
        const { threadId, config } = await onCheckpoint();
        await saver().putWrites(
          config,
          [
            ["a", 1],
            ["b", { x: [null] }],
          ],
          "task-2",
          "~p, 1",
        );
        await saver().putWrites(config, [["a", 2]], "task-1", "~p, 1");
        await saver().putWrites(config, [["c", 3]], "task-9", "~p, 0");
        await saver().putWrites(config, [["d", undefined]], "task-5");
        expect(await writesOf(threadId)).toEqual([
          ["task-5", "d", undefined],
          ["task-9", "c", 3],
          ["task-1", "a", 2],
          ["task-2", "a", 1],
          ["task-2", "b", { x: [null] }],
        ]);
      });

      test("of ordinary channels are kept as first written", async () => {
        const { threadId, config } = await onCheckpoint();
        await saver().putWrites(
          config,
          [
            ["a", 1],
            ["b", 2],
          ],
          "task-1",
        );
        await saver().putWrites(
          config,
          [
            ["a", 10],
            ["b", 20],
            ["c", 30],
          ],
          "task-1",
        );
        expect(await writesOf(threadId)).toEqual([
          ["task-1", "a", 1],
          ["task-1", "b", 2],
          ["task-1", "c", 30],
        ]);
      });

      test("of special channels replace former ones, and stand beside ordinary ones", async () => {
        const { threadId, config } = await onCheckpoint();
        await saver().putWrites(config, [["a", 1]], "task-1");
        for (const channel of ["__error__", "__scheduled__", "__interrupt__", "__resume__"]) {
          await saver().putWrites(config, [[channel, "first"]], "task-1");
          await saver().putWrites(config, [[channel, "second"]], "task-1");
        }
        const writes = await writesOf(threadId);
        expect(writes?.map(([, channel, value]) => `${channel} ${value}`).sort()).toEqual([
          "__error__ second",
          "__interrupt__ second",
          "__resume__ second",
          "__scheduled__ second",
          "a 1",
        ]);
      });

      test("may come while their checkpoint is being put, and stay when it is put again", async () => {
        const threadId = randomUUID();
        const config = scope(threadId, { checkpoint_id: stepId(0) });
        const put = () => saver().put(scope(threadId), stepCheckpoint(0), METADATA, { messages: 1 });
        const write = (value: number, task = "task-1") =>
          saver().putWrites(
            config,
            [
              ["a", value],
              ["__resume__", value],
            ],
            task,
            "~p, 1",
          );
        await Promise.all([put(), write(1), write(2), write(3, "task-0")]);
        await write(4);
        await Promise.all([put(), write(5), write(6, "task-2")]);
        expect(await writesOf(threadId)).toEqual([
          ["task-0", "__resume__", 3],
          ["task-0", "a", 3],
          ["task-1", "__resume__", 5],
          ["task-1", "a", 1],
          ["task-2", "__resume__", 6],
          ["task-2", "a", 6],
        ]);
        expect((await latest(threadId))?.checkpoint).toEqual(stepCheckpoint(0));
      });

      test("are as they were at the call, also while their checkpoint is being put", async () => {
        const threadId = randomUUID();
        const value = { n: 1 };
        const putting = saver().put(scope(threadId), stepCheckpoint(0), METADATA, { messages: 1 });
        const writing = saver().putWrites(scope(threadId, { checkpoint_id: stepId(0) }), [["a", value]], "task-1");
        value.n = 2;
        await Promise.all([putting, writing]);
        expect(await writesOf(threadId)).toEqual([["task-1", "a", { n: 1 }]]);
      });

      test("may come before their checkpoint", async () => {
        const threadId = randomUUID();
        await saver().putWrites(scope(threadId, { checkpoint_id: stepId(0) }), [["a", 1]], "task-1");
        await saver().put(scope(threadId), stepCheckpoint(0), METADATA, { messages: 1 });
        expect(await writesOf(threadId)).toEqual([["task-1", "a", 1]]);
      });

      test("belong to their checkpoint and namespace only", async () => {
        const { threadId, config } = await onCheckpoint();
        await saver().put(scope(threadId, { checkpoint_ns: "child" }), stepCheckpoint(0), METADATA, { messages: 1 });
        await saver().put(config, stepCheckpoint(1), METADATA, { messages: 2 });
        await saver().putWrites(config, [["a", 1]], "task-1");
        expect((await latest(threadId))?.pendingWrites).toEqual([]);
        expect((await saver().getTuple(scope(threadId, { checkpoint_ns: "child" })))?.pendingWrites).toEqual([]);
        expect(await writesOf(threadId)).toHaveLength(1);
      });

      test("refuses a config without a thread or a checkpoint", async () => {
        await expect(saver().putWrites({ configurable: {} }, [["a", 1]], "t")).rejects.toThrow("thread_id");
        await expect(saver().putWrites(scope(randomUUID()), [["a", 1]], "t")).rejects.toThrow("checkpoint_id");
      });
    });

    describe("deleteThread", () => {
      test("removes all checkpoints and writes of a thread, and of no other", async () => {
        const [threadId, other] = [randomUUID(), randomUUID()];
        for (const thread of [threadId, other]) {
          await putSteps(saver(), { threadId: thread, steps: 2, text: "long ".repeat(100) });
          await putSteps(saver(), { threadId: thread, steps: 1, ns: "child" });
        }
        await saver().deleteThread(threadId);
        expect(await historyOf(saver(), threadId)).toEqual([]);
        expect(await historyOf(saver(), other)).toHaveLength(3);
        const config = await saver().put(scope(threadId), stepCheckpoint(0), METADATA, { messages: 1 });
        expect((await saver().getTuple(config))?.pendingWrites).toEqual([]);
      });

      test("does nothing for an unknown thread", async () => {
        await expect(saver().deleteThread(randomUUID())).resolves.toBeUndefined();
      });
    });

    test("getNextVersion grows from nothing", () => {
      const first = saver().getNextVersion(undefined);
      const second = saver().getNextVersion(first);
      expect(second > first).toBe(true);
    });

    describeCheckpointLists(saver);
  });
}

const METADATA = { source: "loop", step: 0, parents: {} } as const;
