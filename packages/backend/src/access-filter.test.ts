import { describe, expect, test } from "vitest";
import { type AccessFilter, passesAccess } from "./access-filter.ts";

const owner: AccessFilter = { type: "equals", key: "owner", value: "ann" };
const team: AccessFilter = { type: "contains", key: "teams", values: ["red"] };

describe("passesAccess", () => {
  test.each<[string, Record<string, unknown>, AccessFilter | undefined, boolean]>([
    ["no filter passes everything", {}, undefined, true],
    ["an equal value passes", { owner: "ann" }, owner, true],
    ["another value does not", { owner: "bob" }, owner, false],
    ["a missing key does not", {}, owner, false],
    ["a value of another type does not", { n: "1" }, { type: "equals", key: "n", value: 1 }, false],
    ["an inherited name is no key", {}, { type: "equals", key: "constructor", value: null }, false],
    ["a list that holds the value passes", { teams: ["blue", "red"] }, team, true],
    ["text is no list", { teams: "red" }, team, false],
    ["all values have to be held", { teams: ["red"] }, { ...team, values: ["red", "blue"] }, false],
    ["all filters have to pass", { owner: "ann" }, { type: "all", filters: [owner, team] }, false],
    ["any filter may pass", { owner: "ann" }, { type: "any", filters: [owner, team] }, true],
    ["no filter of none passes", { owner: "ann" }, { type: "any", filters: [] }, false],
  ])("%s", (_, metadata, filter, expected) => {
    expect(passesAccess(metadata, filter)).toBe(expected);
  });
});
