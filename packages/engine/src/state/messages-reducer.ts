import { type BaseMessage, type BaseMessageLike, coerceMessageLikeToMessage } from "@langchain/core/messages";
import { newId } from "../runtime/new-id.ts";
import { toWholeMessage } from "./whole-message.ts";

/** Id of the `RemoveMessage` that removes everything before it. */
export const REMOVE_ALL_MESSAGES = "__remove_all__";

export type Messages = BaseMessage | BaseMessageLike | (BaseMessage | BaseMessageLike)[];

/**
 * Merges messages into a list: by id they replace, without a match they append, `RemoveMessage` removes. Messages without
 * an id get one (on the message itself, so that a stream and the state agree).
 */
export function messagesStateReducer(left: Messages, right: Messages): BaseMessage[] {
  const current = toMessages(left);
  const incoming = toMessages(right);
  const lastWipe = incoming.findLastIndex((message) => isRemoval(message) && message.id === REMOVE_ALL_MESSAGES);
  if (lastWipe !== -1) return incoming.slice(lastWipe + 1);
  return merge(current, incoming);
}

function merge(current: BaseMessage[], incoming: BaseMessage[]): BaseMessage[] {
  const merged = [...current];
  const positions = new Map<string | undefined, number>();
  merged.forEach((message, position) => {
    positions.set(message.id, position);
  });
  const removed = new Set<string | undefined>();
  for (const message of incoming) {
    const position = positions.get(message.id);
    if (position === undefined) {
      if (isRemoval(message)) throw new Error(unknownRemoval(message.id));
      positions.set(message.id, merged.length);
      merged.push(message);
    } else if (isRemoval(message)) {
      removed.add(message.id);
    } else {
      removed.delete(message.id);
      merged[position] = message;
    }
  }
  return removed.size === 0 ? merged : merged.filter((message) => !removed.has(message.id));
}

function unknownRemoval(id: string | undefined): string {
  return `Attempting to delete a message with an ID that doesn't exist ('${id}')`;
}

function toMessages(messages: Messages): BaseMessage[] {
  const list = (Array.isArray(messages) ? messages : [messages]) as BaseMessageLike[];
  return list.map((item) => withId(toWholeMessage(coerceMessageLikeToMessage(item))));
}

function withId(message: BaseMessage): BaseMessage {
  if (message.id === undefined || message.id === null) {
    message.id = newId();
    message.lc_kwargs.id = message.id;
  }
  return message;
}

function isRemoval(message: BaseMessage): boolean {
  return message.getType() === "remove";
}

/**
 * The reducer of delta message lists: takes all writes of a step, does not mind how they are split into batches, ignores
 * removals of unknown messages, and leaves ids to whoever stores the writes.
 */
export function messagesDeltaReducer(state: BaseMessage[], writes: Messages[]): BaseMessage[] {
  const positions = new Map<string, number>();
  let list: (BaseMessage | undefined)[] = [];
  const append = (message: BaseMessage) => {
    const position = message.id === undefined ? undefined : positions.get(message.id);
    if (position !== undefined) {
      list[position] = message;
      return;
    }
    if (message.id !== undefined) positions.set(message.id, list.length);
    list.push(message);
  };
  for (const message of state) append(message);
  for (const write of writes) {
    for (const item of (Array.isArray(write) ? write : [write]) as BaseMessageLike[]) {
      const message = toWholeMessage(coerceMessageLikeToMessage(item));
      if (!isRemoval(message)) {
        append(message);
      } else if (message.id === REMOVE_ALL_MESSAGES) {
        list = [];
        positions.clear();
      } else if (message.id !== undefined && positions.has(message.id)) {
        list[positions.get(message.id) as number] = undefined;
        positions.delete(message.id);
      }
    }
  }
  return list.filter((message) => message !== undefined);
}
