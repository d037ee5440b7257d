import { AIMessage, AIMessageChunk, HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { chunksOf, LogState, log, logGraph, thread } from "../../testing/log-graph.ts";
import {
  Annotation,
  entrypoint,
  getWriter,
  MemorySaver,
  MessagesAnnotation,
  pushMessage,
  START,
  StateGraph,
  ToolNode,
} from "../index.ts";

const chain = (options = {}) => logGraph("a", "b").addEdge(START, "a").addEdge("a", "b").compile(options);
// biome-ignore lint/suspicious/noExplicitAny: chunks of every mode
type Chunk = any;

describe("values and updates", () => {
  test("values after input, updates per task, values per step", async () => {
    expect(await chunksOf(chain().stream({ n: 1 }, { streamMode: ["values", "updates"] }))).toEqual([
      ["values", { n: 1, log: [] }],
      ["updates", { a: { log: ["a"] } }],
      ["values", { n: 1, log: ["a"] }],
      ["updates", { b: { log: ["b"] } }],
      ["values", { n: 1, log: ["a", "b"] }],
    ]);
  });
  test("a step that wrote nothing streamed has no values; its node has an empty update", async () => {
    const graph = new StateGraph(LogState)
      .addNode("a", () => null as never)
      .addEdge(START, "a")
      .compile();
    expect(await chunksOf(graph.stream({ n: 1 }, { streamMode: ["values", "updates"] }))).toEqual([
      ["values", { n: 1, log: [] }],
      ["updates", { a: {} }],
    ]);
  });
  test("one output key gives its bare value", async () => {
    expect(await chain().invoke({ n: 1 }, { outputKeys: "log" })).toEqual(["a", "b"]);
  });
  test("invoke with another mode returns its chunks", async () => {
    expect(await chain().invoke({ n: 1 }, { streamMode: "updates" })).toEqual([
      { a: { log: ["a"] } },
      { b: { log: ["b"] } },
    ]);
  });
});

test("tasks start with their input and end with a result or an error", async () => {
  const graph = new StateGraph(LogState)
    .addNode("a", log("a"))
    .addNode("bad", () => {
      throw new TypeError("boom");
    })
    .addEdge(START, "a")
    .addEdge("a", "bad")
    .compile();
  const chunks: Chunk[] = [];
  const read = async () => {
    for await (const chunk of await graph.stream({ n: 1 }, { streamMode: "tasks", metadata: { user: "u" } }))
      chunks.push(chunk);
  };
  await expect(read()).rejects.toThrow("boom");
  expect(chunks).toEqual([
    {
      id: expect.any(String),
      name: "a",
      input: { n: 1, log: [] },
      triggers: ["branch:to:a"],
      interrupts: [],
      metadata: { user: "u", ls_integration: "langgraph" },
    },
    { id: chunks[0].id, name: "a", result: { log: ["a"] }, interrupts: [], error: null },
    {
      id: expect.any(String),
      name: "bad",
      input: { n: 1, log: ["a"] },
      triggers: ["branch:to:bad"],
      interrupts: [],
      metadata: { user: "u", ls_integration: "langgraph" },
    },
    { id: chunks[2].id, name: "bad", result: {}, interrupts: [], error: { message: "boom", name: "TypeError" } },
  ]);
});

test("checkpoints tell state, step and what is next; debug wraps them", async () => {
  const chunks: Chunk[] = await chunksOf(
    chain({ checkpointer: new MemorySaver() }).stream({ n: 1 }, { ...thread(), streamMode: ["checkpoints", "debug"] }),
  );
  const checkpoints = chunks
    .filter(([mode]) => mode === "checkpoints")
    .map(([, chunk]) => [chunk.metadata.step, chunk.next]);
  expect(checkpoints).toEqual([
    [-1, ["__start__"]],
    [0, ["a"]],
    [1, ["b"]],
    [2, []],
  ]);
  const kinds = chunks.filter(([mode]) => mode === "debug").map(([, chunk]) => chunk.type);
  expect(kinds).toEqual([
    "checkpoint",
    "checkpoint",
    "task",
    "task_result",
    "checkpoint",
    "task",
    "task_result",
    "checkpoint",
  ]);
  expect(await chunksOf(chain().stream({ n: 1 }, { streamMode: "checkpoints" }))).toEqual([]);
});

test("custom chunks come from the config and from the ambient writer, of nested graphs too", async () => {
  const nested = new StateGraph(LogState)
    .addNode("x", (_state, config) => {
      config.writer("nested");
      return {};
    })
    .addEdge(START, "x")
    .compile();
  const graph = new StateGraph(LogState)
    .addNode("a", (_state, config) => {
      config.writer("one");
      getWriter()?.({ two: 2 });
      return {};
    })
    .addNode("s", nested)
    .addEdge(START, "a")
    .addEdge("a", "s")
    .compile();
  expect(await chunksOf(graph.stream({ n: 1 }, { streamMode: "custom" }))).toEqual(["one", { two: 2 }, "nested"]);
});

describe("messages", () => {
  const model = new FakeListChatModel({ responses: ["hey"] });
  test("a model called in a node streams its tokens, with the node's metadata", async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("speak", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
      .addEdge(START, "speak")
      .compile();
    const chunks: Chunk[] = await chunksOf(
      graph.stream({ messages: [new HumanMessage("hi")] }, { streamMode: "messages" }),
    );
    expect(chunks.map(([message]) => message.content).join("")).toBe("hey");
    expect(new Set(chunks.map(([message]) => message.id)).size).toBe(1);
    expect(chunks[0][1]).toMatchObject({ langgraph_node: "speak", langgraph_step: 1, tags: [] });
  });
  test("a message that a node returns is streamed once, input messages never", async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("a", ({ messages }) => ({ messages: [...messages, new AIMessage({ id: "ai", content: "made" })] }))
      .addNode("b", ({ messages }) => ({ messages }))
      .addEdge(START, "a")
      .addEdge("a", "b")
      .compile();
    const chunks: Chunk[] = await chunksOf(
      graph.stream({ messages: [new HumanMessage({ id: "h", content: "hi" })] }, { streamMode: "messages" }),
    );
    expect(chunks.map(([message]) => message.id)).toEqual(["ai"]);
  });
  test("tags opt a model out", async () => {
    const quiet = model.withConfig({ tags: ["langsmith:nostream"] });
    const graph = new StateGraph(Annotation.Root({ text: Annotation<string> }))
      .addNode("speak", async () => ({ text: String((await quiet.invoke("hi")).content) }))
      .addEdge(START, "speak")
      .compile();
    expect(await chunksOf(graph.stream({ text: "" }, { streamMode: "messages" }))).toEqual([]);
  });
  test("of nested graphs come only with subgraphs", async () => {
    const nested = new StateGraph(MessagesAnnotation)
      .addNode("x", () => ({ messages: [new AIMessage({ id: "n", content: "in" })] }))
      .addEdge(START, "x")
      .compile();
    const graph = new StateGraph(LogState)
      .addNode("s", async () => {
        await nested.invoke({ messages: [] });
        return {};
      })
      .addEdge(START, "s")
      .compile();
    expect(await chunksOf(graph.stream({ n: 1 }, { streamMode: "messages" }))).toEqual([]);
    const chunks: Chunk[] = await chunksOf(graph.stream({ n: 1 }, { streamMode: "messages", subgraphs: true }));
    expect(chunks.map(([namespace, [message]]) => [namespace.length, message.id])).toEqual([[1, "n"]]);
  });
  test("pushMessage streams at once and writes to the state", async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("a", () => {
        pushMessage({ role: "assistant", content: "early", id: "p" });
        return {};
      })
      .addEdge(START, "a")
      .compile();
    const chunks: Chunk[] = await chunksOf(graph.stream({ messages: [] }, { streamMode: ["messages", "values"] }));
    expect(chunks.map(([mode]) => mode)).toContain("messages");
    expect(chunks.at(-1)[1].messages.map((message: AIMessage) => message.id)).toEqual(["p"]);
  });
  test("chunks in the state become whole messages", async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("a", () => ({ messages: [new AIMessageChunk({ content: "x" })] }))
      .addEdge(START, "a")
      .compile();
    const { messages } = await graph.invoke({ messages: [] });
    expect(messages[0]).toBeInstanceOf(AIMessage);
  });
});

