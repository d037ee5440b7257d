import { AIMessage, AIMessageChunk, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { describe, expect, test } from "vitest";
import { toJson, toJsonText } from "./to-json.ts";

describe("toJson", () => {
  test("returns what is plain already without copying it", () => {
    const plain = { list: [1, "two", null, { deep: true }], absent: undefined };
    expect(toJson(plain)).toBe(plain);
  });

  test("writes a human message as a flat dict", () => {
    expect(toJson(new HumanMessage({ id: "h1", content: "hello" }))).toEqual({
      content: "hello",
      id: "h1",
      additional_kwargs: {},
      response_metadata: {},
      type: "human",
    });
  });

  test("writes an AI message with every key the page shows", () => {
    expect(toJson(new AIMessage({ id: "a1", content: "hi" }))).toEqual({
      content: "hi",
      id: "a1",
      name: null,
      additional_kwargs: {},
      response_metadata: {},
      tool_calls: [],
      invalid_tool_calls: [],
      usage_metadata: null,
      type: "ai",
    });
  });

  test("writes chunks of an AI message with their tool call chunks", () => {
    const chunk = new AIMessageChunk({ id: "a1", content: "h" });
    expect(toJson(chunk)).toMatchObject({ type: "ai", content: "h", tool_call_chunks: [] });
  });

  test("writes the call a tool message answers, its status and artifact", () => {
    const message = new ToolMessage({ content: "21", tool_call_id: "c1", status: "success", artifact: { raw: [1] } });
    expect(toJson({ messages: [message] })).toMatchObject({
      messages: [{ type: "tool", tool_call_id: "c1", status: "success", artifact: { raw: [1] } }],
    });
  });

  test("copies only the path to what had to change", () => {
    const untouched = { a: 1 };
    const value = { untouched, error: new TypeError("bad") };
    const json = toJson(value) as Record<string, unknown>;
    expect(json).toEqual({ untouched: { a: 1 }, error: { error: "TypeError", message: "bad" } });
    expect(json.untouched).toBe(untouched);
    expect(value.error).toBeInstanceOf(TypeError);
  });

  test("writes sets and maps as lists and objects, bytes as base64, big integers as text", () => {
    const value = { set: new Set([1]), map: new Map([["k", 2]]), bytes: new Uint8Array([1, 2]), big: 10n };
    expect(toJsonText(value)).toBe('{"set":[1],"map":{"k":2},"bytes":"AQI=","big":"10"}');
  });

  test("writes dates as ISO 8601 and undefined as null", () => {
    expect(toJsonText({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
    expect(toJsonText(undefined)).toBe("null");
  });
});
