import { ChatModelStream } from "@langchain/core/language_models/stream";
import { isChildNamespace } from "./namespace-path.ts";
import type { Namespace, ProtocolEvent } from "./protocol-event.ts";
import { StreamChannel } from "./stream-channel.ts";
import type { StreamTransformer } from "./stream-transformer.ts";
import { unboxed } from "./unboxed.ts";

export interface MessagesProjection {
  messages: AsyncIterable<ChatModelStream>;
}

/** One message as it is said, by which node, and in which task. */
export function messageStream(events: AsyncIterable<unknown>, from: ProtocolEvent["params"]): ChatModelStream {
  return Object.assign(new ChatModelStream(events as never), { namespace: from.namespace, node: from.node });
}

type MessageData = { event?: string; role?: string; run_id?: string };

/** Makes one stream per message of the tasks of the graph at `path`, of one node if asked; the results of tools are left out. */
export function createMessagesTransformer(path: Namespace, nodeFilter?: string): StreamTransformer<MessagesProjection> {
  const messages = StreamChannel.local<[ChatModelStream]>();
  const open = new Map<string | undefined, StreamChannel<MessageData>>();
  return {
    init: () => ({ messages: { [Symbol.asyncIterator]: () => unboxed(messages.iterate()) } }),
    process({ method, params }: ProtocolEvent) {
      // A message belongs to its task, one level below its graph.
      if (method !== "messages" || !isChildNamespace(params.namespace, path)) return true;
      if (nodeFilter !== undefined && params.node !== nodeFilter) return true;
      const data = params.data as MessageData;
      if (data.event === "message-start" && data.role !== "tool") {
        const events = StreamChannel.local<MessageData>();
        open.set(data.run_id, events);
        messages.push([messageStream(events.toAsyncIterable(), params)]);
      }
      const events = open.get(data.run_id);
      events?.push(data);
      if (data.event === "message-finish" || data.event === "error") {
        events?.close();
        open.delete(data.run_id);
      }
      return true;
    },
    finalize() {
      for (const events of open.values()) events.close();
      messages.close();
    },
    fail(error) {
      for (const events of open.values()) events.fail(error);
      messages.fail(error);
    },
  };
}
