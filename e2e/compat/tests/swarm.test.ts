import { HumanMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { createHandoffTool, createSwarm } from "@langchain/langgraph-swarm";
import { describe, expect, it } from "vitest";
import { ScriptedModel, type ScriptLine } from "../testing/scripted-model.ts";

function buildSwarm(alice: ScriptLine[], bob: ScriptLine[]) {
  const agents = [
    createReactAgent({
      llm: new ScriptedModel(alice),
      tools: [createHandoffTool({ agentName: "bob", description: "Bob knows poems." })],
      name: "alice",
    }),
    createReactAgent({
      llm: new ScriptedModel(bob),
      tools: [createHandoffTool({ agentName: "alice", description: "Alice knows sums." })],
      name: "bob",
    }),
  ];
  return createSwarm({ agents, defaultActiveAgent: "alice" });
}

const say = (text: string) => ({ messages: [new HumanMessage(text)] });

describe("langgraph-swarm on our engine", () => {
  it("hands over, and the next turn begins with the agent that was active", async () => {
    const swarm = buildSwarm(
      [{ toolCalls: [{ name: "transfer_to_bob", args: {} }] }],
      [{ text: "Roses are red." }, { text: "Violets are blue." }],
    ).compile({ checkpointer: new MemorySaver() });
    const config = { configurable: { thread_id: "1" } };
    const first = await swarm.invoke(say("A poem, please."), config);
    expect(first.activeAgent).toBe("bob");
    expect(first.messages.map((message) => [message.name ?? message.type, message.text])).toEqual([
      ["human", "A poem, please."],
      ["alice", ""],
      ["transfer_to_bob", "Successfully transferred to bob"],
      ["bob", "Roses are red."],
    ]);
    const second = await swarm.invoke(say("Another."), config);
    expect(second.messages.at(-1)?.text).toBe("Violets are blue.");
  });

  it("hands over and back in one turn", async () => {
    const swarm = buildSwarm(
      [{ toolCalls: [{ name: "transfer_to_bob", args: {} }] }, { text: "2 and 2 is 4." }],
      [{ toolCalls: [{ name: "transfer_to_alice", args: {} }] }],
    ).compile();
    const { messages, activeAgent } = await swarm.invoke(say("A sum, please."));
    expect(activeAgent).toBe("alice");
    expect(messages.at(-1)?.text).toBe("2 and 2 is 4.");
  });

  it("knows where its agents may hand over to", async () => {
    const { edges } = await buildSwarm([], []).compile().getGraphAsync();
    const ways = edges.map(({ source, target }) => `${source} ${target}`);
    expect(ways).toEqual(expect.arrayContaining(["__start__ alice", "__start__ bob", "alice bob", "bob alice"]));
  });
});
