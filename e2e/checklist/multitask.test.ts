import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Json, newGate, parseEvents, useServer } from "../testing/bench.ts";
import { openStream } from "../testing/open-stream.ts";
import { until } from "../testing/until.ts";

const bench = useServer();
const says = (content: string, more: object = {}) => ({
  input: { messages: [{ role: "human", content }], waits: false, ...more },
});
const contents = async (threadId: string) =>
  ((await bench.client.threads.getState(threadId)) as Json).values.messages.map(({ content }: Json) => content);
const runOf = (threadId: string, runId: string) => bench.send("GET", `/threads/${threadId}/runs/${runId}`);

/** A thread on which a run has begun and waits at a gate. */
async function busyThread(body: object = {}) {
  const gate = await newGate();
  const threadId = await bench.thread();
  const request = { ...says("foo", { waits: true, folder: gate.folder }), ...body };
  const run = await bench.create(threadId, "conversation", request);
  await until("the run waits at the gate", async () => {
    const { next } = await bench.client.threads.getState(threadId);
    return next[0] === "wait";
  });
  const dispose = { [Symbol.asyncDispose]: () => gate[Symbol.asyncDispose]() };
  return { gate, threadId, runId: run.run_id, ...dispose };
}

describe("multitask strategies and cancelling", () => {
  test("#91 reject refuses a run on a busy thread, and leaves the first one alone", async () => {
    await using busy = await busyThread();
    const body = { assistant_id: "conversation", ...says("bar"), multitask_strategy: "reject" };
    for (const form of ["", "/stream", "/wait"]) {
      const answer = await bench.send("POST", `/threads/${busy.threadId}/runs${form}`, body);
      expect(answer).toMatchObject({
        status: 409,
        json: {
          detail: expect.stringContaining(
            "Thread is already running a task. Wait for it to finish or choose a different multitask strategy.",
          ),
        },
      });
    }
    await busy.gate.open();
    await bench.status(busy.threadId, busy.runId, "success");
    expect(await contents(busy.threadId)).toEqual(["foo", "begin", "end"]);
  });

  test("#92 interrupt ends the first run as interrupted, keeps what it did, and starts when it has stopped", async () => {
    await using busy = await busyThread();
    await bench.wait(busy.threadId, "conversation", { ...says("bar"), multitask_strategy: "interrupt" });
    expect((await runOf(busy.threadId, busy.runId)).json).toMatchObject({ status: "interrupted" });
    expect(await contents(busy.threadId)).toEqual(["foo", "begin", "bar", "begin", "end"]);
  });

  test("#93 rollback takes the first run away with all it did, also while it runs", async () => {
    await using busy = await busyThread();
    const before = await bench.ask("GET", `/threads/${busy.threadId}/history?limit=100`);
    expect(before.length).toBeGreaterThan(1);
    await bench.wait(busy.threadId, "conversation", { ...says("bar"), multitask_strategy: "rollback" });
    expect((await runOf(busy.threadId, busy.runId)).status).toBe(404);
    expect(await contents(busy.threadId)).toEqual(["bar", "begin", "end"]);
    const states: Json[] = await bench.ask("GET", `/threads/${busy.threadId}/history?limit=100`);
    expect(states.some(({ metadata }) => metadata.run_id === busy.runId)).toBe(false);
  });

  test("#93 rollback gives the thread the values back which it had before", async () => {
    await using gate = await newGate();
    const threadId = await bench.thread();
    await bench.wait(threadId, "conversation", says("first"));
    const { values } = await bench.client.threads.get(threadId);
    const body = says("second", { waits: true, folder: gate.folder });
    const { run_id } = await bench.create(threadId, "conversation", body);
    await bench.status(threadId, run_id, "running");
    await bench.client.runs.cancel(threadId, run_id, true, "rollback");
    expect((await runOf(threadId, run_id)).status).toBe(404);
    expect(await bench.client.threads.get(threadId)).toMatchObject({ status: "idle", values });
    expect(await contents(threadId)).toEqual(["first", "begin", "end"]);
  });

  test("#94 enqueue, which holds when nothing is said, lets runs follow each other in order", async () => {
    await using busy = await busyThread();
    const second = await bench.create(busy.threadId, "conversation", says("bar"));
    const third = await bench.create(busy.threadId, "conversation", says("baz"));
    expect([second.status, third.multitask_strategy]).toEqual(["pending", "enqueue"]);
    await busy.gate.open();
    await bench.client.runs.join(busy.threadId, third.run_id);
    expect(await contents(busy.threadId)).toEqual([
      "foo",
      "begin",
      "end",
      "bar",
      "begin",
      "end",
      "baz",
      "begin",
      "end",
    ]);
  });

  test("#95 cancelling interrupts, and with wait=true answers when the run has stopped", async () => {
    await using busy = await busyThread();
    const answer = await bench.send("POST", `/threads/${busy.threadId}/runs/${busy.runId}/cancel?wait=1`);
    expect(answer.status).toBe(204);
    expect((await runOf(busy.threadId, busy.runId)).json).toMatchObject({ status: "interrupted" });
    expect(await bench.client.threads.get(busy.threadId)).toMatchObject({ status: "idle" });
    await using other = await busyThread();
    const later = await bench.send("POST", `/threads/${other.threadId}/runs/${other.runId}/cancel?wait=0`);
    expect(later.status).toBe(202);
    await bench.status(other.threadId, other.runId, "interrupted");
  });

  test("#96 a pending run that is cancelled never starts", async () => {
    await using busy = await busyThread();
    const pending = await bench.create(busy.threadId, "conversation", says("bar"));
    await bench.client.runs.cancel(busy.threadId, pending.run_id);
    expect((await runOf(busy.threadId, pending.run_id)).json).toMatchObject({ status: "interrupted" });
    expect(await bench.client.threads.get(busy.threadId)).toMatchObject({ status: "busy" });
    await busy.gate.open();
    await bench.threadStatus(busy.threadId, "idle");
    expect(await contents(busy.threadId)).toEqual(["foo", "begin", "end"]);
  });

  test("#97 cancelling a run that has ended changes nothing", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "conversation", says("foo"));
    const [run] = await bench.client.runs.list(threadId);
    const path = `/threads/${threadId}/runs/${run?.run_id}/cancel?action=rollback`;
    expect((await bench.send("POST", path)).status).toBeLessThan(300);
    expect((await runOf(threadId, run?.run_id ?? "")).json).toEqual(run);
  });

  test("#98 cancelling ends the streams that are open, without an error", async () => {
    await using busy = await busyThread();
    const stream = openStream(`${bench.url}/threads/${busy.threadId}/runs/${busy.runId}/stream`);
    await stream.until(({ text }) => text.includes("event: values"));
    await bench.client.runs.cancel(busy.threadId, busy.runId);
    const events = parseEvents(await stream.end());
    expect(events.filter(({ event }) => event === "error")).toEqual([]);
  });

  test("#99 a client that reads a run which is cancelled sees its end, and no failure", async () => {
    await using gate = await newGate();
    const threadId = await bench.thread();
    const { input } = says("foo", { waits: true, folder: gate.folder });
    const seen: string[] = [];
    let runId = "";
    const onRunCreated = (run: Json) => {
      runId = run.run_id;
    };
    for await (const { event, data } of bench.client.runs.stream(threadId, "conversation", { input, onRunCreated })) {
      seen.push(event);
      if ((data as Json).messages?.at(-1)?.content === "begin") await bench.client.runs.cancel(threadId, runId);
    }
    expect(seen).not.toContain("error");
    await bench.status(threadId, runId, "interrupted");
  });

  test("#100 a run that is not there cannot be cancelled", async () => {
    const threadId = await bench.thread();
    expect((await bench.send("POST", `/threads/${threadId}/runs/${randomUUID()}/cancel`)).status).toBe(404);
    expect((await bench.send("POST", `/threads/${randomUUID()}/runs/${randomUUID()}/cancel`)).status).toBe(404);
  });

  test("beyond the checklist: many runs are cancelled at once, by id or by state", async () => {
    await using busy = await busyThread();
    const pending = await bench.create(busy.threadId, "conversation", says("bar"));
    const cancel = (body: object) => bench.send("POST", "/runs/cancel?action=interrupt", body);
    expect((await cancel({})).status).toBe(422);
    expect((await cancel({ thread_id: busy.threadId, run_ids: [randomUUID()] })).status).toBe(404);
    expect((await cancel({ thread_id: busy.threadId, status: "pending" })).status).toBe(204);
    expect((await runOf(busy.threadId, pending.run_id)).json).toMatchObject({ status: "interrupted" });
    await bench.client.runs.cancelMany({ threadId: busy.threadId, runIds: [busy.runId], action: "rollback" });
    await bench.threadStatus(busy.threadId, "idle");
    expect((await runOf(busy.threadId, busy.runId)).status).toBe(404);
    await using other = await busyThread();
    await bench.client.runs.cancelMany({ status: "all" });
    await bench.status(other.threadId, other.runId, "interrupted");
  });

  test("beyond the checklist: a reason is noted in the run's metadata", async () => {
    await using busy = await busyThread();
    const path = `/threads/${busy.threadId}/runs/${busy.runId}/cancel`;
    expect((await bench.send("POST", `${path}?action=rollback&reason=taken`)).status).toBe(422);
    await bench.client.runs.cancel(busy.threadId, busy.runId, true, "interrupt", { reason: "taken" });
    const run = (await runOf(busy.threadId, busy.runId)).json as Json;
    expect(run.metadata.cancel_reason).toMatch(/^taken:/);
  });
});