test("tools stream their start and end", async () => {
  const weather = tool(({ city }: { city: string }) => `21 in ${city}`, {
    name: "weather",
    description: "d",
    schema: z.object({ city: z.string() }),
  });
  const call = new AIMessage({
    content: "",
    tool_calls: [{ id: "c", name: "weather", args: { city: "Oslo" }, type: "tool_call" }],
  });
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("tools", new ToolNode([weather]))
    .addEdge(START, "tools")
    .compile();
  const chunks: Chunk[] = await chunksOf(graph.stream({ messages: [call] }, { streamMode: "tools" }));
  expect(chunks.map((chunk) => [chunk.event, chunk.toolCallId, chunk.name])).toEqual([
    ["on_tool_start", "c", "weather"],
    ["on_tool_end", "c", "weather"],
  ]);
});

test("as bytes, chunks are server-sent events, and so is a failure", async () => {
  const text = async (stream: Promise<AsyncIterable<Uint8Array>>) =>
    (await chunksOf(stream)).map((bytes) => new TextDecoder().decode(bytes));
  expect(await text(chain().stream({ n: 1 }, { streamMode: "updates", encoding: "text/event-stream" }))).toEqual([
    'event: updates\ndata: {"a":{"log":["a"]}}\n\n',
    'event: updates\ndata: {"b":{"log":["b"]}}\n\n',
  ]);
  const failing = entrypoint("w", async () => {
    throw new Error("boom");
  });
  expect(await text(failing.stream(1, { encoding: "text/event-stream" }))).toEqual([
    'event: error\ndata: {"error":"Error","message":"boom"}\n\n',
  ]);
});

test("a stream is also a web stream, and a failed one that nobody reads harms nobody", async () => {
  const reader = (await chain().stream({ n: 1 })).getReader();
  expect(await reader.read()).toEqual({ done: false, value: { a: { log: ["a"] } } });
  await reader.cancel();
  let fail = () => {};
  const failed = new Promise<void>((resolve) => {
    fail = resolve;
  });
  const late = new StateGraph(LogState)
    .addNode("a", log("a"))
    .addNode("bad", async () => {
      fail();
      throw new Error("nobody listens");
    })
    .addEdge(START, "a")
    .addEdge("a", "bad")
    .compile();
  await late.stream({ n: 1 });
  await failed;
  // Rejections that nobody handles are told before this.
  await new Promise((resolve) => setImmediate(resolve));
});

test("streamEvents tells of the graph, its nodes by step, and routers", async () => {
  const events: string[] = [];
  for await (const event of chain().streamEvents({ n: 1 }, { version: "v2" }))
    events.push(`${event.event} ${event.name} ${event.tags?.join() ?? ""}`);
  expect(events.filter((event) => event.startsWith("on_chain_start"))).toEqual([
    "on_chain_start LangGraph ",
    "on_chain_start __start__ graph:step:0,langsmith:hidden",
    "on_chain_start a graph:step:1",
    "on_chain_start b graph:step:2",
  ]);
  expect(events.at(-1)).toBe("on_chain_end LangGraph ");
});
