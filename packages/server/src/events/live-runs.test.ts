import type { LoggedEvent, RunRecord } from "@heddle/backend";
import { expect, test } from "vitest";
import { LiveRuns, type RunResult } from "./live-runs.ts";

const event = (seq: number): LoggedEvent => ({ runId: "r", seq, event: "updates", data: "{}" });

const RUN: RunRecord = {
  runId: "r",
  threadId: "t",
  assistantId: "a",
  graphId: "g",
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  status: "running",
  metadata: {},
  kwargs: {
    input: null,
    config: {},
    context: {},
    stream_mode: ["values"],
    subgraphs: false,
    resumable: false,
    is_streamed: true,
    temporary: false,
  },
  multitaskStrategy: "enqueue",
  attempt: 1,
};

test("who follows a thread hears of a run's beginning before the run says anything", () => {
  const live = new LiveRuns();
  const begun: string[] = [];
  const stop = live.onBegin("t", ({ runId }) => begun.push(runId));
  live.onBegin("another thread", ({ runId }) => begun.push(`wrong ${runId}`));
  live.begin(RUN);
  expect(begun).toEqual(["r"]);
  stop();
  live.begin({ ...RUN, runId: "r2" });
  expect(begun).toEqual(["r"]);
});

function listener() {
  const seqs: number[] = [];
  const ends: RunResult[] = [];
  return {
    seqs,
    ends,
    onEvent: ({ seq }: LoggedEvent) => seqs.push(seq),
    onEnd: (result: RunResult) => ends.push(result),
    onHandBack: () => {},
  };
}

test("a listener who comes late is handed what is not durable yet, then all that follows", () => {
  const live = new LiveRuns();
  live.begin(RUN);
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
  live.begin(RUN);
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
  live.begin(RUN);
  live.end("r", { status: "success" });
  expect(early.ends).toEqual([{ status: "success" }]);
  expect(live.isRunning("r")).toBe(false);
});

test("who stopped following hears nothing more", () => {
  const live = new LiveRuns();
  const gone = listener();
  live.attach("r", gone)();
  live.begin(RUN);
  live.say(event(0), true);
  live.end("r", { status: "success" });
  expect(gone).toMatchObject({ seqs: [], ends: [] });
});

test("a run that is handed back keeps its readers, who wait for whoever takes it up", () => {
  const live = new LiveRuns();
  const reader = listener();
  live.attach("r", reader);
  live.begin(RUN);
  live.handBack("r");
  live.begin(RUN);
  live.say(event(7), true);
  expect(reader).toMatchObject({ seqs: [7], ends: [] });
});

test("a run is heard while somebody listens to its events, not to its end alone", () => {
  const live = new LiveRuns();
  live.begin(RUN);
  live.attach("r", { onEnd: () => {}, onHandBack: () => {} });
  expect(live.isHeard("r")).toBe(false);
  const stop = live.attach("r", listener());
  expect(live.isHeard("r")).toBe(true);
  stop();
  expect(live.isHeard("r")).toBe(false);
});
