import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { uuid5, uuid6 } from "./index.ts";
import { sha1 } from "./sha1.ts";

test("sha1 agrees with node:crypto for all block boundaries", () => {
  for (let length = 0; length < 200; length++) {
    const bytes = randomBytes(length);
    expect(Buffer.from(sha1(bytes)).toString("hex")).toBe(createHash("sha1").update(bytes).digest("hex"));
  }
});

test("uuid5 gives the known id", () => {
  expect(uuid5("www.example.com", "6ba7b810-9dad-11d1-80b4-00c04fd430c8")).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
});

test("a name beyond ASCII is hashed as UTF-8", () => {
  expect(uuid5("schön", "6ba7b810-9dad-11d1-80b4-00c04fd430c8")).toBe("cd5deed7-6723-5bd5-afef-8962bdf87763");
});

test("uuid6 grows in its time bits and carries the step", () => {
  const ids = Array.from({ length: 30_000 }, (_, step) => uuid6(step));
  for (let i = 1; i < ids.length; i++) expect((ids[i - 1] ?? "").slice(0, 18) < (ids[i] ?? "").slice(0, 18)).toBe(true);
  expect(ids[3]?.slice(14, 23)).toMatch(/^6[0-9a-f]{3}-8003$/);
  expect(uuid6(-1).slice(19, 23)).toBe("bfff");
});

test("uuid6 holds the time in units of 100 ns since 1582", () => {
  const id = uuid6(0);
  const ticks = BigInt(`0x${id.slice(0, 8)}${id.slice(9, 13)}${id.slice(15, 18)}`);
  const ms = Number(ticks / 10_000n) - 12_219_292_800_000;
  expect(Math.abs(ms - Date.now())).toBeLessThan(10_000);
});
