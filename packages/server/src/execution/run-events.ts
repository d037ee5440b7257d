import { toJson } from "../graphs/to-json.ts";
import type { EventDraft, GraphChunk } from "./graph-chunk.ts";
import { createMessageEvents } from "./message-events.ts";

/**
 * Turns the chunks of one run into the events its client asked for. `messages` has a state of its own: it accumulates tokens
 * and says each message once.
 */
export function createRunEvents(modes: readonly string[]): (chunk: GraphChunk) => EventDraft[] {
  const wanted = new Set(modes);
  const messageEvents = wanted.has("messages") ? createMessageEvents() : undefined;
  return (chunk) => {
    const drafts: EventDraft[] = [];
    if (chunk.mode === "messages") {
      if (wanted.has("messages-tuple")) drafts.push(toEvent("messages", chunk));
    } else if (wanted.has(chunk.mode)) {
      drafts.push(toEvent(chunk.mode, chunk));
    }
    // A message is complete once it is in the state which its readers have.
    if (messageEvents !== undefined) drafts.push(...messageEvents(chunk));
    return drafts;
  };
}

function toEvent(name: string, { namespace, mode, data }: GraphChunk): EventDraft {
  const event = namespace.length === 0 ? name : [name, ...namespace].join("|");
  if (mode === "debug") return { event, data: toJson(debugPayload(data)) };
  if (mode === "checkpoints") return { event, data: toJson(checkpointPayload(data as Record<string, unknown>)) };
  return { event, data: toJson(data) };
}

/** Debug events of checkpoints name them also as the API does everywhere else: `checkpoint`, `parent_checkpoint`. */
function debugPayload(data: unknown): unknown {
  const debug = data as { type: string; payload: Record<string, unknown> };
  if (debug.type !== "checkpoint") return debug;
  return { ...debug, payload: checkpointPayload(debug.payload) };
}

function checkpointPayload(payload: Record<string, unknown>): Record<string, unknown> {
  const { config, parentConfig, parent_config, ...rest } = payload;
  const parent = cleanConfig(parentConfig ?? parent_config);
  const own = cleanConfig(config);
  return {
    ...rest,
    config: own,
    ...(parent === undefined ? {} : { parent_config: parent }),
    checkpoint: toRef(own),
    parent_checkpoint: toRef(parent),
  };
}

/** Without what only the engine needs: internal keys, callbacks, and what cannot be written as JSON. */
function cleanConfig(config: unknown): Record<string, unknown> | undefined {
  if (typeof config !== "object" || config === null) return undefined;
  const { configurable, metadata, tags, recursion_limit, recursionLimit, run_id } = config as Record<string, unknown>;
  const kept = Object.entries((configurable ?? {}) as object).filter(([key]) => !key.startsWith("__"));
  const limit = recursion_limit ?? recursionLimit;
  return {
    configurable: Object.fromEntries(kept),
    ...(metadata === undefined ? {} : { metadata }),
    ...(tags === undefined ? {} : { tags }),
    ...(limit === undefined ? {} : { recursion_limit: limit }),
    ...(run_id === undefined ? {} : { run_id }),
  };
}

function toRef(config: Record<string, unknown> | undefined): Record<string, unknown> | null {
  if (config === undefined) return null;
  const { thread_id, checkpoint_id, checkpoint_ns, checkpoint_map } = config.configurable as Record<string, unknown>;
  return { thread_id, checkpoint_id, checkpoint_ns: checkpoint_ns ?? "", checkpoint_map: checkpoint_map ?? null };
}
