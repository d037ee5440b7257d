import type { Backend } from "@heddle/backend";
import { openSqliteBackend } from "@heddle/backend-sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newRun } from "../../testing/new-run.ts";
import { newTools } from "../../testing/new-tools.ts";
import type { RunResult } from "../events/live-runs.ts";
import { uuid7 } from "../ids.ts";
import type { ServerTools } from "../server-tools.ts";
import { deleteThread } from "./delete-thread.ts";

let backend: Backend;
let tools: ServerTools;

beforeEach(async () => {
  backend = await openSqliteBackend({ file: ":memory:" });
  tools = newTools(backend);
});

afterEach(() => backend.close());

test("a thread is deleted with its runs: the running one is told to stop, and who follows one hears its end", async () => {
  const threadId = uuid7(Date.now());
  const [running, pending] = [newRun(threadId), newRun(threadId)];
  await backend.queue.offer(running);
  await backend.queue.lease({ workerId: "w", leaseMs: 60_000, signal: new AbortController().signal });
  await backend.queue.offer(pending);
  const told: string[] = [];
  backend.queue.onCancel((runId) => told.push(runId));
  const ends: RunResult[] = [];
  tools.live.attach(pending.runId, {
    onEvent: () => {},
    onEnd: (result) => ends.push(result),
    onHandBack: () => {},
  });

  expect(await deleteThread(threadId, tools)).toBe(true);
  expect(told).toEqual([running.runId]);
  expect(ends).toEqual([{ status: "interrupted" }]);
  expect(await backend.threads.get(threadId)).toBeUndefined();
  expect(await backend.runs.get(running.runId)).toBeUndefined();
});

test("a thread that is not there is not deleted", async () => {
  expect(await deleteThread(uuid7(Date.now()), tools)).toBe(false);
});
