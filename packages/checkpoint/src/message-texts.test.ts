import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { expect, test } from "vitest";
import { AppendedList } from "./appended-list.ts";
import { JsonPlusSerializer } from "./json-plus-serializer.ts";
import { MessageTexts } from "./message-texts.ts";

/** A serializer that counts what it makes. */
function counting() {
  const serializer = new JsonPlusSerializer({ messageClasses: { AIMessage, HumanMessage, ToolMessage } as never });
  const made = { count: 0 };
  const texts = new MessageTexts({
    stringify: (value) => {
      made.count += 1;
      return serializer.stringify(value);
    },
    parse: (text) => serializer.parse(text),
  });
  return { texts, made, serializer };
}

type Chat = [HumanMessage, AIMessage, ToolMessage];

const chat = (): Chat => [
  new HumanMessage({ content: "hi", id: "1", additional_kwargs: { deep: { a: [1] } } }),
  new AIMessage({ content: "", id: "2", tool_calls: [{ name: "look", args: { at: "sky" }, id: "c" }] }),
  new ToolMessage({ content: [{ type: "text", text: "blue" }], tool_call_id: "c", id: "3" }),
];

test("a message is turned into text once, however often it is stored", () => {
  const { texts, made, serializer } = counting();
  const messages = chat();
  const first = texts.textsOf(messages);
  expect(first).toEqual(messages.map((message) => serializer.stringify(message)));
  expect(texts.textsOf([...messages])).toEqual(first);
  expect(made.count).toBe(3);
});

test("messages that were loaded are not turned into text again", () => {
  const { texts, made } = counting();
  const stored = texts.textsOf(chat()) ?? [];
  expect(texts.textsOf(texts.parse(stored))).toEqual(stored);
  expect(made.count).toBe(3);
});

test.each<[string, (messages: Chat) => void]>([
  ["its content", ([human]) => Object.assign(human, { content: "changed" })],
  ["its id", ([human]) => Object.assign(human, { id: "9" })],
  ["something deep in it", ([human]) => (human.additional_kwargs.deep as { a: number[] }).a.push(2)],
  ["a field deep in it", ([human]) => Object.assign(human.additional_kwargs.deep as object, { b: 1 })],
  ["a tool call", ([, ai]) => Object.assign(ai.tool_calls?.[0]?.args as object, { at: "sea" })],
  ["a block of its content", ([, , tool]) => Object.assign((tool.content as object[])[0] as object, { text: "red" })],
  [
    "the order of its fields",
    ([human]) => {
      human.additional_kwargs = { more: 1, deep: human.additional_kwargs.deep };
    },
  ],
])("a message that changed in place is stored as it is now: %s", (_what, change) => {
  const { texts, serializer } = counting();
  const messages = chat();
  texts.textsOf(messages);
  change(messages);
  expect(texts.textsOf(messages)).toEqual(messages.map((message) => serializer.stringify(message)));
});

test("messages with more than plain data in them are never remembered", () => {
  const { texts, made } = counting();
  const message = new HumanMessage({ content: "hi", id: "1", additional_kwargs: { at: new Date(0) } });
  texts.textsOf([message]);
  texts.textsOf([message]);
  expect(made.count).toBe(2);
});

test.each([[[]], ["text"], [[1]], [[new HumanMessage("hi"), "text"]], [undefined]])(
  "%o is no list of messages",
  (value) => {
    expect(counting().texts.textsOf(value)).toBeUndefined();
  },
);

test("a list that grew is kept as what was added, and any other as it is", () => {
  const first = AppendedList.of(["a", "b"], undefined);
  const second = AppendedList.of(["a", "b", "c"], first);
  expect(AppendedList.of(["a", "b", "c"], second)).toBe(second);
  for (const texts of [["a", "b"], ["a", "x", "c", "d"], [], ["a", "b", "c", "d"]])
    expect(AppendedList.of(texts, second).texts()).toEqual(texts);
});
