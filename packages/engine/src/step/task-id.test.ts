import { expect, test } from "vitest";
import { taskPathText } from "./task.ts";
import { stableTaskIds, uniqueTaskIds } from "./task-id.ts";

test("a task's id is the one the official engine gives it", () => {
  const makeId = stableTaskIds("1f1e7d22-dcbb-67b0-8001-370df9ed6e21");
  expect(makeId("b", "2", "b", "__pregel_pull", ["branch:to:b"])).toBe("b08259fb-45a7-51e4-9ef1-0aa1d1312acf");
});

test("ids of a run without a saver are unique and look alike", () => {
  const makeId = uniqueTaskIds("0d3b6f0e-1c2d-4e5f-8a9b-0c1d2e3f4a5b");
  const ids = new Set(Array.from({ length: 1000 }, () => makeId()));
  expect(ids.size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
});

test("paths as text sort like paths", () => {
  expect(taskPathText(["__pregel_pull", "x"])).toBe("~__pregel_pull, x");
  expect(taskPathText(["__pregel_push", 1, false])).toBe("~__pregel_push, 0000000001, 0000000000");
});
