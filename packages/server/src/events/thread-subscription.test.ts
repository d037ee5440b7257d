import type { Backend, Lease } from "@heddle/backend";
import { openSqliteBackend } from "@heddle/backend-sqlite";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newRun } from "../../testing/new-run.ts";
import { uuid7 } from "../ids.ts";
import { LiveRuns } from "./live-runs.ts";
import { EventWriter } from "./publish.ts";
import { type ThreadEvent, type ThreadPosition, ThreadSubscription } from "./thread-subscription.ts";

const MINUTE = 60_000;

let backend: Backend;
let live: LiveRuns;
let writer: EventWriter;
let threadId: string;
const open: ThreadSubscription[] = [];

beforeEach(async () => {
  backend = await openSqliteBackend({ file: ":memory:" });
  live = new LiveRuns();
  writer = new EventWriter(backend.events, live, pino({ level: "silent" }));
  threadId = uuid7(Date.now());
  await backend.threads.create({ threadId, metadata: {}, createdAt: new Date().toISOString() });
});

afterEach(async () => {
  for (const subscription of open.splice(0)) subscription.close();
  await writer.flush();
  await backend.close();
});

async function follow(after?: ThreadPosition): Promise<ThreadSubscription> {
  const thread = await backend.threads.get(threadId);
  if (thread === undefined) throw new Error("The thread is gone.");
  const subscription = new ThreadSubscription(thread, { backend, live }, { after, isStateWanted: true });
  open.push(subscription);
  return subscription;
}

/** A run that says its name and ends. */
async function run(name: string, isStreamed = true): Promise<string> {
  const offered = newRun(threadId);
  offered.kwargs.is_streamed = isStreamed;
  await backend.queue.offer(offered);
  await execute(name, isStreamed);
  return offered.runId;
}

async function execute(name: string, isLogged = true): Promise<void> {
  const signal = new AbortController().signal;
  const lease = (await backend.queue.lease({ workerId: "w", leaseMs: MINUTE, signal })) as Lease;
  live.begin(lease.run);
  const publisher = writer.publisher(lease.run, isLogged);
  publisher.publish("metadata", JSON.stringify({ run_id: lease.run.runId, attempt: 1 }));
  publisher.publish("custom", JSON.stringify(name));
  const events = isLogged ? await writer.take(lease.run.runId) : [];
  await backend.queue.settle(lease, {
    status: "success",
    threadStatus: "idle",
    valuesJson: `{"name":"${name}"}`,
    events,
  });
  live.end(lease.run.runId, { status: "success" });
}

/** What is read until so many runs have ended: the names they said, their ends, and the states between. */
async function readRuns(subscription: ThreadSubscription, count: number): Promise<string[]> {
  const told: string[] = [];
  for (let ended = 0; ended < count; ) {
    for (const event of (await subscription.next(MINUTE)) ?? []) {
      told.push(inWords(event));
      if (told.at(-1) === "end") ended++;
    }
  }
  return told;
}

function inWords({ event, data }: ThreadEvent): string {
  if (event === "custom") return JSON.parse(data);
  if (event === "metadata") return JSON.parse(data).status === "run_done" ? "end" : "begin";
  return event;
}

test("runs are told of one after the other, and then the state they leave", async () => {
  const subscription = await follow();
  const reading = readRuns(subscription, 2);
  await run("one");
  await run("two");
  expect((await reading).filter((word) => word !== "state_update")).toEqual([
    "begin",
    "one",
    "end",
    "begin",
    "two",
    "end",
  ]);
  const [state] = (await subscription.next(MINUTE)) ?? [];
  expect(JSON.parse(state?.data ?? "").values).toEqual({ name: "two" });
});

test("whoever comes later hears only of what comes then, or of all from the beginning", async () => {
  await run("one");
  const [later, all] = [await follow(), await follow("-1")];
  const reading = Promise.all([readRuns(later, 1), readRuns(all, 2)]);
  await run("two");
  const [fromNow, fromStart] = await reading;
  expect(fromNow.filter((word) => word !== "state_update")).toEqual(["begin", "two", "end"]);
  expect(fromStart.filter((word) => word !== "state_update")).toEqual(["begin", "one", "end", "begin", "two", "end"]);
});

test("whoever goes on after an event misses nothing and hears nothing twice, within a run and after one", async () => {
  const first = await run("one");
  await run("two");
  const within = await readRuns(await follow({ runId: first, seq: 0 }), 2);
  expect(within.filter((word) => word !== "state_update")).toEqual(["one", "end", "begin", "two", "end"]);
  const done = (await (await follow("-1")).next(MINUTE)) ?? [];
  expect(done.map(inWords)).toEqual(["begin", "one"]);
  const after = await readRuns(await follow({ runId: first, seq: Number.MAX_SAFE_INTEGER }), 1);
  expect(after).toEqual(["begin", "two", "end"]);
});

test("a run that is not logged is heard all the same, from its first event on", async () => {
  const reading = readRuns(await follow(), 1);
  await run("unlogged", false);
  expect(await reading).toEqual(["begin", "unlogged", "end"]);
});

test("a run that waits its turn is told of when it begins, also if it was there before", async () => {
  await backend.queue.offer(newRun(threadId));
  const subscription = await follow();
  expect(await subscription.next(1)).toEqual([]);
  const reading = readRuns(subscription, 1);
  await execute("late");
  expect(await reading).toEqual(["begin", "late", "end"]);
});

test("a delayed run is told of when it begins, however many came before it", async () => {
  const delayed = { ...newRun(threadId), notBefore: new Date(Date.now() + 1500).toISOString() };
  await backend.queue.offer(delayed);
  const subscription = await follow();
  const reading = readRuns(subscription, 8);
  for (let index = 0; index < 7; index++) await run(`run ${index}`);
  await execute("delayed");
  const told = (await reading).filter((word) => word !== "state_update");
  expect(told.slice(-3)).toEqual(["begin", "delayed", "end"]);
  expect(told).toHaveLength(24);
});

test("an edit of the state is told, and the stream ends with its thread", async () => {
  const subscription = await follow();
  const next = subscription.next(MINUTE);
  await backend.threads.setState(threadId, { valuesJson: '{"a":1}', interrupts: {}, status: "idle" });
  const [event] = (await next) ?? [];
  expect(event).toMatchObject({ kind: "state", event: "state_update", seq: undefined });
  expect(JSON.parse(event?.data ?? "")).toMatchObject({ thread_id: threadId, values: { a: 1 } });
  const end = subscription.next(MINUTE);
  await backend.threads.delete(threadId);
  expect(await end).toBeUndefined();
});
