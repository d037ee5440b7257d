import { IterableReadableStream } from "@langchain/core/utils/stream";
import type { ChunkQueue } from "./chunk-queue.ts";

/**
 * What `graph.stream()` returns: a `ReadableStream` which is also an async iterator. Iteration takes chunks straight from
 * the queue; the machinery of web streams runs only for those who use a reader.
 */
export class GraphStream<T> extends IterableReadableStream<T> {
  readonly #queue: ChunkQueue;

  constructor(queue: ChunkQueue) {
    super(
      {
        async pull(controller) {
          const { done, value } = await queue.next();
          if (done) controller.close();
          else controller.enqueue(value as T);
        },
        cancel() {
          queue.cancel();
        },
      },
      // Nothing is pulled before somebody reads.
      { highWaterMark: 0 },
    );
    this.#queue = queue;
  }

  override next(): Promise<IteratorResult<T>> {
    return this.locked ? super.next() : (this.#queue.next() as Promise<IteratorResult<T>>);
  }

  override async return(): Promise<IteratorResult<T>> {
    if (this.locked) return super.return();
    this.#queue.cancel();
    return { done: true, value: undefined };
  }

  override async throw(error: unknown): Promise<IteratorResult<T>> {
    await this.return();
    throw error;
  }

  override [Symbol.asyncIterator](): this {
    return this;
  }
}
