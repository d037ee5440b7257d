import type { StreamMode } from "../stream-mode.ts";
import type { ProtocolMethod } from "./event-data.ts";

/** Path of `node:task-id` segments; empty for the root graph. */
export type Namespace = string[];

/** One event of a run, in the form that goes over the wire. */
export interface ProtocolEvent {
  readonly type: "event";
  /** Grows by one from 0. */
  readonly seq: number;
  /** A stream mode, `lifecycle`, `input`, or `custom:<name>`. */
  readonly method: ProtocolMethod;
  readonly params: {
    readonly namespace: Namespace;
    /** Milliseconds since the epoch. */
    readonly timestamp: number;
    readonly node?: string;
    readonly data: unknown;
  };
}

/** What a run streams when it is read as protocol events. */
export const STREAM_EVENTS_V3_MODES: StreamMode[] = ["values", "updates", "messages", "tools", "custom", "tasks"];

/** Whether a payload of `checkpoints` is the light one which precedes each state: id, step and source only. */
export function isCheckpointEnvelope(payload: unknown): boolean {
  return (
    typeof payload === "object" &&
    payload !== null &&
    "id" in payload &&
    "step" in payload &&
    "source" in payload &&
    !("values" in payload)
  );
}

export interface ConvertToProtocolEventOptions {
  namespace: Namespace;
  mode: StreamMode;
  payload: unknown;
  seq: number;
}

/** A chunk of a mode as protocol events. Chunks that say nothing in the protocol give none. */
export function convertToProtocolEvent({
  namespace,
  mode,
  payload,
  seq,
}: ConvertToProtocolEventOptions): ProtocolEvent[] {
  const made = describe(mode, payload);
  if (made === undefined) return [];
  const { data, node } = made;
  const params =
    node === undefined ? { namespace, timestamp: Date.now(), data } : { namespace, timestamp: Date.now(), node, data };
  return [{ type: "event", seq, method: mode, params }];
}

function describe(mode: StreamMode, payload: unknown): { data: unknown; node?: string } | undefined {
  switch (mode) {
    case "updates":
      return updates(payload as Record<string, unknown>);
    case "custom":
      return { data: isNamed(payload) ? payload : { payload } };
    case "tools":
      return { data: toolEvent(payload as Record<string, unknown>) };
    case "checkpoints":
      return isCheckpointEnvelope(payload) ? { data: payload } : undefined;
    case "messages": {
      const { node, ...data } = payload as Record<string, unknown> & { node?: string };
      return node === undefined ? { data } : { data, node };
    }
    default:
      return { data: payload };
  }
}

function updates(payload: Record<string, unknown>): { data: unknown; node?: string } | undefined {
  const [node] = Object.keys(payload);
  if (node === undefined) return undefined;
  const update = payload[node];
  // What a task returned may be anything.
  const values = typeof update === "object" && update !== null ? update : { value: update };
  return { node, data: { node, values } };
}

function isNamed(payload: unknown): boolean {
  return typeof payload === "object" && payload !== null && "name" in payload;
}

const TOOL_EVENTS: Readonly<Record<string, string>> = {
  on_tool_start: "tool-started",
  on_tool_event: "tool-output-delta",
  on_tool_end: "tool-finished",
  on_tool_error: "tool-error",
};

function toolEvent(payload: Record<string, unknown>): Record<string, unknown> {
  const { event, toolCallId: tool_call_id, name, input, data, output, error } = payload;
  const kind = TOOL_EVENTS[String(event)];
  if (kind === "tool-started") return { event: kind, tool_call_id, tool_name: name, input };
  if (kind === "tool-output-delta") return { event: kind, tool_call_id, delta: data };
  if (kind === "tool-finished") return { event: kind, tool_call_id, output };
  return { event: kind, tool_call_id, message: error instanceof Error ? error.message : String(error) };
}
