import { passesAccess } from "@heddle/backend";
import { describe, expect, test } from "vitest";
import { parseFilter } from "./parse-filter.ts";

describe("parseFilter", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>, boolean]>([
    ["a value is $eq", { owner: "a" }, { owner: "a" }, true],
    ["$eq", { owner: { $eq: "a" } }, { owner: "b" }, false],
    ["$eq with an empty text is a condition too", { owner: { $eq: "" } }, { owner: "a" }, false],
    ["$contains with one value", { teams: { $contains: "red" } }, { teams: ["red", "blue"] }, true],
    ["$contains with several", { teams: { $contains: ["red", "green"] } }, { teams: ["red", "blue"] }, false],
    ["$contains of what is no list", { teams: { $contains: "red" } }, { teams: "red" }, false],
    ["an empty filter passes", {}, {}, true],
    ["keys are and-ed", { owner: "a", team: "x" }, { owner: "a" }, false],
    ["$or", { $or: [{ owner: "a" }, { team: "x" }] }, { team: "x" }, true],
    ["$and within $or", { $or: [{ $and: [{ owner: "a" }, { team: "x" }] }] }, { owner: "a" }, false],
    ["nothing held passes no condition", { owner: "a" }, {}, false],
  ])("%s", (_, filter, metadata, expected) => {
    expect(passesAccess(metadata, parseFilter(filter))).toBe(expected);
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ owner: { $ne: "a" } }, /\$ne/],
    [{ owner: { $eq: ["a"] } }, /\$eq/],
    [{ owner: {} }, /"owner" is empty/],
    [{ owner: ["a"] }, /"owner" has to be a value or an operator/],
    [{ owner: { $contains: [] } }, /\$contains/],
    [{ $not: { owner: "a" } }, /Unknown operator "\$not"/],
    [{ $or: [] }, /"\$or" in an auth filter has to be a list/],
    [{ $or: "a" }, /"\$or" in an auth filter has to be a list/],
  ])("%j is refused, not passed over", (filter, message) => {
    expect(() => parseFilter(filter)).toThrow(message);
  });
});
