import type { StreamMode } from "../stream-mode.ts";

// The payloads of protocol events, by method.

export type ProtocolMethod = StreamMode | "lifecycle" | "input" | (string & {});

export interface UsageInfo {
  input_tokens?: number;
  output_tokens?: number;
  total_tokens?: number;
}

/** `messages`: a message begins, its content grows block by block, it ends. */
export interface MessagesEventData {
  event:
    | "message-start"
    | "content-block-start"
    | "content-block-delta"
    | "content-block-finish"
    | "message-finish"
    | "error";
  run_id?: string;
  role?: string;
  usage?: UsageInfo;
  [field: string]: unknown;
}

/** `tools`: a call begins, its output grows, it ends. */
export type ToolsEventData =
  | { event: "tool-started"; tool_call_id: string; tool_name: string; input?: unknown }
  | { event: "tool-output-delta"; tool_call_id: string; delta: unknown }
  | { event: "tool-finished"; tool_call_id: string; output: unknown }
  | { event: "tool-error"; tool_call_id: string; message: string };

export interface UpdatesEventData {
  node: string;
  values: Record<string, unknown>;
}

/** Why a nested graph began. */
export type LifecycleCause = { type: "toolCall"; tool_call_id: string } | { type: string; [field: string]: unknown };

export type ToolCallStatus = "running" | "finished" | "error";

/** One call of a tool, to be followed on its own. */
export interface ToolCallStream<TName extends string = string, TInput = unknown, TOutput = unknown> {
  readonly name: TName;
  readonly callId: string;
  readonly input: TInput;
  readonly output: Promise<TOutput>;
  readonly status: Promise<ToolCallStatus>;
  readonly error: Promise<string | undefined>;
}
