import { HumanMessage } from "@langchain/core/messages";
import { Command, MemorySaver } from "@langchain/langgraph";
import { createDeepAgent } from "deepagents";
import { tool } from "langchain";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ScriptedModel } from "../testing/scripted-model.ts";

const ask = { messages: [new HumanMessage("Write a report on looms.")] };

describe("deepagents' createDeepAgent on our engine", () => {
  it("writes, edits and reads files kept in its state", async () => {
    const model = new ScriptedModel([
      { toolCalls: [{ name: "write_file", args: { file_path: "/report.md", content: "Looms are old." } }] },
      { toolCalls: [{ name: "edit_file", args: { file_path: "/report.md", old_string: "old", new_string: "fine" } }] },
      { toolCalls: [{ name: "read_file", args: { file_path: "/report.md" } }] },
      (messages) => ({ text: `It says: ${messages.at(-1)?.text}` }),
    ]);
    const { messages, files } = await createDeepAgent({ model }).invoke(ask);
    expect(JSON.stringify(files["/report.md"])).toContain("Looms are fine.");
    expect(messages.at(-1)?.text).toContain("Looms are fine.");
  });

  it("hands a task to a sub agent, whose files come back and whose messages do not", async () => {
    const search = tool(({ query }) => `${query}: wood and thread.`, {
      name: "search",
      description: "Searches",
      schema: z.object({ query: z.string() }),
    });
    const researcher = new ScriptedModel([
      { toolCalls: [{ name: "search", args: { query: "looms" } }] },
      (messages) => ({
        toolCalls: [{ name: "write_file", args: { file_path: "/notes.md", content: messages.at(-1)?.text ?? "" } }],
      }),
      { text: "Notes are in /notes.md." },
    ]);
    const model = new ScriptedModel([
      { toolCalls: [{ name: "task", args: { description: "Find out about looms", subagent_type: "researcher" } }] },
      (messages) => ({ text: `Researcher: ${messages.at(-1)?.text}` }),
    ]);
    const agent = createDeepAgent({
      model,
      subagents: [
        {
          name: "researcher",
          description: "Researches",
          systemPrompt: "You research.",
          tools: [search],
          model: researcher,
        },
      ],
    });
    const { messages, files } = await agent.invoke(ask);
    expect(messages.map(({ text }) => text)).toEqual([
      "Write a report on looms.",
      "",
      "Notes are in /notes.md.",
      "Researcher: Notes are in /notes.md.",
    ]);
    expect(JSON.stringify(files["/notes.md"])).toContain("looms: wood and thread.");
    expect(researcher.heard[0]?.at(-1)?.text).toBe("Find out about looms");
  });

  it("runs two sub agents at once", async () => {
    const task = (topic: string): { name: string; args: Record<string, unknown> } => ({
      name: "task",
      args: { description: topic, subagent_type: "general-purpose" },
    });
    const model = new ScriptedModel([
      { toolCalls: [task("warp"), task("weft")] },
      ...Array.from({ length: 2 }, () => (messages: { text: string }[]) => ({
        text: `About ${messages.at(-1)?.text}.`,
      })),
      { text: "Done." },
    ]);
    const { messages } = await createDeepAgent({ model }).invoke(ask);
    expect(messages.map(({ text }) => text).slice(2)).toEqual(["About warp.", "About weft.", "Done."]);
  });

  it("asks a human before a tool and goes on with the answer", async () => {
    const model = new ScriptedModel([
      { toolCalls: [{ name: "write_file", args: { file_path: "/a.md", content: "text" } }] },
      { text: "Done." },
    ]);
    const agent = createDeepAgent({ model, interruptOn: { write_file: true }, checkpointer: new MemorySaver() });
    const config = { configurable: { thread_id: "1" } };
    const paused = await agent.invoke(ask, config);
    expect(paused).toMatchObject({ __interrupt__: [{ value: { actionRequests: [{ name: "write_file" }] } }] });
    const { files } = await agent.invoke(new Command({ resume: { decisions: [{ type: "approve" }] } }), config);
    expect(Object.keys(files)).toEqual(["/a.md"]);
  });
});
