import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { describe, expect, test } from "vitest";
import { chunksOf, LogState, log, logGraph, thread } from "../../../testing/log-graph.ts";
import {
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  matchesSubscription,
  type ProtocolEvent,
  START,
  StateGraph,
  StreamChannel,
} from "../../index.ts";

const nested = () => {
  const inner = logGraph("x").addEdge(START, "x").compile();
  return new StateGraph(LogState)
    .addNode("a", log("a"))
    .addNode("s", inner)
    .addEdge(START, "a")
    .addEdge("a", "s")
    .compile();
};
const outline = ({ method, params }: ProtocolEvent) => {
  const path = params.namespace.map((segment) => segment.split(":")[0]).join("/");
  const detail = method === "lifecycle" ? ` ${(params.data as { event: string }).event}` : "";
  return `${path}>${method}${detail}`;
};

test("a run tells its life, each state after its checkpoint, and its nested graphs in place", async () => {
  const run = await nested().streamEvents({ n: 1 }, { version: "v3" });
  const events = await chunksOf(run);
  expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i));
  expect(events.map(outline)).toEqual([
    ">lifecycle running",
    ">checkpoints",
    ">values",
    ">tasks",
    ">updates",
    ">tasks",
    ">checkpoints",
    ">values",
    ">tasks",
    "s>lifecycle started",
    "s>checkpoints",
    "s>values",
    "s>tasks",
    "s>updates",
    "s>tasks",
    "s>checkpoints",
    "s>values",
    ">updates",
    ">tasks",
    "s>lifecycle completed",
    ">checkpoints",
    ">values",
    ">lifecycle completed",
  ]);
  expect(await run.output).toEqual({ n: 1, log: ["a", "a", "x"] });
});

test("states, nested graphs and the output can be read side by side", async () => {
  const run = await nested().streamEvents({ n: 1 }, { version: "v3" });
  const subgraphs = async () => {
    const seen: unknown[] = [];
    for await (const sub of run.subgraphs) seen.push([sub.name, sub.index, await sub.output]);
    return seen;
  };
  const [states, subs] = await Promise.all([chunksOf(run.values), subgraphs()]);
  expect(states).toHaveLength(3);
  expect(subs).toEqual([["s", 0, { n: 1, log: ["a", "x"] }]]);
  expect(await run.values).toEqual(states.at(-1));
});

test("a message is one stream, token by token", async () => {
  const model = new FakeListChatModel({ responses: ["hey"] });
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("speak", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addEdge(START, "speak")
    .compile();
  const run = await graph.streamEvents({ messages: [new HumanMessage("hi")] }, { version: "v3" });
  const texts: string[] = [];
  for await (const message of run.messages) texts.push(await message.text);
  expect(texts).toEqual(["hey"]);
  const events = await chunksOf(run);
  const kinds = events
    .filter((event) => event.method === "messages")
    .map((event) => (event.params.data as { event: string }).event);
  expect(kinds).toEqual([
    "message-start",
    "content-block-start",
    "content-block-delta",
    "content-block-delta",
    "content-block-delta",
    "content-block-finish",
    "message-finish",
  ]);
});

test("a message that a node returns is told as a whole", async () => {
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("m", () => ({ messages: [new AIMessage({ id: "a", content: "hey" })] }))
    .addEdge(START, "m")
    .compile();
  const run = await graph.streamEvents({ messages: [] }, { version: "v3" });
  const texts: string[] = [];
  for await (const message of run.messagesFrom("m")) texts.push(await message.text);
  expect(texts).toEqual(["hey"]);
});

test("a pause is told, and a failure rejects only for those who listen", async () => {
  const asking = new StateGraph(LogState)
    .addNode("a", () => ({ log: [interrupt<string, string>("q")] }))
    .addEdge(START, "a")
    .compile({ checkpointer: new MemorySaver() });
  const paused = await asking.streamEvents({ n: 1 }, { version: "v3", ...thread() });
  await paused.output;
  expect([paused.interrupted, paused.interrupts]).toEqual([true, [{ interruptId: expect.any(String), payload: "q" }]]);
  const failing = new StateGraph(LogState)
    .addNode("a", () => {
      throw new Error("boom");
    })
    .addEdge(START, "a")
    .compile();
  const failed = await failing.streamEvents({ n: 1 }, { version: "v3" });
  const methods: string[] = [];
  const read = async () => {
    for await (const event of failed) methods.push(outline(event));
  };
  await expect(read()).rejects.toThrow("boom");
  expect(methods.at(-1)).toBe(">lifecycle failed");
  await expect(failed.output).rejects.toThrow("boom");
});

test("abort stops the run", async () => {
  const graph = new StateGraph(LogState)
    .addNode("a", () => new Promise<never>(() => {}))
    .addEdge(START, "a")
    .compile();
  const run = await graph.streamEvents({ n: 1 }, { version: "v3" });
  run.abort(new Error("enough"));
  await expect(run.output).rejects.toThrow("enough");
});

test("a transformer drops events, projects, and sends events of its own", async () => {
  const remote = StreamChannel.remote<number>("count");
  const run = await nested().streamEvents(
    { n: 1 },
    {
      version: "v3",
      transformers: [
        () => ({
          init: () => ({ remote, later: Promise.resolve(7) }),
          process(event) {
            if (event.method === "updates") remote.push(1);
            return event.method !== "tasks";
          },
        }),
      ],
    },
  );
  const methods = (await chunksOf(run)).map((event) => event.method);
  expect(methods).not.toContain("tasks");
  expect(methods.filter((method) => method === "custom:count")).toHaveLength(3);
  expect(methods.at(-1)).toBe("custom");
  expect(Object.keys(run.extensions)).toEqual(["remote", "later"]);
});

describe("subscriptions", () => {
  const event = (method: string, namespace: string[] = [], data?: unknown) => ({
    method,
    seq: 5,
    params: { namespace, data },
  });
  test.each([
    [true, event("values"), { channels: ["values"] }],
    [false, event("values"), { channels: ["updates"] }],
    [false, event("values"), { channels: ["values"], since: 5 }],
    [true, event("custom", [], { name: "a" }), { channels: ["custom:a"] }],
    [true, event("input.requested"), { channels: ["input"] }],
    [true, event("values", ["agent:1", "x:2"]), { channels: ["values"], namespaces: [["agent"]] }],
    [false, event("values", ["agent:1", "x:2"]), { channels: ["values"], namespaces: [["agent"]], depth: 0 }],
    [false, event("values", ["agent:1"]), { channels: ["values"], namespaces: [["agent:2"]] }],
  ])("%s: %o to %o", (matches, candidate, subscription) => {
    expect(matchesSubscription(candidate, subscription)).toBe(matches);
  });
});
