import { IterableReadableStream } from "@langchain/core/utils/stream";
import { encodeServerSentEvent } from "../encode-event.ts";
import type { GraphRunStream } from "./graph-run-stream.ts";

/** A run as server-sent events: `event: method|namespace…`, `data: JSON`. A failure is the last of them; cancelling stops the run. */
export function encodeRun<TValues>(run: GraphRunStream<TValues>): IterableReadableStream<Uint8Array> {
  const events = run[Symbol.asyncIterator]();
  return IterableReadableStream.fromReadableStream(
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const { done, value } = await events.next();
          if (done === true) return controller.close();
          const { method, params } = value;
          controller.enqueue(encodeServerSentEvent(params.namespace, method, params.data));
        } catch (error) {
          controller.enqueue(encodeServerSentEvent([], "error", { message: String(error) }));
          controller.close();
        }
      },
      cancel: (reason) => run.abort(reason),
    }),
  );
}
