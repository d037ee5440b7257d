import { END, type LangGraphRunnableConfig, MessagesAnnotation, START, StateGraph } from "@heddle/langgraph";
import { ToolNode, toolsCondition } from "@heddle/langgraph/prebuilt";
import { AIMessage, type AIMessageChunk, type AIMessageFields } from "@langchain/core/messages";
import { z } from "zod";
import { calculator } from "./calculator.ts";
import { loadModel, MODEL_NAMES } from "./load-model.ts";

/** What an assistant of this graph may configure, as `configurable` or as `context`. */
const Configuration = z.object({
  model_name: z.enum(MODEL_NAMES).optional().describe("The model that answers"),
});

async function callModel(
  state: typeof MessagesAnnotation.State,
  config: LangGraphRunnableConfig<z.infer<typeof Configuration>>,
): Promise<{ messages: AIMessage[] }> {
  const name = config.context?.model_name ?? config.configurable?.model_name;
  const model = await loadModel(name, process.env);
  const answer = await model.bindTools([calculator]).invoke(state.messages, config);
  return { messages: [signed(answer)] };
}

/** The answer with the name of who gave it, for graphs that have several agents. */
function signed(answer: AIMessageChunk): AIMessage {
  const { id, content, tool_calls, invalid_tool_calls, usage_metadata, additional_kwargs, response_metadata } = answer;
  const fields = { content, tool_calls, invalid_tool_calls, usage_metadata, additional_kwargs, response_metadata };
  return new AIMessage({ ...(fields as AIMessageFields), ...(id ? { id } : {}), name: "agent" });
}

export const graph = new StateGraph(MessagesAnnotation, Configuration)
  .addNode("agent", callModel)
  .addNode("tools", new ToolNode([calculator]))
  .addEdge(START, "agent")
  .addConditionalEdges("agent", toolsCondition, ["tools", END])
  .addEdge("tools", "agent")
  .compile();
