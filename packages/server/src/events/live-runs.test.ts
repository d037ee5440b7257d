import type { LoggedEvent } from "@heddle/backend";
import { expect, test } from "vitest";
import { LiveRuns, type RunResult } from "./live-runs.ts";

const event = (seq: number): LoggedEvent => ({ runId: "r", seq, event: "updates", data: "{}" });

function listener() {
  const seqs: number[] = [];
  const ends: RunResult[] = [];
  return {
    seqs,
    ends,
    onEvent: ({ seq }: LoggedEvent) => seqs.push(seq),
    onEnd: (result: RunResult) => ends.push(result),
  };
}

test("a listener who comes late is handed what is not durable yet, then all that follows", () => {
  const live = new LiveRuns();
  live.begin("r");
  live.say(event(0), true);
  live.say(event(1), true);
  live.flushed("r", 0);
  const late = listener();
  live.attach("r", late);
  live.say(event(2), true);
  expect(late.seqs).toEqual([1, 2]);
});

test("events that are not logged reach only those who listen", () => {
  const live = new LiveRuns();
  live.begin("r");
  live.say(event(0), false);
  const late = listener();
  live.attach("r", late);
  expect(late.seqs).toEqual([]);
  expect(live.unflushed("r")).toEqual([]);
});

test("the end is told to everyone who follows, also to who came before the run began", () => {
  const live = new LiveRuns();
  const early = listener();
  live.attach("r", early);
  live.begin("r");
  live.end("r", { status: "success" });
  expect(early.ends).toEqual([{ status: "success" }]);
  expect(live.isRunning("r")).toBe(false);
});

test("who stopped following hears nothing more", () => {
  const live = new LiveRuns();
  const gone = listener();
  live.attach("r", gone)();
  live.begin("r");
  live.say(event(0), true);
  live.end("r", { status: "success" });
  expect(gone).toMatchObject({ seqs: [], ends: [] });
});

test("a run that is handed back keeps its readers, who wait for whoever takes it up", () => {
  const live = new LiveRuns();
  const reader = listener();
  live.attach("r", reader);
  live.begin("r");
  live.handBack("r");
  live.begin("r");
  live.say(event(7), true);
  expect(reader).toMatchObject({ seqs: [7], ends: [] });
});
