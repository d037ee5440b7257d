import { AIMessage, AIMessageChunk, HumanMessage } from "@langchain/core/messages";
import { expect, test } from "vitest";
import { createMessageEvents } from "./message-events.ts";

const token = (content: string, id = "a1") => ({
  namespace: [],
  mode: "messages",
  data: [new AIMessageChunk({ id, content }), { langgraph_node: "speak", tags: [] }],
});

const values = (...messages: unknown[]) => ({ namespace: [], mode: "values", data: { messages } });

test("tokens of a message are told with all of it so far, and its metadata once", () => {
  const toEvents = createMessageEvents();
  const events = [...toEvents(token("The ")), ...toEvents(token("loom"))];
  expect(events.map(({ event }) => event)).toEqual(["messages/metadata", "messages/partial", "messages/partial"]);
  expect(events[0]?.data).toEqual({ a1: { metadata: { langgraph_node: "speak" } } });
  expect(events[2]?.data).toMatchObject([{ content: "The loom", type: "ai" }]);
});

test("a message is complete once, when it is in the state", () => {
  const toEvents = createMessageEvents();
  const human = new HumanMessage({ id: "h1", content: "hello" });
  const answer = new AIMessage({ id: "a1", content: "The loom" });
  expect(toEvents(values(human))).toMatchObject([{ event: "messages/complete", data: [{ id: "h1" }] }]);
  expect(toEvents(values(human, answer))).toMatchObject([{ event: "messages/complete", data: [{ id: "a1" }] }]);
  expect(toEvents(values(human, answer))).toEqual([]);
});

test("messages of two models side by side are put together each on its own", () => {
  const toEvents = createMessageEvents();
  toEvents(token("left", "a1"));
  toEvents(token("right", "a2"));
  expect(toEvents(token("!", "a1"))).toMatchObject([{ data: [{ content: "left!" }] }]);
});

test("the state of a subgraph completes nothing", () => {
  const toEvents = createMessageEvents();
  expect(toEvents({ ...values(new HumanMessage({ id: "h1", content: "x" })), namespace: ["child:1"] })).toEqual([]);
});
