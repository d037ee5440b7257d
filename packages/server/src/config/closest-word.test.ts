import { expect, test } from "vitest";
import { closestWord } from "./closest-word.ts";

test("a mistyped word finds the one that was meant", () => {
  expect(closestWord("graph", ["graphs", "env"])).toBe("graphs");
  expect(closestWord("no-relaod", ["no-reload", "no-browser"])).toBe("no-reload");
});

test("a word that resembles none finds nothing", () => {
  expect(closestWord("colour", ["graphs", "env"])).toBeUndefined();
});
