import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { chunksOf, thread } from "../../testing/log-graph.ts";
import {
  Annotation,
  Command,
  createFunctionCallingExecutor,
  createReactAgent,
  interrupt,
  MemorySaver,
  ToolExecutor,
  ToolNode,
  toolsCondition,
  withAgentName,
} from "../index.ts";

/** Answers by a script, and remembers what it saw. */
class ScriptedModel extends BaseChatModel {
  readonly seen: BaseMessage[][] = [];
  readonly script: (messages: BaseMessage[]) => AIMessage;
  constructor(script: (messages: BaseMessage[]) => AIMessage) {
    super({});
    this.script = script;
  }
  _llmType() {
    return "scripted";
  }
  override bindTools() {
    return this;
  }
  override withStructuredOutput(): never {
    return { invoke: async () => ({ ok: true }) } as never;
  }
  async _generate(messages: BaseMessage[]) {
    this.seen.push(messages);
    const message = this.script(messages);
    return { generations: [{ text: String(message.content), message }] };
  }
}

const callsOf = (name: string, count = 1) =>
  new ScriptedModel((messages) => {
    const last = messages.at(-1);
    if (last?.getType() === "tool") return new AIMessage({ content: `done: ${last.content}` });
    const tool_calls = Array.from({ length: count }, (_, i) => ({
      id: `c${i}`,
      name,
      args: { city: `X${i}` },
      type: "tool_call" as const,
    }));
    return new AIMessage({ content: "", tool_calls });
  });
const city = z.object({ city: z.string() });
const weather = tool(({ city }: { city: string }) => `21 in ${city}`, {
  name: "weather",
  description: "d",
  schema: city,
});
const hi = () => ({ messages: [new HumanMessage("hi")] });
const outline = (messages: BaseMessage[]) => messages.map((message) => `${message.getType()}: ${message.content}`);

test("calls tools until the model has an answer, which bears the agent's name", async () => {
  const { messages } = await createReactAgent({ llm: callsOf("weather"), tools: [weather], name: "ada" }).invoke(hi());
  expect(outline(messages)).toEqual(["human: hi", "ai: ", "tool: 21 in X0", "ai: done: 21 in X0"]);
  expect(messages.at(-1).name).toBe("ada");
});

test("version v2 runs each call as a task", async () => {
  const agent = createReactAgent({ llm: callsOf("weather", 2), tools: [weather], version: "v2" });
  expect((await chunksOf(agent.stream(hi()))).map((chunk) => Object.keys(chunk)[0])).toEqual([
    "agent",
    "tools",
    "tools",
    "agent",
  ]);
});

test("a tool that returns directly ends the run", async () => {
  const direct = tool(() => "final", { name: "direct", description: "d", schema: city, returnDirect: true });
  const { messages } = await createReactAgent({ llm: callsOf("direct"), tools: [direct] }).invoke(hi());
  expect(outline(messages).at(-1)).toBe("tool: final");
});

test("hooks see the state; the model may be given messages of its own", async () => {
  const llm = callsOf("weather");
  const agent = createReactAgent({
    llm,
    tools: [weather],
    preModelHook: (state: { messages: BaseMessage[] }) => ({
      llmInputMessages: [new SystemMessage("hook"), ...state.messages],
    }),
    postModelHook: () => ({}),
  });
  expect(Object.keys(agent.nodes)).toEqual(["__start__", "tools", "pre_model_hook", "agent", "post_model_hook"]);
  const { messages } = await agent.invoke(hi());
  expect(messages).toHaveLength(4);
  expect(llm.seen.every(([first]) => first?.content === "hook")).toBe(true);
});

test("a response format ends with a structured response", async () => {
  const agent = createReactAgent({
    llm: callsOf("weather"),
    tools: [weather],
    responseFormat: z.object({ ok: z.boolean() }),
  });
  expect((await agent.invoke(hi())).structuredResponse).toEqual({ ok: true });
});

test.each([
  ["text", "be nice"],
  ["a system message", new SystemMessage("be nice")],
  ["a function", (state: { messages: BaseMessage[] }) => [new SystemMessage("be nice"), ...state.messages]],
])("the prompt may be %s", async (_name, prompt) => {
  const llm = callsOf("weather");
  await createReactAgent({ llm, tools: [weather], prompt: prompt as never }).invoke(hi());
  expect(outline(llm.seen[0] ?? [])).toEqual(["system: be nice", "human: hi"]);
});

