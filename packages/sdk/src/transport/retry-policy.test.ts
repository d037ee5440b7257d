import { describe, expect, it } from "vitest";
import { HTTPError } from "../http-error.ts";
import { ConnectionError } from "./connection-error.ts";
import { type FailedTry, retryDelayMs } from "./retry-policy.ts";

const now = new Date("2026-01-01T00:00:00Z");

function delay(error: unknown, failed: Partial<FailedTry> = {}): number | undefined {
  return retryDelayMs({ error, attempt: 1, isRepeatable: true, random: 1, now, ...failed });
}

function answered(status: number, retryAfter?: string): HTTPError {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { "retry-after": retryAfter };
  return new HTTPError("GET", new Response(null, { status, headers }), "");
}

function broken(code: string): ConnectionError {
  return new ConnectionError("no", {
    cause: new TypeError("fetch failed", { cause: Object.assign(new Error(), { code }) }),
  });
}

describe("retryDelayMs", () => {
  it.each([400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 422, 410, 418])("never tries %i again", (status) => {
    expect(delay(answered(status, "1"))).toBeUndefined();
  });

  it.each([429, 500, 502, 503, 504])("tries %i again", (status) => {
    expect(delay(answered(status))).toBe(500);
  });

  it("doubles the pause up to half a minute", () => {
    const delays = [1, 2, 3, 4, 20].map((attempt) => delay(answered(500), { attempt }));
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 30_000]);
  });

  it("spreads the pause over its upper half", () => {
    expect(delay(answered(500), { random: 0 })).toBe(250);
  });

  it("waits as long as Retry-After says, in seconds or until a date", () => {
    expect(delay(answered(429, "3"))).toBe(3_000);
    expect(delay(answered(503, "Thu, 01 Jan 2026 00:00:07 GMT"))).toBe(7_000);
    expect(delay(answered(503, "Thu, 01 Jan 2020 00:00:00 GMT"))).toBe(0);
  });

  it("does not wait for hours", () => {
    expect(delay(answered(429, "3600"))).toBeUndefined();
  });

  it("tries a broken connection again", () => {
    expect(delay(broken("ECONNRESET"))).toBe(500);
  });

  it("leaves alone what is no failure of connection or server", () => {
    expect(delay(new Error("boo"))).toBeUndefined();
    expect(delay(new DOMException("too late", "TimeoutError"))).toBeUndefined();
  });

  describe("of a request that would take effect twice", () => {
    const once = { isRepeatable: false };

    it("tries again what was turned away", () => {
      expect(delay(answered(429), once)).toBe(500);
      expect(delay(answered(503, "1"), once)).toBe(1_000);
    });

    it("tries again what never left", () => {
      expect(delay(broken("ECONNREFUSED"), once)).toBe(500);
      const both = new AggregateError([Object.assign(new Error(), { code: "ECONNREFUSED" })]);
      expect(delay(new ConnectionError("no", { cause: new TypeError("no", { cause: both }) }), once)).toBe(500);
    });

    it("does not try again what may have taken effect", () => {
      expect(delay(answered(500), once)).toBeUndefined();
      expect(delay(answered(503), once)).toBeUndefined();
      expect(delay(broken("ECONNRESET"), once)).toBeUndefined();
    });
  });
});
