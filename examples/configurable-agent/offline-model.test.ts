import { type AIMessageChunk, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { concat } from "@langchain/core/utils/stream";
import { describe, expect, it } from "vitest";
import { calculator } from "./calculator.ts";
import { OfflineModel } from "./offline-model.ts";

const model = new OfflineModel({ tokenDelayMs: 0 });
const withTool = model.bindTools([calculator]);

async function chunksOf(question: string): Promise<AIMessageChunk[]> {
  const chunks: AIMessageChunk[] = [];
  for await (const chunk of await withTool.stream(question)) chunks.push(chunk);
  return chunks;
}

describe("OfflineModel", () => {
  it("says who made it", async () => {
    expect((await model.invoke("who made you?")).text).toContain("made for this example");
  });

  it("calls the calculator when asked to compute something", async () => {
    const answer = await withTool.invoke("what is 12 * 7?");
    expect(answer.tool_calls).toEqual([
      { name: "calculator", args: { expression: "12 * 7" }, id: expect.stringMatching(/^call_/), type: "tool_call" },
    ]);
    expect(answer.response_metadata).toMatchObject({ finish_reason: "tool_calls" });
  });

  it("calls nothing when no tools are bound", async () => {
    expect((await model.invoke("what is 12 * 7?")).tool_calls).toEqual([]);
  });

  it("reports what the calculator found, or why it found nothing", async () => {
    const question = new HumanMessage("what is 12 * 7?");
    const call = await withTool.invoke([question]);
    const result = (content: string): ToolMessage => new ToolMessage({ content, tool_call_id: "c" });
    expect((await withTool.invoke([question, call, result("84")])).text).toBe("12 * 7 = 84");
    const failed = await withTool.invoke([question, call, result("Error: Division by zero.")]);
    expect(failed.text).toBe("I could not compute that: Error: Division by zero.");
  });

  it("streams word by word what it would have said at once", async () => {
    const chunks = await chunksOf("hello");
    expect(chunks.length).toBeGreaterThan(5);
    const streamed = chunks.reduce((all, chunk) => concat(all, chunk));
    const whole = await withTool.invoke("hello");
    expect(streamed.text).toBe(whole.text);
    expect(streamed.usage_metadata).toMatchObject(whole.usage_metadata ?? {});
    expect(streamed.response_metadata).toEqual(whole.response_metadata);
  });

  it("streams a tool call in pieces that make the whole", async () => {
    const streamed = (await chunksOf("what is 12 * 7?")).reduce((all, chunk) => concat(all, chunk));
    expect(streamed.tool_calls).toMatchObject([{ name: "calculator", args: { expression: "12 * 7" } }]);
  });

  it("stops streaming when it is aborted", async () => {
    const abort = new AbortController();
    const read = async (): Promise<void> => {
      for await (const _ of await withTool.stream("hello", { signal: abort.signal })) abort.abort();
    };
    await expect(read()).rejects.toThrow();
  });
});
