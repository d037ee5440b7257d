import { MessagesAnnotation, START, StateGraph } from "@heddle/langgraph";
import { ToolNode, toolsCondition } from "@heddle/langgraph/prebuilt";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { ScriptedModel } from "./scripted-model.ts";

const look = tool(() => "tool", { name: "look", description: "Looks", schema: z.object({}) });

const model = new ScriptedModel((messages) => {
  const id = `ai-${messages.length}`;
  const isAnswered = messages.at(-1)?.getType() === "tool";
  return isAnswered
    ? { id, text: "end" }
    : { id, text: "begin", toolCall: { id: `call-${messages.length}`, name: "look" } };
});

/** The model begins and asks for a tool, the tool answers, the model ends. */
export const graph = new StateGraph(MessagesAnnotation)
  .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
  .addNode("tools", new ToolNode([look]))
  .addEdge(START, "agent")
  .addConditionalEdges("agent", toolsCondition)
  .addEdge("tools", "agent")
  .compile();
