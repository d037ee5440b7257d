import {
  type AIMessage,
  type BaseMessage,
  isAIMessage,
  isBaseMessage,
  isToolMessage,
  ToolMessage,
} from "@langchain/core/messages";
import type { ToolCall } from "@langchain/core/messages/tool";
import { Runnable, type RunnableConfig, type RunnableToolLike } from "@langchain/core/runnables";
import type { DynamicTool, StructuredToolInterface } from "@langchain/core/tools";
import { isGraphBubbleUp } from "../error-guards.ts";
import { Command, isCommand, isSend, type Send } from "../runtime/command.ts";
import { END, PARENT } from "../runtime/constants.ts";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";

export interface ToolNodeOptions {
  name?: string;
  tags?: string[];
  /** Answers the model with the error instead of failing. @default true */
  handleToolErrors?: boolean;
}

type Tool = StructuredToolInterface | DynamicTool | RunnableToolLike;

/** Runs the tools that the last AI message calls, side by side. */
// biome-ignore lint/suspicious/noExplicitAny: the node works with every state that has messages
export class ToolNode<T = any> extends Runnable<T, T> {
  override lc_namespace = ["langgraph"];
  tools: Tool[];
  handleToolErrors: boolean;
  /** Tools are traced themselves. */
  trace = false;
  tags?: string[];

  constructor(tools: Tool[], options: ToolNodeOptions = {}) {
    super();
    const { name = "tools", tags, handleToolErrors = true } = options;
    this.name = name;
    this.tools = tools;
    this.handleToolErrors = handleToolErrors;
    if (tags !== undefined) this.tags = tags;
  }

  override async invoke(input: T, config: RunnableConfig = {}): Promise<T> {
    const { calls, state } = readCalls(input);
    const results = await Promise.all(
      calls.map((call) => this.runTool(call, config as LangGraphRunnableConfig, state)),
    );
    return toOutput(results, Array.isArray(input)) as T;
  }

  protected async runTool(
    call: ToolCall,
    config: LangGraphRunnableConfig,
    state: unknown,
  ): Promise<ToolMessage | Command> {
    const tool = this.tools.find(({ name }) => name === call.name);
    try {
      if (tool === undefined) throw new Error(`Tool "${call.name}" not found.`);
      const output: unknown = await tool.invoke({ ...call, type: "tool_call" }, toolConfig(config, call, state));
      return (isBaseMessage(output) && isToolMessage(output)) || isCommand(output)
        ? output
        : toMessage(call, tool.name, output);
    } catch (error) {
      if (!this.handleToolErrors || isGraphBubbleUp(error)) throw error;
      return new ToolMessage({
        status: "error",
        content: `Error: ${error instanceof Error ? error.message : String(error)}\n Please fix your mistakes.`,
        name: call.name,
        tool_call_id: call.id ?? "",
      });
    }
  }
}

/** What a tool sees beside its arguments. */
function toolConfig(config: LangGraphRunnableConfig, call: ToolCall, state: unknown): RunnableConfig {
  return { ...config, toolCallId: call.id, state, config } as RunnableConfig;
}

function toMessage(call: ToolCall, name: string, output: unknown): ToolMessage {
  const content = typeof output === "string" ? output : JSON.stringify(output);
  return new ToolMessage({ status: "success", name, content, tool_call_id: call.id ?? "" });
}

/** The calls to run: those of the last AI message without an answer, or the one of a `Send`. */
function readCalls(input: unknown): { calls: ToolCall[]; state: unknown } {
  if (isSendInput(input)) {
    const { lg_tool_call, ...state } = input;
    return { calls: [lg_tool_call], state };
  }
  const messages = messagesOf(input);
  const answered = new Set(messages.filter((message) => isToolMessage(message)).map((message) => message.tool_call_id));
  const last = messages.findLast((message): message is AIMessage => isAIMessage(message));
  if (last === undefined) throw new Error("ToolNode only accepts AIMessages as input.");
  return { calls: (last.tool_calls ?? []).filter((call) => !answered.has(call.id ?? "")), state: input };
}

function isSendInput(input: unknown): input is { lg_tool_call: ToolCall } {
  return typeof input === "object" && input !== null && "lg_tool_call" in input;
}

function messagesOf(input: unknown): BaseMessage[] {
  if (Array.isArray(input)) return input;
  if (typeof input === "object" && input !== null && "messages" in input && Array.isArray(input.messages))
    return input.messages;
  throw new Error("ToolNode only accepts BaseMessage[] or { messages: BaseMessage[] } as input.");
}

function toOutput(results: (ToolMessage | Command)[], isList: boolean): unknown {
  if (!results.some(isCommand)) return isList ? results : { messages: results };
  const outputs: unknown[] = [];
  let parent: Command | undefined;
  for (const result of results) {
    if (!isCommand(result)) {
      outputs.push(isList ? [result] : { messages: [result] });
    } else if (isParentSend(result)) {
      // Handoffs of several tools go to the graph above together.
      const sends = [...((parent?.goto ?? []) as Send[]), ...(result.goto as Send[])];
      parent = new Command({ graph: PARENT, goto: sends });
    } else {
      outputs.push(result);
    }
  }
  return parent === undefined ? outputs : [...outputs, parent];
}

function isParentSend(command: Command): boolean {
  return (
    command.graph === PARENT &&
    command.update === undefined &&
    Array.isArray(command.goto) &&
    command.goto.every(isSend) &&
    command.goto.length > 0
  );
}

/** Routes to "tools" when the last message calls tools, else to the end. */
export function toolsCondition(state: BaseMessage[] | { messages: BaseMessage[] }): "tools" | typeof END {
  const last = (Array.isArray(state) ? state : state.messages).at(-1);
  const calls = last !== undefined && "tool_calls" in last ? (last as AIMessage).tool_calls : undefined;
  return (calls?.length ?? 0) > 0 ? "tools" : END;
}
