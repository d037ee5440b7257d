import { expect, test } from "vitest";
import { mergeWrites, type StoredWrite, toStoredWrites } from "./stored-writes.ts";

const text = (value: unknown) => JSON.stringify(value);

test("a write is stored under its place, one to a special channel under that channel's slot", () => {
  const writes = toStoredWrites(
    {
      taskId: "t",
      taskPath: "p",
      writes: [
        ["a", 1],
        ["__interrupt__", []],
        ["toString", 2],
      ],
    },
    text,
  );
  expect(writes).toEqual([
    ["t", "p", 0, "a", "1"],
    ["t", "p", -3, "__interrupt__", "[]"],
    ["t", "p", 2, "toString", "2"],
  ]);
});

test("of one place the first write counts, of one slot the last, and tasks stand by their path, then their id", () => {
  const stored: StoredWrite[] = [
    ["b", "1", 0, "x", "first"],
    ["b", "1", -4, "__resume__", "first"],
    ["c", "0", 0, "x", "early path"],
    ["b", "1", 0, "x", "second"],
    ["b", "1", -4, "__resume__", "second"],
    ["a", "1", 0, "x", "early id"],
  ];
  expect(mergeWrites(stored).map(([, , , , value]) => value)).toEqual(["early path", "early id", "second", "first"]);
});
