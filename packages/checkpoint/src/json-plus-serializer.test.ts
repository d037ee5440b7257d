import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { expect, test } from "vitest";
import { DeltaSnapshot, JsonPlusSerializer } from "./index.ts";

const serializer = new JsonPlusSerializer({ messageClasses: { HumanMessage, AIMessage } });
const roundTrip = (value: unknown) => serializer.parse(serializer.stringify(value));

test("the language's own kinds survive a round trip", () => {
  const value = {
    none: undefined,
    list: [undefined, 1],
    set: new Set([1, { a: 1 }]),
    map: new Map([["a", new Set(["b"])]]),
    regexp: /x/gi,
    bytes: new Uint8Array([1, 2]),
    big: 10n,
    snapshot: new DeltaSnapshot([1]),
  };
  expect(roundTrip(value)).toEqual(value);
});

test("an error keeps its message", () => {
  const error = roundTrip(new TypeError("boo"));
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toBe("boo");
});

test("a date becomes ISO text, as upstream does", () => {
  expect(roundTrip({ at: new Date(0) })).toEqual({ at: "1970-01-01T00:00:00.000Z" });
});

test("messages are written in core's constructor form", () => {
  expect(JSON.parse(serializer.stringify(new HumanMessage({ content: "hi", id: "1" })))).toEqual({
    lc: 1,
    type: "constructor",
    id: ["langchain_core", "messages", "HumanMessage"],
    kwargs: { content: "hi", id: "1", additional_kwargs: {}, response_metadata: {} },
  });
});

test("messages are revived with the given classes", () => {
  const message = roundTrip([
    new AIMessage({ content: "", tool_calls: [{ name: "f", args: { x: 1 }, id: "t" }] }),
  ]) as AIMessage[];
  expect(message[0]).toBeInstanceOf(AIMessage);
  expect(message[0]?.tool_calls).toEqual([{ name: "f", args: { x: 1 }, id: "t" }]);
});

test("without a class a message becomes a plain dict", () => {
  const plain = new JsonPlusSerializer();
  const text = plain.stringify(new HumanMessage({ content: "hi", id: "1" }));
  expect(plain.parse(text)).toEqual({
    type: "human",
    content: "hi",
    id: "1",
    additional_kwargs: {},
    response_metadata: {},
  });
});

test("a constructor outside the closed set is left as data", () => {
  const hostile = { lc: 2, type: "constructor", id: ["Function"], method: null, args: ["return 1"], kwargs: {} };
  expect(serializer.parse(JSON.stringify(hostile))).toEqual(hostile);
  const foreign = { lc: 1, type: "constructor", id: ["x", "constructor"], kwargs: {} };
  expect(serializer.parse(JSON.stringify(foreign))).toEqual(foreign);
});

test("names that would reach a prototype are data", () => {
  const text = '{"__proto__":{"lc":2,"type":"undefined"},"constructor":1}';
  const parsed = serializer.parse(text) as object;
  expect(Object.keys(parsed)).toEqual(["__proto__", "constructor"]);
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  const own = JSON.parse('{"__proto__":{"polluted":1},"list":[null]}');
  own.list[0] = new Set([1]);
  expect(serializer.stringify(own)).toContain('"__proto__":{"polluted":1}');
});

test("a circular reference is cut, a shared one is not", () => {
  const shared = { a: 1 };
  const value: Record<string, unknown> = { x: shared, y: shared };
  value.self = value;
  expect(roundTrip(value)).toEqual({ x: { a: 1 }, y: { a: 1 }, self: "[Circular]" });
});

test("a Send becomes a plain packet", () => {
  const send = { lg_name: "Send", node: "a", args: { x: new Set([1]) } };
  Object.setPrototypeOf(send, class Send {}.prototype);
  expect(roundTrip(send)).toEqual({ node: "a", args: { x: new Set([1]) } });
});

test("the asynchronous contract writes json and keeps bytes", async () => {
  const [type, data] = await serializer.dumpsTyped({ a: new Set([1]) });
  expect(type).toBe("json");
  expect(await serializer.loadsTyped(type, data)).toEqual({ a: new Set([1]) });
  expect(await serializer.dumpsTyped(new Uint8Array([7]))).toEqual(["bytes", new Uint8Array([7])]);
  await expect(serializer.loadsTyped("pickle", "")).rejects.toThrow('Unknown serialization type "pickle"');
});
