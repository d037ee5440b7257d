import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@heddle/sdk";
import { expect, onTestFailed, test } from "vitest";
import { startServer } from "./testing/server.ts";
import { tempFolder } from "./testing/temp-folder.ts";

/** No reducer of messages: what the node finds is what was stored. */
const graphOn = (engine: string) => `
import { AIMessage, BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { Annotation, END, START, StateGraph } from "${engine}";

const State = Annotation.Root({
  kept: Annotation<unknown[]>({ reducer: (left, right) => left.concat(right), default: () => [] }),
  found: Annotation<string[]>,
});

export const graph = new StateGraph(State)
  .addNode("look", ({ kept }) => ({
    found: kept.map((value) => (value instanceof BaseMessage ? value.constructor.name : typeof value)),
    kept: [
      new HumanMessage({ id: "h", content: "hi" }),
      new AIMessage({ id: "a", content: "", tool_calls: [{ id: "c", name: "t", args: { n: 1 }, type: "tool_call" }] }),
      new ToolMessage({ id: "t", content: "1", tool_call_id: "c" }),
      { type: "human", content: "plain" },
    ],
  }))
  .addEdge(START, "look")
  .addEdge("look", END)
  .compile();
`;

test.each(["@heddle/langgraph", "@langchain/langgraph"])(
  "messages that a graph on %s finds after a restart are instances of its own core",
  async (engine) => {
    await using folder = await tempFolder();
    await writeFile(join(folder.path, "graph.ts"), graphOn(engine));
    await writeFile(join(folder.path, "langgraph.json"), '{"graphs":{"look":"./graph.ts:graph"}}');
    await using server = await startServer({ config: join(folder.path, "langgraph.json") });
    onTestFailed(() => console.error(server.output()));
    const client = new Client({ apiUrl: server.url });
    const { thread_id } = await client.threads.create();
    await client.runs.wait(thread_id, "look", { input: {} });

    await server.restart();
    const { found, kept } = (await client.runs.wait(thread_id, "look", { input: {} })) as {
      found: string[];
      kept: Record<string, unknown>[];
    };
    expect(found).toEqual(["HumanMessage", "AIMessage", "ToolMessage", "object"]);
    expect(kept[1]).toMatchObject({ type: "ai", id: "a", tool_calls: [{ id: "c", name: "t", args: { n: 1 } }] });
  },
);
