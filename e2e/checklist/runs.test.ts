import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { failureOf, type Json, newGate, parseEvents, useServer } from "../testing/bench.ts";
import { openStream } from "../testing/open-stream.ts";

const bench = useServer();
const runs = () => bench.client.runs;
const HUMAN = { input: { messages: [{ role: "human", content: "foo", id: "human" }] } };
const contents = ({ messages }: Json) => messages.map(({ content }: Json) => content);

describe("runs", () => {
  test("#62 a created run is pending, and the answer says where it is", async () => {
    const threadId = await bench.thread();
    const answer = await bench.send("POST", `/threads/${threadId}/runs`, { assistant_id: "agent", ...HUMAN });
    const run = answer.json as Json;
    expect(run).toMatchObject({ status: "pending", thread_id: threadId, multitask_strategy: "enqueue" });
    expect(answer.headers["content-location"]).toBe(`/threads/${threadId}/runs/${run.run_id}`);
    await runs().join(threadId, run.run_id);
  });

  test("#63 wait answers the final values, and the thread is idle then", async () => {
    const threadId = await bench.thread();
    expect(contents(await bench.wait(threadId, "agent", HUMAN))).toEqual(["foo", "begin", "tool", "end"]);
    expect((await bench.client.threads.get(threadId)).status).toBe("idle");
  });

  test("#64 a run that exceeds its recursion limit fails by name, in the answer and on run and thread", async () => {
    const threadId = await bench.thread();
    const failure = await failureOf(runs().wait(threadId, "looping", { input: {}, config: { recursion_limit: 3 } }));
    expect(failure.message).toMatch(/GraphRecursionError/);
    expect((await runs().list(threadId))[0]?.status).toBe("error");
    expect((await bench.client.threads.get(threadId)).status).toBe("error");
  });

  test("#65 a failed run ends its stream with an error event, for who created it and for who joins it", async () => {
    const threadId = await bench.thread();
    const body = { input: { fails: true } };
    const error = { event: "error", data: { error: "CustomError", message: "Boo!" } };
    expect((await bench.stream(threadId, "failing", body)).at(-1)).toMatchObject(error);
    const run = await bench.create(threadId, "failing", body);
    const joined = await bench.events(`/threads/${threadId}/runs/${run.run_id}/stream`);
    expect(joined.at(-1)).toMatchObject(error);
    await runs().join(threadId, run.run_id);
    expect((await runs().get(threadId, run.run_id)).status).toBe("error");
  });

  test("#66 wait and join answer a failure as __error__, once encoded", async () => {
    const threadId = await bench.thread();
    const body = { input: { fails: true } };
    const error = { __error__: { error: "CustomError", message: "Boo!" } };
    expect(await bench.wait(threadId, "failing", body)).toEqual(error);
    const { run_id } = await bench.create(threadId, "failing", body);
    expect(await runs().join(threadId, run_id)).toEqual(error);
    expect(await runs().wait(threadId, "failing", { ...body, raiseError: false })).toEqual(error);
  });

  test("#67 joining a run that has ended, or was cancelled, answers at once", async () => {
    const threadId = await bench.thread();
    const values = await bench.wait(threadId, "agent", HUMAN);
    const [run] = await runs().list(threadId);
    expect(await runs().join(threadId, run?.run_id ?? "")).toEqual(values);
    const delayed = await bench.create(threadId, "agent", { ...HUMAN, after_seconds: 1000 });
    await runs().cancel(threadId, delayed.run_id);
    expect(contents(await runs().join(threadId, delayed.run_id))).toEqual(contents(values));
  });

  test("#68 a run that takes longer than a second is joined all the same", async () => {
    await using gate = await newGate();
    const threadId = await bench.thread();
    const run = await bench.create(threadId, "conversation", { input: { waits: true, folder: gate.folder } });
    const joined = openStream(`${bench.url}/threads/${threadId}/runs/${run.run_id}/join`);
    await joined.until(({ text }) => text.length > 0);
    await gate.open();
    const text = await joined.end();
    expect(text.startsWith("\n")).toBe(true);
    expect(contents(JSON.parse(text))).toEqual(["begin", "end"]);
  });

  test("#69 while nothing happens, streams get heartbeats which are comments", async () => {
    await using gate = await newGate();
    const input = { waits: true, folder: gate.folder };
    const body = { assistant_id: "conversation", input };
    const stream = openStream(`${bench.url}/runs/stream`, { method: "POST", body });
    await stream.until(({ text }) => text.includes(": heartbeat\n\n"));
    await gate.open();
    const events = parseEvents(await stream.end());
    expect(events.map(({ event }) => event)).toEqual(["metadata", "values", "values", "values"]);
  });

  test("#70 runs are listed newest first, by status, in pages, with the fields that are asked for", async () => {
    const threadId = await bench.thread();
    const ids: string[] = [];
    for (let index = 0; index < 3; index++) {
      const run = await bench.create(threadId, "agent", { ...HUMAN, after_seconds: 1000 });
      ids.unshift(run.run_id);
    }
    await runs().cancel(threadId, ids[2] ?? "");
    const list = async (options: object) => (await runs().list(threadId, options)).map(({ run_id }) => run_id);
    expect(await list({})).toEqual(ids);
    expect(await list({ limit: 1, offset: 1 })).toEqual([ids[1]]);
    expect(await list({ status: "interrupted" })).toEqual([ids[2]]);
    expect(await list({ status: "success" })).toEqual([]);
    expect(await runs().list(threadId, { limit: 1, select: ["run_id", "status"] })).toEqual([
      { run_id: ids[0], status: "pending" },
    ]);
  });

  test("#71 a run is found only on its own thread", async () => {
    const [threadId, other] = [await bench.thread(), await bench.thread()];
    const run = await bench.create(threadId, "agent", HUMAN);
    for (const path of [`${other}/runs/${run.run_id}`, `${threadId}/runs/${randomUUID()}`]) {
      const answer = await bench.send("GET", `/threads/${path}`);
      expect(answer).toMatchObject({ status: 404, json: { detail: expect.stringContaining("Run not found") } });
    }
  });

  test("#72 a run is deleted with its checkpoints; one that is running is stopped first", async () => {
    await using gate = await newGate();
    const threadId = await bench.thread();
    await bench.wait(threadId, "conversation", { input: {} });
    const run = await bench.create(threadId, "conversation", { input: { waits: true, folder: gate.folder } });
    await bench.status(threadId, run.run_id, "running");
    const path = `/threads/${threadId}/runs/${run.run_id}`;
    expect((await bench.send("DELETE", path)).status).toBe(204);
    expect((await bench.send("GET", path)).status).toBe(404);
    expect(await bench.ask("GET", `/threads/${threadId}/history?limit=100`)).toHaveLength(5);
  });

  test("#73 a stateless run leaves nothing, unless on_completion says keep", async () => {
    const answer = await bench.send("POST", "/runs", { assistant_id: "agent", ...HUMAN });
    const { run_id, thread_id } = answer.json as Json;
    expect(answer.headers["content-location"]).toBe(`/runs/${run_id}`);
    await bench.events(`/runs/${run_id}/stream`);
    expect((await bench.send("GET", `/threads/${thread_id}`)).status).toBe(404);
    const kept = await bench.ask("POST", "/runs", { assistant_id: "agent", ...HUMAN, on_completion: "keep" });
    await bench.events(`/runs/${kept.run_id}/stream`);
    expect(await bench.ask("GET", `/threads/${kept.thread_id}`)).toMatchObject({ status: "idle", values: {} });
  });

  test("#74 the client hears once of the run it created, with its thread if it has one", async () => {
    const heard: Json[] = [];
    const onRunCreated = (run: Json) => heard.push(run);
    const threadId = await bench.thread();
    await runs().wait(threadId, "agent", { ...HUMAN, onRunCreated });
    await runs().wait(null, "agent", { ...HUMAN, onRunCreated });
    for await (const _ of runs().stream(null, "agent", { ...HUMAN, onRunCreated }));
    expect(heard).toEqual([
      { run_id: expect.any(String), thread_id: threadId },
      { run_id: expect.any(String) },
      { run_id: expect.any(String) },
    ]);
  });

  test("#75 a batch creates runs in the order of the request, or none", async () => {
    const made = await runs().createBatch([
      { assistantId: "agent", ...HUMAN },
      { assistantId: "asks", input: {} },
    ]);
    const graphs = made.map(({ metadata }) => (metadata as Json).graph_id);
    expect(graphs).toEqual(["agent", "asks"]);
    expect((await bench.send("POST", "/runs/batch", [])).status).toBe(422);
    const kept = { assistant_id: "agent", ...HUMAN, on_completion: "keep", metadata: { batch: randomUUID() } };
    expect((await bench.send("POST", "/runs/batch", [kept, { assistant_id: "nobody" }])).status).toBe(404);
    const webhook = { ...kept, webhook: "http://127.0.0.1/" };
    expect((await bench.send("POST", "/runs/batch", [kept, webhook])).status).toBe(422);
    expect(await bench.client.threads.count({ metadata: kept.metadata })).toBe(0);
  });

  test("#76 a run's metadata is on the run and in its checkpoints", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "agent", { ...HUMAN, metadata: { colour: "red" } });
    expect((await runs().list(threadId))[0]?.metadata).toMatchObject({ colour: "red" });
    const states: Json[] = await bench.ask("GET", `/threads/${threadId}/history`);
    expect(states.every(({ metadata }) => metadata.colour === "red")).toBe(true);
  });

  test("#77 configuration reaches the nodes: the assistant's, then the thread's, then the run's own", async () => {
    const { assistant_id } = await bench.client.assistants.create({
      graphId: "settings",
      config: { configurable: { a: "assistant", b: "assistant", c: "assistant" }, recursion_limit: 7 },
    });
    const threadId = await bench.thread();
    const seen = async (configurable: object, more: object = {}) =>
      (await bench.wait(threadId, assistant_id, { input: {}, config: { configurable }, ...more })).seen;
    await seen({ b: "thread", c: "thread" });
    const last = await seen({ c: "run" });
    expect(last.configurable).toMatchObject({
      a: "assistant",
      b: "thread",
      c: "run",
      assistant_id,
      thread_id: threadId,
    });
    expect(last.limit).toBe(7);
    expect((await bench.wait(null, "settings", { input: {} })).seen.limit).toBe(25);
  });

  test("#78 context reaches a graph that declares one: the assistant's, and the run's above it", async () => {
    const { assistant_id } = await bench.client.assistants.create({
      graphId: "settings",
      context: { tone: "warm", model: "m" },
    });
    const seen = async (graph: string, more: object) =>
      (await bench.wait(null, graph, { input: {}, ...more })).seen.context;
    expect(await seen(assistant_id, {})).toEqual({ tone: "warm", model: "m" });
    expect(await seen(assistant_id, { context: { tone: "dry" } })).toEqual({ tone: "dry", model: "m" });
    expect(await seen("settings", { config: { configurable: { tone: "plain" } } })).toMatchObject({ tone: "plain" });
  });

  test("#79 without input, command and checkpoint a run continues from the head", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "agent", { ...HUMAN, interrupt_before: ["tools"] });
    expect(contents(await bench.wait(threadId, "agent"))).toEqual(["foo", "begin", "tool", "end"]);
  });

  test("#80 of input and command the command wins", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "asks", { input: { topic: "silk" } });
    const values = await bench.wait(threadId, "asks", { input: { topic: "wool" }, command: { resume: "yes" } });
    expect(values).toMatchObject({ topic: "silk", log: ["prepared", 'answered "yes"', "finished"] });
  });

  test("#81 an answer to a question that nobody asked is ignored, or with strict_resume refused", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "asks", { input: { topic: "silk" } });
    const wrong = { command: { resume: { ["0".repeat(32)]: "x" } }, strict_resume: true };
    expect(await bench.wait(threadId, "asks", wrong)).toMatchObject({ __error__: { error: "UnknownInterruptError" } });
    expect((await bench.client.threads.get(threadId)).status).toBe("interrupted");
    const right = { command: { resume: "yes" }, strict_resume: true };
    expect((await bench.wait(threadId, "asks", right)).log.at(-1)).toBe("finished");
    expect((await bench.send("GET", "/info")).json).toMatchObject({ flags: { strict_resume: true } });
  });

  test("#82 unknown words for strategies, modes and endings are refused", async () => {
    for (const wrong of [
      { multitask_strategy: "hope" },
      { stream_mode: ["values", "dreams"] },
      { on_completion: "explode" },
      { on_disconnect: "wave" },
      { durability: "maybe" },
      { if_not_exists: "perhaps" },
    ]) {
      const answer = await bench.send("POST", "/runs", { assistant_id: "agent", ...wrong });
      expect(answer).toMatchObject({ status: 422, json: { code: "invalid_request", detail: expect.any(String) } });
    }
  });

  test("#83 null as input continues a paused thread to its end", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "agent", { ...HUMAN, interrupt_after: ["agent"] });
    expect((await bench.client.threads.get(threadId)).status).toBe("interrupted");
    await bench.wait(threadId, "agent", { input: null });
    expect((await bench.client.threads.get(threadId)).status).toBe("idle");
  });

  test("#84 interrupt_before and interrupt_after stop at the nodes they name, * at all", async () => {
    const next = async (body: object) => {
      const threadId = await bench.thread();
      await bench.wait(threadId, "agent", { ...HUMAN, ...body });
      return (await bench.client.threads.getState(threadId)).next;
    };
    expect(await next({ interrupt_before: ["tools"] })).toEqual(["tools"]);
    expect(await next({ interrupt_before: "*" })).toEqual(["agent"]);
    expect(await next({ interrupt_after: ["agent"] })).toEqual(["tools"]);
    expect(await next({ interrupt_after: "*" })).toEqual(["tools"]);
  });

  test("#85 a run that stops before its first node answers what there is, and no error", async () => {
    const threadId = await bench.thread();
    const values = await bench.wait(threadId, "agent", { ...HUMAN, interrupt_before: ["agent"] });
    expect(contents(values)).toEqual(["foo"]);
    expect(values.__error__).toBeUndefined();
  });

  test("#86 an answer lets the graph go on, and the last values have all of it", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "asks", { input: { topic: "silk" } });
    const events = await bench.stream(threadId, "asks", { command: { resume: { any: "value" } } });
    expect(events.at(-1)?.data.log).toEqual(["prepared", 'answered {"any":"value"}', "finished"]);
  });

  test("#87 a command updates the state before it goes on, and goes to nodes by name or with an input", async () => {
    const values = async (command: object) => {
      const threadId = await bench.thread();
      await bench.wait(threadId, "commands", { input: { topic: "rest" } });
      return bench.wait(threadId, "commands", { command });
    };
    expect((await values({ update: { topic: "new" }, goto: "there" })).log.at(-1)).toBe("there with new");
    expect((await values({ goto: { node: "there", input: { topic: "sent" } } })).log.at(-1)).toBe("there with sent");
    expect((await values({ goto: ["there"], update: [["topic", "pair"]] })).log.at(-1)).toBe("there with pair");
  });

  test("#88 several questions are answered at once, by their ids", async () => {
    const threadId = await bench.thread();
    const { __interrupt__ } = await bench.wait(threadId, "asks_twice", { input: {} });
    const resume = Object.fromEntries(__interrupt__.map(({ id, value }: Json) => [id, `${value}!`]));
    const values = await bench.wait(threadId, "asks_twice", { command: { resume } });
    expect(values.log.sort()).toEqual(["left left?!", "right right?!"]);
  });

  test("#89 a run that stops for a human is interrupted, as its thread is", async () => {
    const threadId = await bench.thread();
    const answer = await bench.wait(threadId, "asks", { input: { topic: "silk" } });
    expect(answer).toMatchObject({ topic: "silk", __interrupt__: [{ value: "about silk?" }] });
    expect((await runs().list(threadId))[0]?.status).toBe("interrupted");
    expect((await bench.client.threads.get(threadId)).status).toBe("interrupted");
  });

  test("#90 what one thread's nodes put into the store, another thread's find", async () => {
    const config = { configurable: { user_id: randomUUID() } };
    expect((await bench.wait(null, "remembering", { input: { note: "a" }, config })).count).toBe(0);
    expect((await bench.wait(null, "remembering", { input: { note: "b" }, config })).count).toBe(1);
  });

  test("beyond the checklist: a run is read, waited for and deleted without naming its thread", async () => {
    const threadId = await bench.thread();
    const { run_id } = await bench.create(threadId, "agent", HUMAN);
    expect(contents(await bench.ask("GET", `/runs/${run_id}/wait`))).toEqual(["foo", "begin", "tool", "end"]);
    expect(await bench.ask("GET", `/runs/${run_id}`)).toEqual(await runs().get(threadId, run_id));
    expect((await bench.send("POST", `/runs/${run_id}/cancel?wait=1`)).status).toBe(204);
    expect((await bench.send("DELETE", `/runs/${run_id}`)).status).toBe(204);
    expect((await bench.send("GET", `/runs/${run_id}`)).status).toBe(404);
  });

  test("beyond the checklist: the three durabilities, and what they leave", async () => {
    const lengths = ["sync", "async", "exit"].map(async (durability) => {
      const threadId = await bench.thread();
      await bench.wait(threadId, "agent", { ...HUMAN, durability });
      return (await bench.client.threads.getHistory(threadId)).length;
    });
    expect(await Promise.all(lengths)).toEqual([5, 5, 1]);
  });
});
