import { AIMessage, HumanMessage, type ToolMessage } from "@langchain/core/messages";
import { Command, MemorySaver } from "@langchain/langgraph";
import { createAgent, createMiddleware, humanInTheLoopMiddleware, tool, toolStrategy } from "langchain";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ScriptedModel } from "../testing/scripted-model.ts";

const weather = tool(({ city }) => `Rain in ${city}.`, {
  name: "weather",
  description: "Tells the weather",
  schema: z.object({ city: z.string() }),
});

const asksWeather = { toolCalls: [{ name: "weather", args: { city: "Leeds" } }] };
const texts = (messages: { text: string }[]): string[] => messages.map(({ text }) => text);
const ask = { messages: [new HumanMessage("What is the weather?")] };

describe("langchain's createAgent on our engine", () => {
  it("calls its tools until the model has an answer", async () => {
    const model = new ScriptedModel([asksWeather, { text: "Take an umbrella." }]);
    const agent = createAgent({ model, tools: [weather] });
    const { messages } = await agent.invoke(ask);
    expect(texts(messages)).toEqual(["What is the weather?", "", "Rain in Leeds.", "Take an umbrella."]);
    expect(model.offered[0]).toEqual(["weather"]);
  });

  it("streams updates and tokens", async () => {
    const agent = createAgent({
      model: new ScriptedModel([asksWeather, { text: "Take an umbrella." }]),
      tools: [weather],
    });
    const updates: string[] = [];
    const tokens: string[] = [];
    for await (const [mode, chunk] of await agent.stream(ask, { streamMode: ["updates", "messages"] })) {
      if (mode === "updates") updates.push(...Object.keys(chunk));
      else if (AIMessage.isInstance(chunk[0]) && chunk[0].text !== "") tokens.push(chunk[0].text);
    }
    expect(updates).toEqual(["model_request", "tools", "model_request"]);
    expect(tokens).toEqual(["Take ", "an ", "umbrella."]);
  });

  it("runs middleware hooks in their order, with a state of their own", async () => {
    const log: string[] = [];
    const noisy = (name: string): ReturnType<typeof createMiddleware> =>
      createMiddleware({
        name,
        beforeAgent: () => void log.push(`${name} beforeAgent`),
        beforeModel: () => void log.push(`${name} beforeModel`),
        wrapModelCall: async (request, next) => {
          log.push(`${name} in`);
          const answer = await next(request);
          log.push(`${name} out`);
          return answer;
        },
        afterModel: () => void log.push(`${name} afterModel`),
        afterAgent: () => void log.push(`${name} afterAgent`),
      });
    const counter = createMiddleware({
      name: "counter",
      stateSchema: z.object({ calls: z.number().default(0) }),
      beforeModel: ({ calls }) => ({ calls: calls + 1 }),
    });
    const model = new ScriptedModel([asksWeather, { text: "Done." }]);
    const agent = createAgent({ model, tools: [weather], middleware: [noisy("a"), counter, noisy("b")] });
    const state = await agent.invoke(ask);
    expect(state.calls).toBe(2);
    const turn = ["a beforeModel", "b beforeModel", "a in", "b in", "b out", "a out", "b afterModel", "a afterModel"];
    expect(log).toEqual(["a beforeAgent", "b beforeAgent", ...turn, ...turn, "b afterAgent", "a afterAgent"]);
  });

  it("lets middleware jump to the end and wrap tool calls", async () => {
    const guard = createMiddleware({
      name: "guard",
      beforeModel: {
        canJumpTo: ["end"],
        hook: ({ messages }) =>
          messages.length > 2 ? { jumpTo: "end", messages: [new AIMessage("Enough.")] } : undefined,
      },
      wrapToolCall: async (request, next) => {
        const answer = (await next(request)) as ToolMessage;
        answer.content = `${answer.content} Checked.`;
        return answer;
      },
    });
    const agent = createAgent({ model: new ScriptedModel([asksWeather]), tools: [weather], middleware: [guard] });
    const { messages } = await agent.invoke(ask);
    expect(texts(messages)).toEqual(["What is the weather?", "", "Rain in Leeds. Checked.", "Enough."]);
  });

  it.each([
    ["approve", { type: "approve" as const }, "Rain in Leeds."],
    ["edit", { type: "edit" as const, editedAction: { name: "weather", args: { city: "York" } } }, "Rain in York."],
    ["reject", { type: "reject" as const, message: "Look outside." }, "Look outside."],
  ])("asks a human before a tool, who may %s", async (_name, decision, answer) => {
    const agent = createAgent({
      model: new ScriptedModel([asksWeather, { text: "Done." }]),
      tools: [weather],
      checkpointer: new MemorySaver(),
      middleware: [humanInTheLoopMiddleware({ interruptOn: { weather: true } })],
    });
    const config = { configurable: { thread_id: "1" } };
    const paused = await agent.invoke(ask, config);
    const question = paused.__interrupt__?.[0]?.value;
    expect(question).toMatchObject({ actionRequests: [{ name: "weather", args: { city: "Leeds" } }] });
    const { messages } = await agent.invoke(new Command({ resume: { decisions: [decision] } }), config);
    expect(texts(messages)).toContain(answer);
    expect(messages.at(-1)?.text).toBe("Done.");
  });

  it("gives a structured response", async () => {
    const Forecast = z.object({ sky: z.string(), degrees: z.number() });
    const model = new ScriptedModel([
      asksWeather,
      (messages) => {
        expect(messages.at(-1)?.text).toBe("Rain in Leeds.");
        return { toolCalls: [{ name: offeredForecast(model), args: { sky: "grey", degrees: 9 } }] };
      },
    ]);
    const agent = createAgent({ model, tools: [weather], responseFormat: toolStrategy(Forecast) });
    const { structuredResponse } = await agent.invoke(ask);
    expect(structuredResponse).toEqual({ sky: "grey", degrees: 9 });
  });

  it("keeps a conversation under a checkpointer", async () => {
    const model = new ScriptedModel([
      { text: "Hello Ada." },
      ({ length }) => ({ text: `I heard ${length} messages.` }),
    ]);
    const agent = createAgent({ model, tools: [], checkpointer: new MemorySaver() });
    const config = { configurable: { thread_id: "1" } };
    await agent.invoke({ messages: [new HumanMessage("I am Ada.")] }, config);
    const { messages } = await agent.invoke({ messages: [new HumanMessage("Who am I?")] }, config);
    expect(messages.at(-1)?.text).toBe("I heard 3 messages.");
  });

  it("runs as a node's graph and reaches its state from there", async () => {
    const model = new ScriptedModel([{ text: "Fine." }]);
    const agent = createAgent({ model, tools: [weather], name: "forecaster" });
    const { nodes } = await agent.graph.getGraphAsync();
    expect(Object.keys(nodes)).toEqual(["__start__", "model_request", "tools", "__end__"]);
    expect(texts((await agent.graph.invoke(ask)).messages)).toEqual(["What is the weather?", "Fine."]);
  });
});

/** The tool that the agent offered beside `weather`, by which the model gives its structured response. */
function offeredForecast({ offered }: ScriptedModel): string {
  return offered.at(-1)?.find((name) => name !== "weather") ?? "?";
}
