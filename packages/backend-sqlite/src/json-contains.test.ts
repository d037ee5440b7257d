import { describe, expect, test } from "vitest";
import { jsonContains } from "./json-contains.ts";

describe("jsonContains", () => {
  test.each([
    [{ a: 1, b: 2 }, { a: 1 }],
    [{ a: { b: { c: 1, d: 2 } } }, { a: { b: { d: 2 } } }],
    [{ a: [1, 2, { b: 3, c: 4 }] }, { a: [{ b: 3 }, 1] }],
    [{ a: [] }, { a: [] }],
    [{ a: { b: 1 } }, { a: {} }],
    [{ a: null }, { a: null }],
    [1, 1],
    [JSON.parse('{"__proto__":{"x":1}}'), JSON.parse('{"__proto__":{"x":1}}')],
  ])("%j holds %j", (value, part) => {
    expect(jsonContains(value, part)).toBe(true);
  });

  test.each([
    [{ a: 1 }, { a: "1" }],
    [{ a: 1 }, { a: true }],
    [{}, { a: null }],
    [{ a: [1] }, { a: [1, 2] }],
    [{ a: [1] }, { a: { 0: 1 } }],
    [{ a: { 0: 1 } }, { a: [1] }],
    [{}, { toString: {} }],
    [{}, JSON.parse('{"__proto__":{}}')],
    [null, {}],
  ])("%j does not hold %j", (value, part) => {
    expect(jsonContains(value, part)).toBe(false);
  });
});
