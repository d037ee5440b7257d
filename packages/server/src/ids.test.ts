import { expect, test } from "vitest";
import { defaultAssistantId, uuid7 } from "./ids.ts";

test("the default assistant of a graph has the id that every LangGraph server gives it", () => {
  expect(defaultAssistantId("agent")).toBe("fe096781-5601-53d2-b2f6-0d3403f7e9ca");
});

test("ids of later milliseconds sort after those of earlier ones", () => {
  const ids = [1, 2, 3_000_000_000_000].map((now) => uuid7(now));
  expect([...ids].sort()).toEqual(ids);
});

test("ids are distinct UUIDs of version 7", () => {
  const ids = Array.from({ length: 1000 }, () => uuid7(1_700_000_000_000));
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
