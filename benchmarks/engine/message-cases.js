import { bytesInUse, median, once, timeAbove } from "./sample.js";

const TURNS = 250;

export const messageCases = {
  "1,000 streamed tokens, mode messages: above the model": {
    unit: "ms",
    target: 5,
    measure: async (lib) => {
      const model = tokenModel(lib, 1000);
      const graph = messageGraph(lib, async ({ messages }) => ({ messages: [await model.invoke(messages)] })).compile();
      const input = { messages: [new lib.HumanMessage("hi")] };
      const run = async () => {
        for await (const _ of await graph.stream(input, { streamMode: "messages" }));
      };
      const bare = async () => {
        for await (const _ of await model.stream(input.messages));
      };
      return timeAbove(run, bare);
    },
  },
  "react agent, 5 tool calls: above model and tools": {
    unit: "ms",
    target: 10,
    measure: async (lib) => {
      const add = lib.tool(({ a, b }) => String(a + b), {
        name: "add",
        description: "Adds",
        schema: lib.z.object({ a: lib.z.number(), b: lib.z.number() }),
      });
      const call = (i) => ({ name: "add", args: { a: i, b: 1 }, id: `call${i}`, type: "tool_call" });
      const model = toolModel(lib, call, 5);
      const agent = lib.createReactAgent({ llm: model, tools: [add] });
      const input = [new lib.HumanMessage("add")];
      const bare = async () => {
        const messages = [...input];
        for (let i = 0; i <= 5; i++) {
          const answer = await model.invoke(messages);
          messages.push(answer);
          for (const asked of answer.tool_calls) messages.push(await add.invoke(asked));
        }
      };
      return timeAbove(() => agent.invoke({ messages: input }), bare);
    },
  },
  "chat of 500 messages, MemorySaver: last turns": {
    unit: "ms",
    target: 10,
    measure: async (lib) => (await chat(lib)).lastTurnMs,
  },
  "chat of 500 messages, MemorySaver: kept": {
    unit: "MB",
    target: 20,
    measure: async (lib) => (await chat(lib)).keptMb,
  },
};

/** A chat with answers of a sentence: what its last 20 turns cost each, and what is kept of it at the end. */
async function chat(lib) {
  const answer = "It was woven by hand, thread by thread, and the pattern came out of the loom as it had been drawn. ";
  const graph = messageGraph(lib, ({ messages }) => ({
    messages: [new lib.AIMessage({ content: answer, id: `a${messages.length}` })],
  })).compile({ checkpointer: new lib.MemorySaver() });
  const config = { configurable: { thread_id: "1" } };
  const turn = (i) =>
    graph.invoke({ messages: [new lib.HumanMessage({ content: `Question ${i}`, id: `q${i}` })] }, config);
  const warm = { configurable: { thread_id: "warm" } };
  for (let i = 0; i < 30; i++)
    await graph.invoke({ messages: [new lib.HumanMessage({ content: "hi", id: `w${i}` })] }, warm);
  const before = await bytesInUse();
  const turns = [];
  for (let i = 0; i < TURNS; i++) turns.push(await once(() => turn(i)));
  const keptMb = ((await bytesInUse()) - before) / 1e6;
  return { lastTurnMs: median(turns.slice(-20)), keptMb };
}

function messageGraph({ END, MessagesAnnotation, START, StateGraph }, answer) {
  return new StateGraph(MessagesAnnotation).addNode("answer", answer).addEdge(START, "answer").addEdge("answer", END);
}

function tokenModel({ AIMessageChunk, BaseChatModel, ChatGenerationChunk }, count) {
  return new (class extends BaseChatModel {
    _llmType() {
      return "tokens";
    }
    async *_streamResponseChunks(_messages, _options, runManager) {
      for (let i = 0; i < count; i++) {
        const chunk = new ChatGenerationChunk({
          text: "token ",
          message: new AIMessageChunk({ content: "token ", id: "m" }),
        });
        yield chunk;
        await runManager?.handleLLMNewToken("token ", undefined, undefined, undefined, undefined, { chunk });
      }
    }
    async _generate() {
      throw new Error("This model only streams.");
    }
  })({});
}

function toolModel({ AIMessage, BaseChatModel }, call, calls) {
  return new (class extends BaseChatModel {
    _llmType() {
      return "tools";
    }
    bindTools() {
      return this;
    }
    async _generate(messages) {
      const made = messages.filter((message) => message.getType() === "ai").length;
      const message = new AIMessage({
        content: made < calls ? "" : "done",
        tool_calls: made < calls ? [call(made)] : [],
      });
      return { generations: [{ text: "", message }] };
    }
  })({});
}
