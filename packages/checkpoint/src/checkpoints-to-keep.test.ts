import { expect, test } from "vitest";
import { type CheckpointLinks, checkpointsToKeep } from "./checkpoints-to-keep.ts";

function checkpoint(id: string, rest: Partial<CheckpointLinks> = {}): CheckpointLinks {
  return { ns: "", id, parentId: undefined, v: 4, metadata: {}, channels: [], ...rest };
}

function keptIds(all: CheckpointLinks[]): string[] {
  return [...checkpointsToKeep(all)].map(({ ns, id }) => `${ns}/${id}`).sort();
}

test("the latest of each namespace stays, whatever the order in which they come", () => {
  const all = [checkpoint("2"), checkpoint("3"), checkpoint("1"), checkpoint("1", { ns: "memory" })];
  expect(keptIds(all)).toEqual(["/3", "memory/1"]);
});

test("a namespace of a task stays with the root checkpoint it belongs to", () => {
  const of = (root: string, ns: string) => checkpoint("9", { ns, metadata: { parents: { "": root } } });
  expect(keptIds([checkpoint("1"), checkpoint("2"), of("1", "old:t1"), of("2", "new:t2"), of("1", "memory")])).toEqual([
    "/2",
    "memory/9",
    "new:t2/9",
  ]);
});

test("delta channels keep the ancestors back to the last whole value of each", () => {
  const metadata = { counters_since_delta_snapshot: { a: [2, 2], b: [3, 3], whole: [0, 0] } };
  const all = [
    checkpoint("1"),
    checkpoint("2", { parentId: "1", channels: ["b"] }),
    checkpoint("3", { parentId: "2", channels: ["a"] }),
    checkpoint("3-fork", { parentId: "2" }),
    checkpoint("4", { parentId: "3" }),
    checkpoint("5", { parentId: "4", metadata, channels: ["whole"] }),
  ];
  expect(keptIds(all)).toEqual(["/2", "/3", "/4", "/5"]);
});

test("a parent that is gone, or a circle, ends the way back", () => {
  const metadata = { counters_since_delta_snapshot: { a: [1, 1] } };
  expect(keptIds([checkpoint("2", { parentId: "1", metadata })])).toEqual(["/2"]);
  const circle = [checkpoint("1", { parentId: "2" }), checkpoint("2", { parentId: "1", metadata })];
  expect(keptIds(circle)).toEqual(["/1", "/2"]);
});

test("a checkpoint of an older format keeps its parent, whose writes hold its sends", () => {
  expect(
    keptIds([checkpoint("1"), checkpoint("2", { parentId: "1" }), checkpoint("3", { parentId: "2", v: 3 })]),
  ).toEqual(["/2", "/3"]);
});
