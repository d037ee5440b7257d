import { expect, test } from "vitest";
import { describeOnPostgres } from "../testing/test-schema.ts";
import { toTextArray } from "./text-array.ts";

await describeOnPostgres("texts beside a call", ({ query }) => {
  test.each([
    ["none", []],
    ["one that is empty", [""]],
    ["what JSON and arrays would escape", ['{"a":"\\"b\\""}', "{NULL,x}", "NULL", "back\\slash", "line\nfeed\ttab"]],
    ["what takes more bytes than characters", ["ä€", "😀".repeat(2000), "end"]],
  ])("arrive as they are: %s", async (_, texts) => {
    const { rows } = await query("SELECT $1::text[] AS texts", [toTextArray(texts)]);
    expect(rows[0].texts).toEqual(texts);
  });
});
