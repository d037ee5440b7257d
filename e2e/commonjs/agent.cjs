// A CommonJS project as users have them: everything by `require`. Prints what the test expects.

const { AIMessage, HumanMessage, isAIMessage } = require("@langchain/core/messages");
const { Command, MemorySaver, MessagesAnnotation, START, StateGraph, interrupt } = require("@heddle/langgraph");
const { createReactAgent, ToolNode } = require("@heddle/langgraph/prebuilt");
const { JsonPlusSerializer } = require("@heddle/checkpoint");
const { Client } = require("@heddle/sdk");

for (const entry of ["web", "channels", "pregel", "stream", "remote", "zod", "zod/schema"])
  require(`@heddle/langgraph/${entry}`);

const graph = new StateGraph(MessagesAnnotation)
  .addNode("ask", () => ({ messages: [new AIMessage({ content: `Hello ${interrupt("who?")}`, id: "a" })] }))
  .addEdge(START, "ask")
  .compile({ checkpointer: new MemorySaver() });

async function main() {
  const config = { configurable: { thread_id: "1" } };
  await graph.invoke({ messages: [new HumanMessage({ content: "hi", id: "h" })] }, config);
  await graph.invoke(new Command({ resume: "Ada" }), config);
  const { messages } = (await graph.getState(config)).values;
  console.log(
    JSON.stringify({
      texts: messages.map(({ text }) => text),
      // One copy of core: messages that were stored come back as instances of the classes that were required.
      isSameCore: messages[1] instanceof AIMessage && isAIMessage(messages[1]),
      kinds: [createReactAgent, ToolNode, JsonPlusSerializer, Client].map((value) => typeof value),
    }),
  );
}

main();
