import { type BaseMessage, isBaseMessage } from "@langchain/core/messages";
import { newId } from "../runtime/new-id.ts";

/**
 * Gives ids to the messages among a task's writes before they are streamed and stored: the stream, the pending writes and
 * the state then agree on them, also when the writes are applied by a later run.
 */
export function giveMessageIds(writes: readonly (readonly [string, unknown])[]): void {
  for (const [, value] of writes) {
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) for (const item of value) giveId(item);
    else giveId(value);
  }
}

function giveId(value: unknown): void {
  if (typeof value !== "object" || value === null || !("lc_kwargs" in value) || !isBaseMessage(value)) return;
  const message: BaseMessage = value;
  if (message.id !== undefined && message.id !== null) return;
  message.id = newId();
  message.lc_kwargs.id = message.id;
}
