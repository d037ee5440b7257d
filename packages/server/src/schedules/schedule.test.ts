import { describe, expect, it } from "vitest";
import { ServerError } from "../errors.ts";
import { nextTime } from "./schedule.ts";

const at = (pattern: string, after: string, rest: { timezone?: string; endTime?: string } = {}) =>
  nextTime({ pattern, timezone: rest.timezone ?? null, endTime: rest.endTime ?? null }, new Date(after));

describe("the next time of a schedule", () => {
  it.each([
    ["* * * * *", "2026-01-01T00:00:30Z", {}, "2026-01-01T00:01:00.000Z"],
    ["* * * * *", "2026-01-01T00:01:00Z", {}, "2026-01-01T00:02:00.000Z"],
    ["27 15 * * *", "2026-01-01T16:00:00Z", {}, "2026-01-02T15:27:00.000Z"],
    ["0 9 * * *", "2026-01-01T00:00:00Z", { timezone: "America/New_York" }, "2026-01-01T14:00:00.000Z"],
    ["0 9 * * *", "2026-07-01T00:00:00Z", { timezone: "America/New_York" }, "2026-07-01T13:00:00.000Z"],
    ["0 0 29 2 *", "2026-01-01T00:00:00Z", {}, "2028-02-29T00:00:00.000Z"],
    ["@daily", "2026-01-01T00:00:00Z", {}, "2026-01-02T00:00:00.000Z"],
    ["0 0 30 2 *", "2026-01-01T00:00:00Z", {}, null],
    ["* * * * *", "2026-01-01T00:00:00Z", { endTime: "2026-01-01T00:00:59Z" }, null],
  ])("%s after %s %j", (pattern, after, rest, expected) => {
    expect(at(pattern, after, rest)).toBe(expected);
  });

  it("comes once a day also when the hour is skipped or repeated", () => {
    const times: string[] = [];
    let after = "2026-03-27T00:00:00Z";
    for (let day = 0; day < 4; day++) {
      after = at("30 2 * * *", after, { timezone: "Europe/Berlin" }) ?? "";
      times.push(after.slice(0, 10));
    }
    expect(new Set(times).size).toBe(4);
  });

  it.each(["", "* * * *", "* * * * * *", "61 * * * *", "hello", "* * * * mon-xyz"])(
    "refuses the pattern %j",
    (pattern) => {
      expect(() => at(pattern, "2026-01-01T00:00:00Z")).toThrow(ServerError);
    },
  );

  it("refuses an unknown time zone", () => {
    expect(() => at("* * * * *", "2026-01-01T00:00:00Z", { timezone: "Mars/Base" })).toThrow(/Mars\/Base/);
  });
});
