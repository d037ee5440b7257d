import { expect, it } from "vitest";
import { runInLocation } from "./run-location.ts";

it.each([
  ["/threads/t/runs/r", { run_id: "r", thread_id: "t" }],
  ["/runs/r", { run_id: "r" }],
  ["https://host/api/threads/t/runs/r?x=1", { run_id: "r", thread_id: "t" }],
  ["/threads/t", undefined],
  [null, undefined],
])("a Content-Location of %s names %o", (location, run) => {
  expect(runInLocation(location)).toEqual(run);
});
