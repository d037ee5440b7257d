import { HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { createSupervisor } from "@langchain/langgraph-supervisor";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ScriptedModel } from "../testing/scripted-model.ts";

const add = tool(({ a, b }) => String(a + b), {
  name: "add",
  description: "Adds",
  schema: z.object({ a: z.number(), b: z.number() }),
});

function buildTeam(outputMode: "full_history" | "last_message") {
  const adder = createReactAgent({
    llm: new ScriptedModel([{ toolCalls: [{ name: "add", args: { a: 1, b: 2 } }] }, { text: "It is 3." }]),
    tools: [add],
    name: "adder",
  });
  const writer = createReactAgent({
    llm: new ScriptedModel([(messages) => ({ text: `A poem on ${messages.length} messages.` })]),
    tools: [],
    name: "writer",
  });
  const llm = new ScriptedModel([
    { toolCalls: [{ name: "transfer_to_adder", args: {} }] },
    { toolCalls: [{ name: "transfer_to_writer", args: {} }] },
    { text: "Both have answered." },
  ]);
  return createSupervisor({ agents: [adder, writer], llm, outputMode });
}

const ask = { messages: [new HumanMessage("Add, then write.")] };

describe("langgraph-supervisor on our engine", () => {
  it("hands over to each agent and takes back", async () => {
    const { messages } = await buildTeam("last_message").compile().invoke(ask);
    expect(messages.map((message) => [message.name ?? message.type, message.text])).toEqual([
      ["human", "Add, then write."],
      ["supervisor", ""],
      ["transfer_to_adder", "Successfully transferred to adder"],
      ["adder", "It is 3."],
      ["adder", "Transferring back to supervisor"],
      ["transfer_back_to_supervisor", "Successfully transferred back to supervisor"],
      ["supervisor", ""],
      ["transfer_to_writer", "Successfully transferred to writer"],
      ["writer", "A poem on 8 messages."],
      ["writer", "Transferring back to supervisor"],
      ["transfer_back_to_supervisor", "Successfully transferred back to supervisor"],
      ["supervisor", "Both have answered."],
    ]);
  });

  it("keeps the agents' whole talk if asked", async () => {
    const { messages } = await buildTeam("full_history").compile().invoke(ask);
    expect(messages.map(({ text }) => text)).toContain("3");
  });

  it("streams the agents' steps by their namespaces, under a checkpointer", async () => {
    const team = buildTeam("last_message").compile({ checkpointer: new MemorySaver() });
    const config = { configurable: { thread_id: "1" }, streamMode: "updates" as const, subgraphs: true };
    const steps: string[] = [];
    for await (const [namespace, chunk] of await team.stream(ask, config))
      steps.push([...namespace.map((part) => part.split(":")[0]), Object.keys(chunk)[0]].join("/"));
    expect(steps).toEqual([
      "supervisor/agent",
      "supervisor",
      "adder/agent",
      "adder/tools",
      "adder/agent",
      "adder",
      "supervisor/agent",
      "supervisor",
      "writer/agent",
      "writer",
      "supervisor/agent",
      "supervisor",
    ]);
  });

  it("refuses agents without names", () => {
    const nameless = createReactAgent({ llm: new ScriptedModel([]), tools: [] });
    expect(() => createSupervisor({ agents: [nameless], llm: new ScriptedModel([]) })).toThrow(/specify a name/);
  });

  it("is drawn with its agents", async () => {
    const { nodes } = await buildTeam("last_message").compile().getGraphAsync();
    expect(Object.keys(nodes)).toEqual(["__start__", "supervisor", "adder", "writer"]);
  });
});
