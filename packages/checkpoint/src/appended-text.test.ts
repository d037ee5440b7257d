import { expect, test } from "vitest";
import { appendTo, type ListText, wholeText } from "./appended-text.ts";

const item = (i: number) => ({ content: `message ${i} with "quotes", [brackets] and ünïcode`.repeat(3) });
const listOf = (length: number) => JSON.stringify(Array.from({ length }, (_, i) => item(i)));

test("a list that grows is stored as what was added, and read whole", () => {
  let stored: ListText | undefined;
  for (let length = 0; length < 30; length++) {
    stored = appendTo(stored, listOf(length));
    expect(wholeText(stored)).toBe(listOf(length));
  }
  expect(stored).toMatchObject({ added: `,${JSON.stringify(item(28))}` });
});

test("what does not begin alike is stored whole", () => {
  const changed = JSON.stringify([item(9), item(1), item(2)]);
  expect(appendTo(listOf(2), changed)).toBe(changed);
  expect(appendTo(listOf(3), listOf(2))).toBe(listOf(2));
  expect(appendTo(undefined, listOf(2))).toBe(listOf(2));
  const record = JSON.stringify({ list: item(1) });
  expect(appendTo(record, listOf(2))).toBe(listOf(2));
  expect(appendTo(listOf(2), record)).toBe(record);
});

test("the same list again adds nothing", () => {
  expect(appendTo(listOf(3), listOf(3))).toEqual({ before: listOf(3), added: "" });
});
