import type { Dict } from "@heddle/protocol";

export interface ToolCall {
  name: string;
  args: Dict;
  id?: string;
  type?: "tool_call";
}

/** A message as it stands in states and streams. A chunk of a streamed one has a type such as `AIMessageChunk`. */
export interface Message {
  type: "human" | "ai" | "system" | "tool" | "function" | "remove" | (string & {});
  /** Text, or a list of blocks. */
  content: string | Dict[];
  id?: string | null;
  name?: string | null;
  additional_kwargs?: Dict;
  response_metadata?: Dict;
  tool_calls?: ToolCall[];
  invalid_tool_calls?: Dict[];
  usage_metadata?: Dict | null;
  /** Of a tool's answer: the call it answers. */
  tool_call_id?: string;
  status?: "success" | "error";
  artifact?: unknown;
}

// Messages of one kind, under the names that the official client gives them.
export type HumanMessage = Message & { type: "human" };
export type AIMessage = Message & { type: "ai" };
export type SystemMessage = Message & { type: "system" };
export type ToolMessage = Message & { type: "tool"; tool_call_id: string };
export type FunctionMessage = Message & { type: "function" };
export type RemoveMessage = Message & { type: "remove"; id: string };
