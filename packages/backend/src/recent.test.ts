import { expect, test } from "vitest";
import { Recent } from "./recent.ts";

test("what was used last stays, up to the weight; what was used longest ago goes", () => {
  const recent = new Recent<number>(3);
  for (const n of [1, 2, 3]) recent.set(`${n}`, n, 1);
  expect(recent.get("1")).toBe(1);
  recent.set("4", 4, 1);
  expect(["1", "2", "3", "4"].map((key) => recent.get(key))).toEqual([1, undefined, 3, 4]);
  recent.set("5", 5, 2);
  expect(["1", "3", "4", "5"].map((key) => recent.get(key))).toEqual([undefined, undefined, 4, 5]);
});

test("an entry that is set again has its new weight, and one heavier than all is not kept", () => {
  const recent = new Recent<string>(10);
  recent.set("a", "heavy", 9);
  recent.set("a", "light", 1);
  recent.set("b", "b", 9);
  expect([recent.get("a"), recent.get("b")]).toEqual(["light", "b"]);
  recent.delete("b");
  recent.set("c", "c", 9);
  expect([recent.get("a"), recent.get("c")]).toEqual(["light", "c"]);
  recent.set("d", "too heavy", 11);
  expect(["a", "c", "d"].map((key) => recent.get(key))).toEqual([undefined, undefined, undefined]);
});
