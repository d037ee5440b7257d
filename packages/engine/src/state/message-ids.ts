import { type BaseMessage, isBaseMessage } from "@langchain/core/messages";
import { newId } from "../runtime/new-id.ts";

/**
 * Gives ids to the messages that a task writes to delta channels before they are stored: such a channel's value is made of
 * its writes again and again, and must come out the same.
 */
export function giveMessageIds(writes: readonly (readonly [string, unknown])[], channels: readonly string[]): void {
  for (const [channel, value] of writes) {
    if (!channels.includes(channel) || typeof value !== "object" || value === null) continue;
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
