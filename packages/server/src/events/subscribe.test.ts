import type { Backend, Lease, LoggedEvent } from "@heddle/backend";
import { openSqliteBackend } from "@heddle/backend-sqlite";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newRun } from "../../testing/new-run.ts";
import { LiveRuns } from "./live-runs.ts";
import { EventWriter, type Publisher } from "./publish.ts";
import { RunSubscription } from "./subscribe.ts";

const MINUTE = 60_000;

let backend: Backend;
let live: LiveRuns;
let writer: EventWriter;
let lease: Lease;
let publisher: Publisher;

beforeEach(async () => {
  backend = await openSqliteBackend({ file: ":memory:" });
  live = new LiveRuns();
  writer = new EventWriter(backend.events, live, pino({ level: "silent" }));
  const [offered, leased] = await Promise.all([backend.queue.offer(newRun()), take()]);
  expect(offered.status).toBe("accepted");
  lease = leased;
  live.begin(lease.run);
  publisher = writer.publisher(lease.run, true);
});

afterEach(async () => {
  await writer.flush();
  await backend.close();
});

async function take(): Promise<Lease> {
  const leased = await backend.queue.lease({ workerId: "w", leaseMs: MINUTE, signal: new AbortController().signal });
  if (leased === undefined) throw new Error("nothing to lease");
  return leased;
}

function subscribe(afterSeq: number | undefined): RunSubscription {
  return new RunSubscription(lease.run.runId, backend, live, { afterSeq, isLogged: true });
}

/** All that the reader still gets, up to the end of the run. */
async function readToEnd(subscription: RunSubscription): Promise<number[]> {
  const seqs: number[] = [];
  for (;;) {
    const events = await subscription.next(MINUTE);
    if (events === undefined) return seqs;
    seqs.push(...events.map(({ seq }) => seq));
  }
}

async function settle(): Promise<void> {
  const events = await writer.take(lease.run.runId);
  await backend.queue.settle(lease, { status: "success", threadStatus: "idle", valuesJson: '{"n":1}', events });
  live.end(lease.run.runId, { status: "success", valuesJson: '{"n":1}' });
}

const seqsOf = (events: LoggedEvent[] | undefined) => events?.map(({ seq }) => seq);

test("a reader from the beginning gets each event once, those before it from the log and the others live", async () => {
  publisher.publish("updates", "1");
  publisher.publish("updates", "2");
  await writer.flush();
  publisher.publish("updates", "3");
  const subscription = subscribe(-1);
  expect(seqsOf(await subscription.next(MINUTE))).toEqual([0, 1]);
  publisher.publish("updates", "4");
  const rest = readToEnd(subscription);
  await settle();
  expect(await rest).toEqual([2, 3]);
  subscription.close();
});

test("a reader who comes back goes on after the last event it has", async () => {
  for (const data of ["0", "1", "2", "3"]) publisher.publish("updates", data);
  await settle();
  const subscription = subscribe(1);
  expect(await readToEnd(subscription)).toEqual([2, 3]);
  subscription.close();
});

test("a reader of what comes from now on gets nothing older", async () => {
  publisher.publish("updates", "old");
  await writer.flush();
  const subscription = subscribe(undefined);
  publisher.publish("updates", "new");
  expect(seqsOf(await subscription.next(MINUTE))).toEqual([1]);
  subscription.close();
});

test("a reader who does not keep up misses nothing: what overflows its queue comes from the log", async () => {
  const subscription = subscribe(-1);
  expect(await subscription.next(1)).toEqual([]);
  const large = JSON.stringify("x".repeat(10_000));
  for (let index = 0; index < 40; index++) publisher.publish("values", large);
  await settle();
  expect(await readToEnd(subscription)).toEqual(Array.from({ length: 40 }, (_, index) => index));
  subscription.close();
});

test("without an event in time the reader gets an empty list, to tell its client that it still lives", async () => {
  const subscription = subscribe(undefined);
  expect(await subscription.next(1)).toEqual([]);
  subscription.close();
});

test("event ids of a second attempt are greater than all of the first", () => {
  const second = writer.publisher({ ...lease.run, attempt: 2 }, true);
  const [before, after] = [publisher.draft("error", "{}"), second.draft("error", "{}")];
  expect(after.seq).toBeGreaterThan(before.seq + 1_000_000);
});

test("events which are appended and written with the settlement are in the log once each, in order", async () => {
  for (let index = 0; index < 5; index++) publisher.publish("updates", String(index));
  const flushing = writer.flush();
  for (let index = 5; index < 8; index++) publisher.publish("updates", String(index));
  await settle();
  await flushing;
  const logged = await backend.events.read(lease.run.runId, -1, 100);
  expect(logged.map(({ data }) => data)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
});

test("a reader who falls behind is given what he missed from the log, in pieces no larger than a slow reader should hold", async () => {
  const subscription = subscribe(undefined);
  const text = JSON.stringify("x".repeat(10_000));
  for (let index = 0; index < 50; index++) publisher.publish("custom", text);
  await writer.flush();
  const seqs: number[] = [];
  while (seqs.length < 50) {
    const events = (await subscription.next(MINUTE)) ?? [];
    const characters = events.reduce((sum, { data }) => sum + data.length, 0);
    expect(characters).toBeLessThanOrEqual(64 * 1024 + text.length);
    seqs.push(...events.map(({ seq }) => seq));
  }
  expect(seqs).toEqual(Array.from({ length: 50 }, (_, index) => index));
  subscription.close();
});

test("a reader of a run that is not logged, who falls far behind, is given up", async () => {
  const options = { afterSeq: undefined, isLogged: false };
  const subscription = new RunSubscription(lease.run.runId, backend, live, options);
  const unlogged = writer.publisher(lease.run, false);
  for (let index = 0; index < 120; index++) unlogged.publish("custom", JSON.stringify("x".repeat(10_000)));
  await expect(subscription.next(MINUTE)).rejects.toThrow(/fell behind/);
  subscription.close();
});
