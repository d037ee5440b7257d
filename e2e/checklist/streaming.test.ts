import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Event, type Json, newGate, parseEvents, useServer } from "../testing/bench.ts";
import { freePort } from "../testing/free-port.ts";
import { openStream } from "../testing/open-stream.ts";
import { until } from "../testing/until.ts";

const HUMAN = { input: { messages: [{ role: "human", content: "foo", id: "human" }] } };
const names = (events: Event[]) => events.map(({ event }) => event);
const ofMode = (events: Event[], mode: string) => events.filter(({ event }) => event === mode);

/** A tracing service that gives links for feedback. */
const tracing: { server: Server | undefined; port: number } = { server: undefined, port: await freePort() };
beforeAll(async () => {
  tracing.server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => {
      text += chunk;
    });
    request.on("end", () => {
      const { run_id, feedback_key } = JSON.parse(text);
      response.end(JSON.stringify({ url: `https://feedback/${run_id}/${feedback_key}` }));
    });
  });
  await new Promise<void>((resolve) => tracing.server?.listen(tracing.port, "127.0.0.1", resolve));
});
afterAll(() => tracing.server?.close());

const bench = useServer({
  env: { LANGSMITH_API_KEY: "key", LANGSMITH_ENDPOINT: `http://127.0.0.1:${tracing.port}` },
});

