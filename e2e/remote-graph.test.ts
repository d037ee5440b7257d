import { randomUUID } from "node:crypto";
import * as heddle from "@heddle/langgraph";
import { RemoteGraph } from "@heddle/langgraph/remote";
import { Client } from "@heddle/sdk";
import * as official from "@langchain/langgraph";
import { RemoteGraph as OfficialRemoteGraph } from "@langchain/langgraph/remote";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "./testing/collect.ts";
import { TWO_ENGINES_CONFIG } from "./testing/places.ts";
import { startServer, type TestServer } from "./testing/server.ts";
import { until } from "./testing/until.ts";

let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startServer({ config: TWO_ENGINES_CONFIG });
  client = new Client({ apiUrl: server.url });
});

afterAll(() => server?.[Symbol.asyncDispose]());

const input = { topic: "looms" };
/** The official RemoteGraph throws as soon as it hears of an interrupt: the run may still be ending. */
const idle = ({ configurable: { thread_id } }: ReturnType<typeof newThread>) =>
  until("the thread is idle", async () => (await client.threads.get(thread_id)).status !== "busy");
const newThread = () => ({ configurable: { thread_id: randomUUID() } });

const kinds = [
  ["our RemoteGraph", RemoteGraph as unknown as typeof OfficialRemoteGraph, heddle as unknown as typeof official],
  ["the official RemoteGraph", OfficialRemoteGraph, official],
] as const;

describe.each(kinds)("%s against our server", (_name, Remote, { Annotation, Command, START, StateGraph }) => {
  const connect = () => new Remote({ graphId: "heddle-story", url: server.url });

  it("throws the interrupts of the graph, and goes on with a Command", async () => {
    const remote = connect();
    const config = newThread();
    await expect(remote.invoke(input, config)).rejects.toMatchObject({
      name: "GraphInterrupt",
      interrupts: [{ value: { question: "Is it good?" } }],
    });
    await idle(config);
    const done = await remote.invoke(new Command({ resume: "yes" }), config);
    expect(done).toMatchObject({ topic: "looms", verdict: "yes" });
    expect(done.notes.at(-1)).toBe("published");
  });

  it("streams in one mode, and in several", async () => {
    const remote = connect();
    const config = newThread();
    const seen: unknown[] = [];
    await expect(
      (async () => {
        for await (const chunk of await remote.stream(input, { ...config, streamMode: ["updates", "custom"] }))
          seen.push(chunk);
      })(),
    ).rejects.toThrow();
    expect(seen.slice(0, 2)).toEqual([
      ["custom", { planning: "looms" }],
      ["updates", { plan: { notes: ["plan looms"] } }],
    ]);
    await idle(config);
    const answered = await collect(
      await remote.stream(new Command({ resume: "yes" }), { ...config, streamMode: "updates" }),
    );
    expect(answered.map((chunk) => Object.keys(chunk)[0])).toEqual(["ask", "decide", "publish"]);
  });

  it("streams messages and subgraphs", async () => {
    const stream = await connect().stream(input, { ...newThread(), streamMode: ["messages"], subgraphs: true });
    const words: string[] = [];
    await expect(
      (async () => {
        for await (const [namespace, mode, [message]] of stream) {
          expect([namespace[0].split(":")[0], mode]).toEqual(["chapter", "messages"]);
          words.push(message.content);
        }
      })(),
    ).rejects.toThrow();
    expect(words.join("")).toBe("Once upon a time.");
  });

  it("reads, edits and lists the states of a thread", async () => {
    const remote = connect();
    const config = newThread();
    await expect(remote.invoke(input, config)).rejects.toThrow();
    await idle(config);
    const paused = await remote.getState(config);
    expect(paused).toMatchObject({ next: ["ask"], values: { topic: "looms" }, metadata: { source: "loop" } });
    expect(paused.tasks[0]?.interrupts[0]).toMatchObject({ value: { question: "Is it good?" } });
    const edited = await remote.updateState(config, { notes: ["by hand"] }, "review");
    expect((await remote.getState(edited)).values.notes.at(-1)).toBe("by hand");
    const history = await collect(remote.getStateHistory(config));
    expect(history.length).toBeGreaterThan(3);
    expect(history[0]?.values.notes.at(-1)).toBe("by hand");
    expect(history[1]?.config.configurable?.checkpoint_id).toBe(history[0]?.parentConfig?.configurable?.checkpoint_id);
    const limited = await collect(remote.getStateHistory(config, { limit: 2 }));
    expect(limited).toEqual(history.slice(0, 2));
  });

  it("is drawn by the server", async () => {
    const drawing = await connect().getGraphAsync();
    expect(Object.keys(drawing.nodes)).toEqual(expect.arrayContaining(["__start__", "plan", "chapter", "publish"]));
    expect(drawing.drawMermaid()).toContain("plan --> chapter");
    expect(() => connect().getGraph()).toThrow(/getGraphAsync/);
  });

  it("tells of the failure of a run", async () => {
    const failed = connect().invoke(input, { ...newThread(), recursionLimit: 1 });
    await expect(failed).rejects.toMatchObject({ name: "RemoteException" });
    await expect(connect().invoke(input, newThread())).rejects.toMatchObject({ name: "GraphInterrupt" });
  });

  it("runs without a thread, where nobody could answer", async () => {
    await expect(connect().invoke(input)).rejects.toThrow(/No checkpointer/);
  });

  it("is a node of a local graph", async () => {
    const remote = connect();
    const config = newThread();
    await expect(remote.invoke(input, config)).rejects.toThrow();
    await idle(config);
    const State = Annotation.Root({
      topic: Annotation<string>,
      verdict: Annotation<string>,
      notes: Annotation<string[]>,
    });
    const local = new StateGraph(State)
      .addNode("far", async (_state, nodeConfig) => remote.invoke(new Command({ resume: "well" }), nodeConfig))
      .addEdge(START, "far")
      .compile();
    const done = await local.invoke({ topic: "silk" }, config);
    expect(done).toMatchObject({ topic: "looms", verdict: "well" });
  });

  it("pauses the local graph whose node it is", async () => {
    const State = Annotation.Root({ topic: Annotation<string> });
    const local = new StateGraph(State)
      .addNode("story", connect())
      .addEdge(START, "story")
      .compile({ checkpointer: new heddle.MemorySaver() as never });
    const paused = await local.invoke({ topic: "silk" }, newThread());
    expect(paused).toMatchObject({ __interrupt__: [{ value: { question: "Is it good?" } }] });
  });
});

it("keeps its config for every call, and the run has ended when it throws", async () => {
  const remote = new RemoteGraph({ graphId: "heddle-story", url: server.url });
  await expect(remote.withConfig({ recursionLimit: 1 }).invoke(input, newThread())).rejects.toThrow(/[Rr]ecursion/);
  const config = newThread();
  await expect(remote.withConfig(config).invoke(input)).rejects.toMatchObject({ name: "GraphInterrupt" });
  expect((await client.threads.get(config.configurable.thread_id)).status).toBe("interrupted");
});

it("has a name, and says where a value contains itself", async () => {
  const remote = new RemoteGraph({ graphId: "heddle-story", url: server.url, name: "far" });
  expect(remote.getName()).toBe("far");
  const circle: Record<string, unknown> = { topic: "rings" };
  circle.again = circle;
  const config = newThread();
  await expect(remote.invoke(circle, config)).rejects.toMatchObject({ name: "GraphInterrupt" });
  expect((await remote.getState(config)).values.topic).toBe("rings");
  expect(() => remote.getSubgraphs()).toThrow(/getSubgraphsAsync/);
});
