import { isBaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { isInternalKey } from "../runtime/config-keys.ts";
import type { StreamMode } from "./stream-mode.ts";

const encoder = new TextEncoder();

/** A chunk as one server-sent event: `event: mode|namespace…`, `data: JSON`. */
export function encodeEvent(namespace: readonly string[], mode: StreamMode | "error", chunk: unknown): Uint8Array {
  const payload = mode === "error" ? errorPayload(chunk) : mode === "checkpoints" ? checkpointPayload(chunk) : chunk;
  return encodeServerSentEvent(namespace, mode, payload);
}

/** The same for a payload that is ready for the wire but for its messages. */
export function encodeServerSentEvent(namespace: readonly string[], name: string, payload: unknown): Uint8Array {
  const event = [name, ...namespace].join("|");
  return encoder.encode(`event: ${event}\ndata: ${JSON.stringify(payload, toWire)}\n\n`);
}

/** Adds what clients of the wire read: which checkpoint this is, and which its parent. */
function checkpointPayload(chunk: unknown): object {
  const { parentConfig, ...payload } = chunk as { config: RunnableConfig; parentConfig?: RunnableConfig };
  return {
    ...payload,
    checkpoint: checkpointOf(payload.config),
    parent_checkpoint: parentConfig === undefined ? null : checkpointOf(parentConfig),
    ...(parentConfig === undefined ? {} : { parent_config: parentConfig }),
  };
}

function checkpointOf(config: RunnableConfig): object {
  const { thread_id, checkpoint_ns, checkpoint_id, checkpoint_map = null } = config.configurable ?? {};
  return { thread_id, checkpoint_ns, checkpoint_id, checkpoint_map };
}

function errorPayload(error: unknown): object {
  return error instanceof Error
    ? { error: error.name, message: error.message }
    : { error: "Error", message: String(error) };
}

function toWire(this: unknown, key: string, value: unknown): unknown {
  // JSON.stringify has called `toJSON` already; the holder has the message itself.
  const original = (this as Record<string, unknown>)[key];
  if (isBaseMessage(original)) {
    const { type, data } = original.toDict();
    return { ...data, type };
  }
  if (key === "configurable" && typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).filter(([name]) => !isInternalKey(name) && !name.startsWith("__")));
  }
  return key === "callbacks" ? undefined : value;
}