test("a pause inside of a tool pauses the agent", async () => {
  const ask = tool(() => `answer ${interrupt("q")}`, { name: "weather", description: "d", schema: city });
  const agent = createReactAgent({ llm: callsOf("weather"), tools: [ask], checkpointer: new MemorySaver() });
  expect(await agent.invoke(hi(), thread())).toMatchObject({ __interrupt__: [{ value: "q" }] });
  expect(outline((await agent.invoke(new Command({ resume: "yes" }) as never, thread())).messages).at(-1)).toBe(
    "ai: done: answer yes",
  );
});

test("a state schema needs messages", () => {
  expect(() =>
    createReactAgent({ llm: callsOf("weather"), tools: [], stateSchema: Annotation.Root({ x: Annotation<number> }) }),
  ).toThrow("Missing required `messages` key in state schema.");
});

describe("ToolNode", () => {
  const call = (name: string, args: object = { city: "x" }) =>
    new AIMessage({ content: "", tool_calls: [{ id: "c", name, args: args as never, type: "tool_call" }] });
  test("answers in the form it was asked", async () => {
    const node = new ToolNode([weather]);
    expect(outline(await node.invoke([call("weather")]))).toEqual(["tool: 21 in x"]);
    expect(outline((await node.invoke({ messages: [call("weather")] })).messages)).toEqual(["tool: 21 in x"]);
    const packet = { lg_tool_call: { id: "z", name: "weather", args: { city: "s" }, type: "tool_call" } };
    expect(outline(((await node.invoke(packet as never)) as never as { messages: BaseMessage[] }).messages)).toEqual([
      "tool: 21 in s",
    ]);
  });
  test("leaves answered calls alone", async () => {
    expect(
      await new ToolNode([weather]).invoke([call("weather"), new ToolMessage({ content: "done", tool_call_id: "c" })]),
    ).toEqual([]);
  });
  test("tells the model of errors, unless told otherwise", async () => {
    const [message] = (await new ToolNode([weather]).invoke([call("nope")])) as ToolMessage[];
    expect([message?.status, message?.content]).toEqual([
      "error",
      'Error: Tool "nope" not found.\n Please fix your mistakes.',
    ]);
    await expect(new ToolNode([weather], { handleToolErrors: false }).invoke([call("nope")])).rejects.toThrow(
      'Tool "nope" not found.',
    );
  });
  test("refuses other inputs", async () => {
    await expect(new ToolNode([weather]).invoke("x" as never)).rejects.toThrow("ToolNode only accepts BaseMessage[]");
    await expect(new ToolNode([weather]).invoke([new HumanMessage("x")])).rejects.toThrow(
      "ToolNode only accepts AIMessages as input.",
    );
  });
});

test("toolsCondition routes by the last message", () => {
  expect(
    toolsCondition([new AIMessage({ content: "", tool_calls: [{ id: "c", name: "f", args: {}, type: "tool_call" }] })]),
  ).toBe("tools");
  expect(toolsCondition({ messages: [new AIMessage("x")] })).toBe("__end__");
});

test("withAgentName writes names into what the model sees and reads them from what it says", async () => {
  const llm = new ScriptedModel(() => new AIMessage("<name>bob</name><content>yo</content>"));
  const model = withAgentName(llm, "inline") as unknown as ScriptedModel;
  const answer = await model.invoke([new HumanMessage("hi"), new AIMessage({ content: "prev", name: "al" })]);
  expect([answer.name, answer.content]).toEqual(["bob", "yo"]);
  expect(outline(llm.seen[0] ?? [])).toEqual(["human: hi", "ai: <name>al</name><content>prev</content>"]);
});

test("the old executors still run tools by name", async () => {
  const executor = new ToolExecutor({ tools: [weather] });
  expect(await executor.invoke({ tool: "weather", toolInput: { city: "Oslo" } })).toBe("21 in Oslo");
  expect(await executor.invoke({ tool: "nope", toolInput: {} })).toBe("nope is not a valid tool, try one of weather.");
  const { messages } = await createFunctionCallingExecutor({ model: callsOf("weather"), tools: [weather] }).invoke(
    hi(),
  );
  expect(outline(messages)).toEqual(["human: hi", "ai: ", "tool: 21 in X0", "ai: done: 21 in X0"]);
});
