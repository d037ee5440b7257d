import type { SearchOptions, Store } from "@heddle/checkpoint";
import { describe, expect, test } from "vitest";

/** The filters of Store.search. */
export function describeStoreFilters(
  store: () => Store,
  keys: (prefix: string[], options?: SearchOptions) => Promise<string[]>,
): void {
  describe("filter", () => {
    async function fill(): Promise<void> {
      await store().put(["i"], "a", { n: 1, s: "apple", tag: { kind: "x", list: [1] } });
      await store().put(["i"], "b", { n: 2, s: "berry", tag: { kind: "y" } });
      await store().put(["i"], "c", { n: 3, s: "cherry", flag: true });
      await store().put(["i"], "d", { n: "2", s: null });
    }

    async function matching(filter: Record<string, unknown>): Promise<string> {
      return (await keys(["i"], { filter })).sort().join("");
    }

    test("finds equal values, nested ones too", async () => {
      await fill();
      expect(await matching({})).toBe("abcd");
      expect(await matching({ n: 2 })).toBe("b");
      expect(await matching({ n: "2" })).toBe("d");
      expect(await matching({ flag: true })).toBe("c");
      expect(await matching({ s: null })).toBe("d");
      expect(await matching({ tag: { kind: "x", list: [1] } })).toBe("a");
      expect(await matching({ tag: { kind: "x" } })).toBe("");
      expect(await matching({ n: 2, s: "berry" })).toBe("b");
      expect(await matching({ n: 2, s: "apple" })).toBe("");
    });

    test("knows the operators", async () => {
      await fill();
      expect(await matching({ n: { $eq: 2 } })).toBe("b");
      expect(await matching({ n: { $ne: 2 } })).toBe("acd");
      expect(await matching({ n: { $gt: 1, $ne: "2" } })).toBe("bc");
      expect(await matching({ n: { $gte: 3 } })).toBe("c");
      expect(await matching({ n: { $lt: 2 } })).toBe("a");
      expect(await matching({ n: { $lte: 1 } })).toBe("a");
      expect(await matching({ n: { $in: [1, 3] } })).toBe("ac");
      expect(await matching({ n: { $nin: [1, 3] } })).toBe("bd");
      expect(await matching({ n: { $gt: 1 }, flag: true })).toBe("c");
    });

    test("takes hostile keys and values as data", async () => {
      for (const text of [
        "a.b",
        "it's",
        'say "hi"',
        "100%",
        "back\\slash",
        "$where",
        "__proto__",
        "'; --",
        "[0]",
        "",
      ]) {
        const key = JSON.stringify(text);
        await store().put(["h"], `key ${text}`, JSON.parse(`{${key}:${key}}`));
        expect(await keys(["h"], { filter: JSON.parse(`{${key}:${key}}`) })).toEqual([`key ${text}`]);
        expect(await keys(["h"], { filter: JSON.parse(`{${key}:"other"}`) })).toEqual([]);
      }
    });

    test("is applied before limit and offset", async () => {
      for (let i = 0; i < 20; i++) await store().put(["p"], `k${i}`, { even: i % 2 === 0 });
      expect(await keys(["p"], { filter: { even: true }, limit: 3, offset: 1 })).toEqual(["k2", "k4", "k6"]);
    });
  });
}
