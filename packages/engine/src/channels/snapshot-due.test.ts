import { DeltaSnapshot, MemorySaver } from "@heddle/checkpoint";
import { expect, test } from "vitest";
import { Annotation, START, StateGraph } from "../index.ts";
import { createCheckpoint, hydrateChannels } from "./checkpoint-channels.ts";
import { DeltaChannel } from "./delta-channel.ts";
import { LastValue } from "./last-value.ts";
import {
  deltaChannelsToSnapshot,
  deltaChannelsWithPendingWrites,
  exitDeltaLateTaskId,
  exitDeltaTaskId,
} from "./snapshot-due.ts";

const concat = (list: string[], writes: string[][]) => list.concat(...writes);
const channels = { list: new DeltaChannel(concat, { snapshotFrequency: 2 }), last: new LastValue<string>() };

test("a delta channel is due after enough updates, and never before it was written", () => {
  expect(deltaChannelsToSnapshot(channels, { list: [2, 2] }, undefined)).toEqual(new Set(["list"]));
  expect(deltaChannelsToSnapshot(channels, { list: [1, 5000] }, { list: 1 })).toEqual(new Set(["list"]));
  expect(deltaChannelsToSnapshot(channels, { list: [1, 2] }, undefined)).toEqual(new Set());
  expect(deltaChannelsToSnapshot(channels, { list: [2, 2] }, {})).toEqual(new Set());
});

test("pending writes name the delta channels they touch", () => {
  const writes: [string, string, unknown][] = [
    ["t", "list", ["a"]],
    ["t", "last", "b"],
  ];
  expect(deltaChannelsWithPendingWrites(channels, writes)).toEqual(new Set(["list"]));
});

test("the ids of writes stored at an exit sort by step", () => {
  const id = "12345678-1234-5234-9234-123456789abc";
  expect(exitDeltaTaskId(3, id)).toBe("00000003-1234-5234-9234-123456789abc");
  expect(exitDeltaLateTaskId(0xabcde, id)).toBe("ffffffff-000a-bcde-9234-123456789abc");
});

test("channels are rebuilt from a checkpoint and the writes before it", async () => {
  const State = Annotation.Root({ list: () => new DeltaChannel(concat) });
  const saver = new MemorySaver();
  const graph = new StateGraph(State)
    .addNode("a", () => ({ list: ["a"] }))
    .addEdge(START, "a")
    .compile({ checkpointer: saver });
  const config = { configurable: { thread_id: "t" } };
  await graph.invoke({ list: ["in"] }, config);
  const tuple = await saver.getTuple(config);
  if (tuple === undefined) throw new Error("nothing was saved");
  const hydrated = await hydrateChannels({ list: new DeltaChannel(concat) }, tuple.checkpoint, { saver, config });
  expect(hydrated.list.get()).toEqual(["in", "a"]);
  const next = createCheckpoint(tuple.checkpoint, hydrated, 5, { id: "x", channelsToSnapshot: new Set(["list"]) });
  expect([next.id, next.channel_values]).toEqual(["x", { list: new DeltaSnapshot(["in", "a"]) }]);
});
