import { expect, it } from "vitest";
import { findExpression } from "./find-expression.ts";

it.each([
  ["what is 12 * 7?", "12 * 7"],
  ["What is (3 + 4) * 12?", "(3 + 4) * 12"],
  ["compute 12 times 7.", "12 * 7"],
  ["100 divided by 8, please", "100 / 8"],
  ["3 x 4", "3 * 4"],
  ["-3 + 2.5", "-3 + 2.5"],
  ["In 2026, what is 2^10?", "2^10"],
])("in %j it finds %s", (question, expression) => {
  expect(findExpression(question)).toBe(expression);
});

it.each(["who made you?", "call me at 555", "it costs 12.50", "the top-10 list", ""])(
  "in %j it finds nothing",
  (question) => {
    expect(findExpression(question)).toBeUndefined();
  },
);
