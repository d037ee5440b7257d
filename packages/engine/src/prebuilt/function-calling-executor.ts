import { type AIMessage, type BaseMessage, isAIMessage, ToolMessage } from "@langchain/core/messages";
import type { Runnable, RunnableConfig } from "@langchain/core/runnables";
import type { StructuredToolInterface } from "@langchain/core/tools";
import type { CompiledStateGraph } from "../graph/compiled-state-graph.ts";
import { StateGraph } from "../graph/state-graph.ts";
import { END, START } from "../runtime/constants.ts";
import { MessagesAnnotation } from "../state/messages-annotation.ts";
import { ToolExecutor } from "./tool-executor.ts";

/** The state of a graph made by `createFunctionCallingExecutor`. */
export type FunctionCallingExecutorState = { messages: BaseMessage[] };

/**
 * A loop of a model and its tools, from before `createReactAgent`.
 *
 * @deprecated Use `createReactAgent`.
 */
export function createFunctionCallingExecutor(params: {
  model: Runnable;
  tools: StructuredToolInterface[] | ToolExecutor;
}): CompiledStateGraph<FunctionCallingExecutorState, Partial<FunctionCallingExecutorState>, string> {
  const executor = params.tools instanceof ToolExecutor ? params.tools : new ToolExecutor({ tools: params.tools });
  const { model } = params;
  const bound =
    "bindTools" in model && typeof model.bindTools === "function"
      ? (model.bindTools(executor.tools) as Runnable)
      : model;
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }: FunctionCallingExecutorState, config: RunnableConfig) => ({
      messages: [(await bound.invoke(messages, config)) as BaseMessage],
    }))
    .addNode("action", async ({ messages }: FunctionCallingExecutorState, config: RunnableConfig) => ({
      messages: await Promise.all(callsOf(messages).map((call) => answer(executor, call, config))),
    }))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", ({ messages }) => (callsOf(messages).length > 0 ? "action" : END), ["action", END])
    .addEdge("action", "agent");
  return graph.compile() as never;
}

type Call = NonNullable<AIMessage["tool_calls"]>[number];

function callsOf(messages: BaseMessage[]): Call[] {
  const last = messages.at(-1);
  return last !== undefined && isAIMessage(last) ? (last.tool_calls ?? []) : [];
}

async function answer(executor: ToolExecutor, call: Call, config: RunnableConfig): Promise<ToolMessage> {
  const output = await executor.invoke({ tool: call.name, toolInput: call.args }, config);
  const content = typeof output === "string" ? output : JSON.stringify(output);
  return new ToolMessage({ content, name: call.name, tool_call_id: call.id ?? "" });
}
