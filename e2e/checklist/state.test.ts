import { describe, expect, test } from "vitest";
import { failureOf, type Json, newGate, useServer } from "../testing/bench.ts";

const bench = useServer();
const threads = () => bench.client.threads;
const HUMAN = { input: { messages: [{ role: "human", content: "foo", id: "human" }] } };
const state = (threadId: string, more = "") => bench.ask("GET", `/threads/${threadId}/state${more}`);
const history = (threadId: string, body: object = {}): Promise<Json[]> =>
  bench.ask("POST", `/threads/${threadId}/history`, body);
const paused = async (graph = "asks") => {
  const threadId = await bench.thread();
  await bench.wait(threadId, graph, { input: { topic: "silk" } });
  return threadId;
};

describe("state and history", () => {
  test("#41 a thread that never ran has no history, and an empty state", async () => {
    const threadId = await bench.thread();
    expect(await history(threadId)).toEqual([]);
    expect(await state(threadId)).toEqual({
      values: {},
      next: [],
      tasks: [],
      interrupts: [],
      metadata: {},
      created_at: null,
      checkpoint: null,
      parent_checkpoint: null,
    });
  });

  test("#42 a thread without a graph has an empty state too, and no 404", async () => {
    const threadId = await bench.thread({ graph_id: null });
    expect((await bench.send("GET", `/threads/${threadId}/state`)).status).toBe(200);
  });

  test("#43 an agent's run leaves five checkpoints, newest first, counted from −1", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "agent", HUMAN);
    const states = await history(threadId);
    expect(states.map(({ metadata }) => metadata.step)).toEqual([3, 2, 1, 0, -1]);
    expect(states.map(({ next }) => next)).toEqual([[], ["agent"], ["tools"], ["agent"], ["__start__"]]);
  });

  test("#44 history is filtered by what runs wrote into the metadata of their checkpoints", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "agent", { ...HUMAN, metadata: { round: 1 } });
    await bench.wait(threadId, "agent", { ...HUMAN, metadata: { round: 2 } });
    const found = await history(threadId, { metadata: { round: 1 }, limit: 100 });
    expect(found).toHaveLength(5);
    expect(found.every(({ metadata }) => metadata.round === 1)).toBe(true);
    expect(await history(threadId, { metadata: { round: 3 } })).toEqual([]);
  });

  test("#45 history has the checkpoints which the debug stream told of", async () => {
    const threadId = await bench.thread();
    const events = await bench.stream(threadId, "agent", { ...HUMAN, stream_mode: "debug" });
    const told = events.filter(({ data }) => data?.type === "checkpoint").map(({ data }) => data.payload);
    const states = (await history(threadId)).toReversed();
    const pick = ({ checkpoint, parent_checkpoint, metadata, next }: Json) => ({
      checkpoint,
      parent_checkpoint,
      step: metadata.step,
      next,
    });
    expect(told.map(pick)).toEqual(states.map(pick));
  });

  test("#46 history before a checkpoint, named as text, as a checkpoint or as a config; null is none", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "agent", HUMAN);
    const all = await history(threadId);
    const { checkpoint } = all[1];
    for (const before of [checkpoint.checkpoint_id, checkpoint, { configurable: checkpoint }]) {
      expect(await history(threadId, { before })).toEqual(all.slice(2));
    }
    expect(await history(threadId, { before: null })).toEqual(all);
    expect(await bench.ask("GET", `/threads/${threadId}/history?before=${checkpoint.checkpoint_id}&limit=1`)).toEqual(
      all.slice(2, 3),
    );
  });

  test("#47 a limit below 1 or above 1000 is refused", async () => {
    const threadId = await bench.thread();
    for (const limit of [0, -1, 1001, 1.5, "many"]) {
      const answer = await bench.send("POST", `/threads/${threadId}/history`, { limit });
      expect(answer).toMatchObject({ status: 422, json: { issues: [{ path: "limit" }] } });
    }
  });

  test("#48 a state cannot be edited while a run is pending or running", async () => {
    await using gate = await newGate();
    const threadId = await bench.thread();
    await bench.create(threadId, "conversation", { input: { waits: true, folder: gate.folder } });
    const edit = { values: { waits: false }, as_node: "begin" };
    expect((await bench.send("POST", `/threads/${threadId}/state`, edit)).status).toBe(409);
    await gate.open();
    await bench.threadStatus(threadId, "idle");
    expect((await bench.send("POST", `/threads/${threadId}/state`, edit)).status).toBe(200);
  });

  test("#49 a delayed run that is cancelled ends as interrupted; then the thread is idle and can be edited", async () => {
    const threadId = await bench.thread();
    const run = await bench.create(threadId, "asks", { input: { topic: "silk" }, after_seconds: 1000 });
    const edit = { values: { topic: "wool" }, as_node: "prepare" };
    expect((await bench.send("POST", `/threads/${threadId}/state`, edit)).status).toBe(409);
    await bench.client.runs.cancel(threadId, run.run_id);
    expect(await bench.ask("GET", `/threads/${threadId}/runs/${run.run_id}`)).toMatchObject({ status: "interrupted" });
    expect(await bench.ask("GET", `/threads/${threadId}`)).toMatchObject({ status: "idle" });
    await bench.ask("POST", `/threads/${threadId}/state`, edit);
    expect((await state(threadId)).values.topic).toBe("wool");
  });

  test("#50 an edit is answered with its checkpoint", async () => {
    const threadId = await paused();
    const { checkpoint } = await bench.ask("POST", `/threads/${threadId}/state`, { values: { topic: "wool" } });
    expect(checkpoint).toEqual({ thread_id: threadId, checkpoint_ns: "", checkpoint_id: expect.any(String) });
    expect((await state(threadId)).checkpoint).toMatchObject(checkpoint);
  });

  test("#51 as_node decides what is next, and null values let it pass without a change", async () => {
    const threadId = await paused();
    await threads().updateState(threadId, { values: { log: ["skipped"] }, asNode: "ask" });
    expect((await state(threadId)).next).toEqual(["finish"]);
    const other = await paused();
    await threads().updateState(other, { values: null as never, asNode: "ask" });
    expect(await state(other)).toMatchObject({ next: ["finish"], values: { log: ["prepared"] } });
    expect((await bench.send("POST", `/threads/${other}/state`, { values: {}, as_node: "nobody" })).status).toBe(422);
  });

  test("#52 __copy__ forks a checkpoint as it is, and __end__ leaves nothing to do", async () => {
    const threadId = await paused();
    const before = await state(threadId);
    await bench.ask("POST", `/threads/${threadId}/state`, { as_node: "__copy__", checkpoint: before.checkpoint });
    const copied = await state(threadId);
    expect(copied).toMatchObject({ values: before.values, next: before.next, metadata: { source: "fork" } });
    expect(copied.checkpoint.checkpoint_id).not.toBe(before.checkpoint.checkpoint_id);
    await bench.ask("POST", `/threads/${threadId}/state`, { as_node: "__end__", values: null });
    expect(await state(threadId)).toMatchObject({ next: [], tasks: [] });
  });

  test("#53 a list of updates is applied one after the other", async () => {
    const threadId = await paused();
    await threads().updateState(threadId, { values: [{ log: ["a"] }, { log: ["b"] }] as never, asNode: "prepare" });
    expect((await state(threadId)).values.log).toEqual(["prepared", "a", "b"]);
  });

  test("#55 a former state is read by the id of its checkpoint, in the path and in a body", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "agent", HUMAN);
    const former = (await history(threadId))[2];
    expect(await state(threadId, `/${former.checkpoint.checkpoint_id}`)).toEqual(former);
    expect(await threads().getState(threadId, former.checkpoint)).toEqual(former);
    const select = { checkpoint: former.checkpoint, select: ["next", "values.messages"] };
    const selected = await bench.ask("POST", `/threads/${threadId}/state/checkpoint`, select);
    expect(Object.keys(selected).sort()).toEqual(["next", "values"]);
    expect((await bench.send("GET", `/threads/${threadId}/state/nonsense`)).status).toBeLessThan(500);
  });

  test("#56 states of subgraphs are within the tasks when they are asked for, else only their namespace", async () => {
    const threadId = await paused("nested");
    const [task] = (await state(threadId)).tasks;
    expect(task).toMatchObject({ state: null, checkpoint: { checkpoint_ns: `child:${task.id}`, thread_id: threadId } });
    const [open] = (await state(threadId, "?subgraphs=true")).tasks;
    expect(open.state).toMatchObject({ values: { note: "prepared" }, next: ["ask"], tasks: [{ name: "ask" }] });
    const body = { checkpoint: task.checkpoint, subgraphs: true };
    const inner = await bench.ask("POST", `/threads/${threadId}/state/checkpoint`, body);
    expect(inner.values).toEqual(open.state.values);
  });

  test("#57 the state of a paused subgraph is edited under its namespace, and its parent goes on with it", async () => {
    const threadId = await paused("nested");
    const [task] = (await state(threadId, "?subgraphs=true")).tasks;
    const edit = { values: { answer: "edited" }, checkpoint: task.state.checkpoint };
    await bench.ask("POST", `/threads/${threadId}/state`, edit);
    const values = await bench.wait(threadId, "nested", { input: null });
    expect(values).toMatchObject({ answer: "edited", done: true });
  });

  test("#58 a paused task shows exactly these fields", async () => {
    const threadId = await paused();
    expect((await state(threadId)).tasks).toEqual([
      {
        id: expect.any(String),
        name: "ask",
        path: ["__pregel_pull", "ask"],
        error: null,
        interrupts: [{ id: expect.any(String), value: "about silk?" }],
        checkpoint: null,
        state: null,
        result: null,
      },
    ]);
  });

  test("#59 a run begins at the checkpoint it names, and its fork becomes the head of the history", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "agent", HUMAN);
    const former = (await history(threadId))[3];
    const { checkpoint_id } = former.checkpoint;
    const first = await bench.wait(threadId, "agent", { input: null, checkpoint_id });
    expect(first.messages.map(({ content }: Json) => content)).toEqual(["foo", "begin", "tool", "end"]);
    await bench.wait(threadId, "agent", { input: null, checkpoint: { checkpoint_id, checkpoint_ns: "" } });
    const states = await history(threadId, { limit: 100 });
    expect(states.filter(({ parent_checkpoint }) => parent_checkpoint?.checkpoint_id === checkpoint_id)).toHaveLength(
      3,
    );
    expect((await state(threadId)).checkpoint).toEqual(states[0].checkpoint);
  });

  test("#60 a run's context is not written into the metadata of checkpoints", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "settings", { input: {}, context: { tone: "secret-tone" } });
    expect(JSON.stringify((await history(threadId)).map(({ metadata }) => metadata))).not.toContain("secret-tone");
  });

  test("#61 a paused thread goes on with the state it was edited to", async () => {
    const threadId = await bench.thread();
    await bench.wait(threadId, "agent", { ...HUMAN, interrupt_before: ["tools"] });
    const messages = [{ role: "human", content: "bar", id: "human" }];
    await threads().updateState(threadId, { values: { messages } });
    await bench.wait(threadId, "agent", { input: null });
    expect((await state(threadId)).values.messages[0].content).toBe("bar");
  });

  test("beyond the checklist: the history of a subgraph is read by its namespace", async () => {
    const threadId = await paused("nested");
    const [task] = (await state(threadId)).tasks;
    const states = await history(threadId, { checkpoint: { checkpoint_ns: task.checkpoint.checkpoint_ns } });
    expect(states.map(({ next }) => next)).toEqual([["ask"], ["prepare"], ["__start__"]]);
    expect(new Set(states.map(({ checkpoint }) => checkpoint.checkpoint_ns))).toEqual(new Set([`child:${task.id}`]));
  });

  test("beyond the checklist: a state edit of an unknown thread, and one without a graph, are told apart", async () => {
    const without = await bench.thread();
    expect((await bench.send("POST", `/threads/${without}/state`, { values: {} })).status).toBe(400);
    const unknown = "00000000-0000-7000-8000-000000000000";
    expect((await failureOf(threads().updateState(unknown, { values: {} }))).status).toBe(404);
  });
});
