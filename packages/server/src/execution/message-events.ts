import { isMessage, toJson } from "../graphs/to-json.ts";
import type { EventDraft, GraphChunk } from "./graph-chunk.ts";

interface Concatenable {
  concat(other: unknown): Concatenable;
}

/**
 * The events of stream mode `messages`: `messages/metadata` when a message begins, `messages/partial` with all of it so far for
 * each token, `messages/complete` once for each message that is new in the state.
 */
export function createMessageEvents(): (chunk: GraphChunk) => EventDraft[] {
  const partial = new Map<string, unknown>();
  const completed = new Set<string>();
  return ({ namespace, mode, data }) => {
    if (mode === "messages") return onToken(data as [unknown, Record<string, unknown>], partial);
    if (mode !== "values" || namespace.length > 0) return [];
    const { messages } = (data ?? {}) as { messages?: unknown };
    return Array.isArray(messages) ? onState(messages, completed) : [];
  };
}

function onToken([message, metadata]: [unknown, Record<string, unknown>], partial: Map<string, unknown>): EventDraft[] {
  const id = idOf(message);
  if (id === undefined || !isChunk(message)) return [];
  const drafts: EventDraft[] = [];
  const former = partial.get(id);
  const whole = former === undefined ? message : (former as Concatenable).concat(message);
  partial.set(id, whole);
  if (former === undefined) {
    const { tags: _, ...shown } = metadata;
    drafts.push({ event: "messages/metadata", data: { [id]: { metadata: toJson(shown) } } });
  }
  drafts.push({ event: "messages/partial", data: [toJson(whole)] });
  return drafts;
}

function onState(messages: unknown[], completed: Set<string>): EventDraft[] {
  const fresh = messages.filter((message) => {
    const id = idOf(message);
    if (id === undefined || completed.has(id)) return false;
    completed.add(id);
    return true;
  });
  return fresh.length === 0 ? [] : [{ event: "messages/complete", data: toJson(fresh) }];
}

function idOf(message: unknown): string | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { id } = message as { id?: unknown };
  return typeof id === "string" ? id : undefined;
}

/** Only pieces of a message can be put together; a message that came whole is told when it is in the state. */
function isChunk(message: unknown): boolean {
  return isMessage(message) && typeof (message as { concat?: unknown }).concat === "function";
}
