import { type Backend, DatabaseUnavailableError, type Lease } from "@heddle/backend";
import { openSqliteBackend } from "@heddle/backend-sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newRun } from "../../testing/new-run.ts";
import { LiveRuns } from "./live-runs.ts";
import { RunEnd } from "./run-end.ts";

const MINUTE = 60_000;
const SETTLED = { status: "success", threadStatus: "idle", valuesJson: '{"n":1}' } as const;
const RESULT = { status: "success", valuesJson: '{"n":1}' } as const;

let backend: Backend;
let live: LiveRuns;
let lease: Lease;
let runId: string;
let end: RunEnd | undefined;

beforeEach(async () => {
  backend = await openSqliteBackend({ file: ":memory:" });
  live = new LiveRuns();
  const { signal } = new AbortController();
  const [, leased] = await Promise.all([
    backend.queue.offer(newRun()),
    backend.queue.lease({ workerId: "w", leaseMs: MINUTE, signal }),
  ]);
  if (leased === undefined) throw new Error("nothing to lease");
  lease = leased;
  runId = lease.run.runId;
  live.begin(lease.run);
});

afterEach(async () => {
  end?.close();
  await backend.close();
});

function waitFor(options?: { isNew: boolean }): RunEnd {
  end = new RunEnd(runId, backend, live, options);
  return end;
}

test("whoever waits hears the end as the worker of this process tells it", async () => {
  const ended = waitFor().wait(MINUTE);
  live.end(runId, RESULT);
  expect(await ended).toEqual(RESULT);
});

test("whoever comes after the end learns the result from the backend", async () => {
  await backend.queue.settle(lease, SETTLED);
  live.end(runId, RESULT);
  expect(await waitFor().wait(MINUTE)).toEqual(RESULT);
});

test("whoever waits for a run of another process hears of its end at once", async () => {
  live.handBack(runId);
  const ended = waitFor().wait(MINUTE);
  await backend.queue.settle(lease, SETTLED);
  expect(await ended).toEqual(RESULT);
});

test("an end that nobody told of is found when patience is over", async () => {
  const waiting = waitFor({ isNew: true });
  await backend.queue.settle(lease, SETTLED);
  live.handBack(runId);
  expect(await waiting.wait(1)).toEqual(RESULT);
});

test("a run that goes on has no result when patience is over", async () => {
  live.handBack(runId);
  expect(await waitFor().wait(1)).toBeUndefined();
});

test("a database that is away is asked again", async () => {
  live.handBack(runId);
  await backend.queue.settle(lease, SETTLED);
  const get = backend.runs.get.bind(backend.runs);
  backend.runs.get = () => Promise.reject(new DatabaseUnavailableError("away"));
  const waiting = waitFor();
  expect(await waiting.wait(1)).toBeUndefined();
  backend.runs.get = get;
  expect(await waiting.wait(MINUTE)).toEqual(RESULT);
});

test("its waiting makes nobody say events", () => {
  waitFor();
  expect(live.isHeard(runId)).toBe(false);
});
