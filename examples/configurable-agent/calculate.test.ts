import { describe, expect, it } from "vitest";
import { calculate } from "./calculate.ts";

describe("calculate", () => {
  it.each([
    ["12 * 7", 84],
    ["2 + 3 * 4", 14],
    ["(2 + 3) * 4", 20],
    ["10 - 4 - 3", 3],
    ["100 / 8 / 2", 6.25],
    ["17 % 5", 2],
    ["2 ^ 3 ^ 2", 512],
    ["2 ** 10", 1024],
    ["-2 ^ 2", -4],
    ["2 ^ -1", 0.5],
    ["-(3 - -4)", -7],
    ["1.5e3 + .5", 1500.5],
    ["((((1))))", 1],
  ])("%s is %d", (expression, result) => {
    expect(calculate(expression)).toBe(result);
  });

  it.each([
    ["", "Expected a number, found the end."],
    ["1 +", "Expected a number, found the end."],
    ["(1 + 2", 'Expected a ")", found the end.'],
    ["1 2", 'Expected an operator or the end, found "2" at position 3.'],
    ["process.exit()", 'Expected a number, found "p" at position 1.'],
    ["1 / 0", "Division by zero."],
    ["1 % 0", "Division by zero."],
    ["9 ^ 9 ^ 9", "no finite result"],
    ["1".repeat(501), "An expression may have 500 characters."],
  ])("%j says what is wrong", (expression, message) => {
    expect(() => calculate(expression)).toThrow(message);
  });
});