describe("streaming", () => {
  test("#101 the first event says which run it is; by default all others are values", async () => {
    const events = await bench.stream(null, "agent", HUMAN);
    expect(events[0]).toMatchObject({ event: "metadata", data: { run_id: expect.any(String), attempt: 1 } });
    expect(new Set(names(events))).toEqual(new Set(["metadata", "values"]));
  });

  test("#102 values grow from event to event, and the last are what wait answers", async () => {
    const values = ofMode(await bench.stream(null, "agent", HUMAN), "values").map(({ data }) => data.messages);
    const ids = values.map((messages) => messages.map(({ id }: Json) => id));
    for (const [index, list] of ids.entries()) expect(ids.at(index + 1)?.slice(0, list.length) ?? list).toEqual(list);
    const waited = await bench.wait(null, "agent", HUMAN);
    expect(values.at(-1).map(({ content }: Json) => content)).toEqual(
      waited.messages.map(({ content }: Json) => content),
    );
  });

  test("#103 updates come node by node, and an interrupt among them", async () => {
    const events = await bench.stream(null, "agent", { ...HUMAN, stream_mode: "updates" });
    expect(ofMode(events, "updates").flatMap(({ data }) => Object.keys(data))).toEqual(["agent", "tools", "agent"]);
    const paused = await bench.stream(await bench.thread(), "asks", {
      input: { topic: "silk" },
      stream_mode: ["updates"],
    });
    expect(paused.at(-1)?.data).toEqual({ __interrupt__: [{ id: expect.any(String), value: "about silk?" }] });
  });

  test("#104 events begin and end in a valid nesting, of chains and of models", async () => {
    const events = ofMode(await bench.stream(null, "agent", { ...HUMAN, stream_mode: "events" }), "events");
    const kinds = new Set(events.map(({ data }) => data.event));
    for (const kind of [
      "on_chain_start",
      "on_chain_end",
      "on_chat_model_start",
      "on_chat_model_stream",
      "on_chat_model_end",
    ]) {
      expect(kinds).toContain(kind);
    }
    const open: string[] = [];
    for (const { data } of events) {
      if (data.event.endsWith("_start")) open.push(data.run_id);
      if (data.event.endsWith("_end")) expect(open.splice(open.lastIndexOf(data.run_id), 1)).toEqual([data.run_id]);
    }
    expect(open).toEqual([]);
  });

  test("#105 messages are announced, grow, and are told once when they are complete, the last thing of all", async () => {
    const events = await bench.stream(null, "agent", { ...HUMAN, stream_mode: "messages" });
    expect(new Set(names(events))).toEqual(
      new Set(["metadata", "messages/metadata", "messages/partial", "messages/complete"]),
    );
    expect(events.at(-1)?.event).toBe("messages/complete");
    const partial = ofMode(events, "messages/partial").map(({ data }) => data[0].content);
    expect(partial).toEqual(["b", "be", "beg", "begi", "begin", "e", "en", "end"]);
    const complete = ofMode(events, "messages/complete").flatMap(({ data }) => data.map(({ id }: Json) => id));
    expect(new Set(complete).size).toBe(complete.length);
  });

  test("#106 messages-tuple gives each piece with where it comes from", async () => {
    const threadId = await bench.thread();
    const events = ofMode(
      await bench.stream(threadId, "agent", { ...HUMAN, stream_mode: "messages-tuple" }),
      "messages",
    );
    const [piece, metadata] = events[0]?.data ?? [];
    expect(piece).toMatchObject({ content: "b", id: "ai-1" });
    expect(metadata).toMatchObject({
      langgraph_node: "agent",
      langgraph_step: 1,
      thread_id: threadId,
      run_id: expect.any(String),
      assistant_id: expect.any(String),
      graph_id: "agent",
    });
  });

  test("#107 messages-tuple with subgraphs names the graph in each event: nine pieces", async () => {
    const body = { ...HUMAN, stream_mode: "messages-tuple", stream_subgraphs: true };
    const events = (await bench.stream(null, "deep", body)).filter(({ event }) => event.startsWith("messages"));
    const inner = events.filter(({ event }) => /^messages\|child:[^|]+\|grandchild:[^|]+$/.test(event));
    expect(inner.map(({ data }) => data[0].content).join("")).toBe("begintoolend");
    expect(inner).toHaveLength(9);
    expect(inner).toEqual(events);
  });

  test("#108 messages and values come mixed, the complete message after its values", async () => {
    const events = await bench.stream(null, "agent", { ...HUMAN, stream_mode: ["messages", "values"] });
    expect(events.at(-1)?.event).toBe("messages/complete");
    expect(ofMode(events, "values").length).toBeGreaterThan(2);
  });

  test("#109 modes are given as a text or as a list, and each event bears the name of its mode", async () => {
    const one = await bench.stream(null, "agent", { ...HUMAN, stream_mode: "updates" });
    expect(new Set(names(one))).toEqual(new Set(["metadata", "updates"]));
    const two = await bench.stream(null, "agent", { ...HUMAN, stream_mode: ["updates", "values"] });
    expect(new Set(names(two))).toEqual(new Set(["metadata", "updates", "values"]));
  });

  test("#110 debug tells of checkpoints, tasks and their results", async () => {
    const events = ofMode(
      await bench.stream(await bench.thread(), "agent", { ...HUMAN, stream_mode: "debug" }),
      "debug",
    );
    expect(new Set(events.map(({ data }) => data.type))).toEqual(new Set(["checkpoint", "task", "task_result"]));
    for (const { data } of events) {
      expect(data).toMatchObject({
        step: expect.any(Number),
        timestamp: expect.any(String),
        payload: expect.any(Object),
      });
    }
  });

  test("#111 checkpoints and tasks come in the order in which things happen", async () => {
    const threadId = await bench.thread();
    const events = await bench.stream(threadId, "agent", { ...HUMAN, stream_mode: ["tasks", "checkpoints"] });
    const order = events.slice(1).map(({ event, data }) => {
      return event === "checkpoints" ? "checkpoint" : "result" in data ? `${data.name} ends` : `${data.name} begins`;
    });
    expect(order).toEqual(
      ["checkpoint", "checkpoint"].concat(
        ["agent", "tools", "agent"].flatMap((name) => [`${name} begins`, `${name} ends`, "checkpoint"]),
      ),
    );
  });

  test("#112 what a node writes is passed on as it is", async () => {
    const events = await bench.stream(null, "writing", { input: { count: 2 }, stream_mode: "custom" });
    expect(ofMode(events, "custom").map(({ data }) => data)).toEqual([
      { index: 0, text: "x" },
      { index: 1, text: "x" },
    ]);
  });

  test("#113 tools begin and end among the values", async () => {
    const events = await bench.stream(null, "agent", { ...HUMAN, stream_mode: ["values", "tools"] });
    const kinds = ofMode(events, "tools").map(({ data }) => data.event);
    expect(kinds).toEqual(expect.arrayContaining(["on_tool_start", "on_tool_end"]));
  });

  test("#114 events and updates of subgraphs are passed on under their namespace", async () => {
    const body = { ...HUMAN, stream_mode: ["events", "updates"], stream_subgraphs: true };
    const events = await bench.stream(null, "deep", body);
    expect(events.some(({ event }) => /^updates\|child:[^|]+\|grandchild:/.test(event))).toBe(true);
    const inner = ofMode(events, "events").map(({ data }) => `${data.event} ${data.name}`);
    expect(inner).toEqual(expect.arrayContaining(["on_chain_start grandchild", "on_chain_end grandchild"]));
  });

  test("#115 a resumable stream is replayed from its beginning, the same in id, name and data", async () => {
    const threadId = await bench.thread();
    const events = await bench.stream(threadId, "agent", { ...HUMAN, stream_resumable: true });
    const path = `/threads/${threadId}/runs/${events[0]?.data.run_id}/stream`;
    expect(await bench.events(path, { "last-event-id": "-1" })).toEqual(events);
  });

  test("#116 joining after an event gives what came after it", async () => {
    const threadId = await bench.thread();
    const events = await bench.stream(threadId, "agent", { ...HUMAN, stream_resumable: true });
    const path = `/threads/${threadId}/runs/${events[0]?.data.run_id}/stream`;
    expect(await bench.events(path, { "last-event-id": events[2]?.id ?? "" })).toEqual(events.slice(3));
    expect(await bench.events(path, { "last-event-id": events.at(-1)?.id ?? "" })).toEqual([]);
    expect((await bench.send("GET", path, undefined, { "last-event-id": "nonsense" })).status).toBe(422);
  });

  test("#117 joining a failed run replays it and ends, with the error once", async () => {
    const threadId = await bench.thread();
    const events = await bench.stream(threadId, "failing", { input: { fails: true }, stream_resumable: true });
    const path = `/threads/${threadId}/runs/${events[0]?.data.run_id}/stream`;
    expect(await bench.events(path, { "last-event-id": "-1" })).toEqual(events);
    expect(ofMode(events, "error")).toHaveLength(1);
  });

  test("#118 a failure is told once, whichever modes are asked for", async () => {
    const modes = ["values", "updates", "debug", "tasks", "messages", "events"];
    const events = await bench.stream(null, "failing", { input: { fails: true }, stream_mode: modes });
    expect(ofMode(events, "error")).toHaveLength(1);
    expect(events.at(-1)?.event).toBe("error");
  });

  test("#119 when its client goes away a run is cancelled, or goes on, as on_disconnect says", async () => {
    for (const [on_disconnect, status] of [
      ["cancel", "interrupted"],
      ["continue", "success"],
    ] as const) {
      for (const form of ["stream", "wait"]) {
        await using gate = await newGate();
        const threadId = await bench.thread();
        const input = { waits: true, folder: gate.folder };
        const body = { assistant_id: "conversation", input, on_disconnect };
        const stream = openStream(`${bench.url}/threads/${threadId}/runs/${form}`, { method: "POST", body });
        const run = await until("the run has begun", async () => {
          const [first] = await bench.client.runs.list(threadId);
          return first?.status === "running" && first;
        });
        if (form === "wait") await stream.until(({ text }) => text !== "");
        stream.leave();
        if (on_disconnect === "continue") await gate.open();
        await bench.status(threadId, run.run_id, status);
      }
    }
  });

  test("#120 a stream tells where to go on, and there it goes on", async () => {
    const threadId = await bench.thread();
    const answer = await bench.send("POST", `/threads/${threadId}/runs/stream`, { assistant_id: "agent", ...HUMAN });
    const events = parseEvents(answer.text);
    const location = String(answer.headers.location);
    expect(location).toBe(`/threads/${threadId}/runs/${events[0]?.data.run_id}/stream`);
    expect(await bench.events(location, { "last-event-id": events[1]?.id ?? "" })).toEqual(events.slice(2));
    const waited = await bench.send("POST", `/threads/${threadId}/runs/wait`, { assistant_id: "agent", ...HUMAN });
    expect(waited.headers.location).toMatch(/\/join$/);
  });

  test("#121 the place to go on is a path, of no other origin", async () => {
    const answer = await bench.send("POST", "/runs/stream", { assistant_id: "agent", ...HUMAN });
    expect(answer.headers.location).toMatch(/^\/runs\/[0-9a-f-]{36}\/stream$/);
  });

  test("#122 each event has one line of data and ends with an empty one", async () => {
    const body = { assistant_id: "writing", input: { count: 1, note: "a\nb\r\n\u2028c" }, stream_mode: ["values"] };
    const { text } = await bench.send("POST", "/runs/stream", body);
    const blocks = text.split("\n\n");
    expect(blocks.at(-1)).toBe("");
    for (const block of blocks.slice(0, -1)) expect(block).toMatch(/^event: [^\n]+\ndata: [^\n]+\nid: \d+$/);
    expect(text).toContain("\\u2028c".slice(-1));
  });

  test("#123 names of events tell mode and namespace, and interrupts stand in the values", async () => {
    const body = { input: {}, stream_mode: ["values"], stream_subgraphs: true };
    const events = await bench.stream(await bench.thread(), "nested", body);
    expect(events.some(({ event }) => /^values\|child:[0-9a-f-]+$/.test(event))).toBe(true);
    expect(ofMode(events, "values").at(-1)?.data.__interrupt__).toEqual([
      { id: expect.any(String), value: "prepared?" },
    ]);
  });

  test("#125 feedback keys are answered with links at the end of the run", async () => {
    const events = await bench.stream(null, "agent", { ...HUMAN, feedback_keys: ["like", "useful"] });
    const runId = events[0]?.data.run_id;
    expect(events.at(-1)).toMatchObject({
      event: "feedback",
      data: { like: `https://feedback/${runId}/like`, useful: `https://feedback/${runId}/useful` },
    });
  });

  test("#207 a reader who stops reading costs the server little, and misses nothing when he goes on", async () => {
    const threadId = await bench.thread();
    const body = JSON.stringify({
      assistant_id: "writing",
      input: { count: 4000, size: 8000 },
      stream_mode: "custom",
      stream_resumable: true,
    });
    const { hostname, port } = new URL(bench.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /threads/${threadId}/runs/stream HTTP/1.1\r\nhost: x\r\nconnection: close\r\n` +
        `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    socket.pause();
    const run = await until("the run has ended without its reader", async () => {
      const [first] = await bench.client.runs.list(threadId);
      return first?.status === "success" && first;
    });
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.resume();
    await new Promise((resolve) => socket.on("end", resolve));
    const indexes = [
      ...Buffer.concat(chunks)
        .toString()
        .matchAll(/"index":(\d+)/g),
    ].map(([, index]) => Number(index));
    expect(indexes).toEqual(Array.from({ length: 4000 }, (_, index) => index));
    expect(run.status).toBe("success");
  });

  test("beyond the checklist: only the namespaces that are asked for are streamed", async () => {
    const query = `?namespace=${encodeURIComponent(JSON.stringify(["child"]))}`;
    const body = { assistant_id: "deep", ...HUMAN, stream_mode: "updates", stream_subgraphs: true };
    const { text } = await bench.send("POST", `/runs/stream${query}`, body);
    const events = parseEvents(text).filter(({ event }) => event !== "metadata");
    expect(events.length).toBeGreaterThan(0);
    expect(events.every(({ event }) => /^updates\|child:[^|]+$/.test(event))).toBe(true);
    const root = await bench.send("POST", "/runs/stream?namespace=", body);
    expect(new Set(names(parseEvents(root.text)))).toEqual(new Set(["metadata", "updates"]));
  });

  test("beyond the checklist: the stream of a thread tells of all its runs, live and again", async () => {
    const threadId = await bench.thread();
    const path = `/threads/${threadId}/stream`;
    const live = openStream(`${bench.url}${path}?stream_mode=${encodeURIComponent('["run_modes","state_update"]')}`);
    await until("the thread is followed", async () => {
      await bench.wait(threadId, "agent", HUMAN);
      return true;
    });
    await bench.stream(threadId, "asks", { input: { topic: "silk" }, stream_mode: "updates" });
    await live.until(({ text }) => text.split("run_done").length > 2 && /state_update[\s\S]*state_update/.test(text));
    live.leave();
    const done = (text: string) => parseEvents(text).filter(({ data }) => data?.status === "run_done");
    const replay = openStream(bench.url + path, { headers: { "last-event-id": "-1" } });
    let text = "";
    await replay.until((received) => {
      text = received.text;
      return text.split("run_done").length > 2;
    });
    replay.leave();
    expect(done(text).map(({ data }) => data.run_status)).toEqual(["success", "interrupted"]);
    const [first] = done(text);
    const rest = openStream(bench.url + path, { headers: { "last-event-id": first?.id ?? "" } });
    await rest.until((received) => {
      text = received.text;
      return text.includes("run_done");
    });
    rest.leave();
    expect(done(text).map(({ data }) => data.run_status)).toEqual(["interrupted"]);
    expect(parseEvents(text).some(({ event }) => event === "updates")).toBe(true);
    const lifecycle = openStream(`${bench.url}${path}?stream_mode=lifecycle`, { headers: { "last-event-id": "-1" } });
    await lifecycle.until((received) => {
      text = received.text;
      return text.split("run_done").length > 2;
    });
    lifecycle.leave();
    expect(new Set(names(parseEvents(text)))).toEqual(new Set(["metadata"]));
    expect((await bench.send("GET", `${path}?stream_mode=dreams`)).status).toBe(422);
  });
});
