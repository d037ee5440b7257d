import type { ChunkReceiver } from "../runtime/task-context.ts";
import type { StreamMode } from "./stream-mode.ts";

export interface ChunkQueueOptions {
  modes: ReadonlySet<StreamMode>;
  /** Longer namespaces are of nested graphs, and left out. */
  maxDepth: number;
  /** Makes the reader's chunk of a part. */
  wrap(namespace: readonly string[], mode: StreamMode, chunk: unknown): unknown;
  /** Called when the reader leaves before the end. */
  onCancel(): void;
}

interface Waiting {
  resolve(result: IteratorResult<unknown>): void;
  reject(error: unknown): void;
}

/**
 * Chunks between a run that pushes and a reader that pulls. Unbounded: a run does not wait for its reader. A failure is
 * delivered after the chunks before it, and to nobody else, so an abandoned stream leaves no unhandled rejection.
 */
export class ChunkQueue implements ChunkReceiver {
  readonly modes: ReadonlySet<StreamMode>;
  readonly seenMessages: Set<string> = new Set();
  readonly #options: ChunkQueueOptions;
  #chunks: unknown[] = [];
  #next = 0;
  #waiting: Waiting[] = [];
  #end: { error?: unknown } | undefined;
  #onFirst: (() => void) | undefined;

  constructor(options: ChunkQueueOptions) {
    this.modes = options.modes;
    this.#options = options;
  }

  accepts(namespace: readonly string[]): boolean {
    return namespace.length <= this.#options.maxDepth;
  }

  push(namespace: readonly string[], mode: string, chunk: unknown): void {
    if (this.#end !== undefined || !this.accepts(namespace)) return;
    this.#deliver(this.#options.wrap(namespace, mode as StreamMode, chunk));
  }

  #deliver(wrapped: unknown): void {
    const reader = this.#waiting.shift();
    if (reader !== undefined) reader.resolve({ done: false, value: wrapped });
    else this.#chunks.push(wrapped);
    this.#onFirst?.();
  }

  /** A last chunk that stands for a failure. */
  pushError(error: unknown): void {
    this.#deliver(this.#options.wrap([], "error" as StreamMode, error));
  }

  close(): void {
    this.#finish({});
  }

  fail(error: unknown): void {
    this.#finish({ error });
  }

  #finish(end: { error?: unknown }): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [index, reader] of waiting.entries()) {
      if ("error" in end && index === 0) reader.reject(end.error);
      else reader.resolve({ done: true, value: undefined });
    }
    this.#onFirst?.();
  }

  /** Resolves once there is a chunk or an end; rejects when the run failed before its first chunk. */
  async ready(): Promise<void> {
    if (this.#chunks.length === 0 && this.#end === undefined) {
      await new Promise<void>((resolve) => {
        this.#onFirst = resolve;
      });
      this.#onFirst = undefined;
    }
    if (this.#chunks.length === 0 && this.#end !== undefined && "error" in this.#end) throw this.#end.error;
  }

  next(): Promise<IteratorResult<unknown>> {
    if (this.#next < this.#chunks.length) return Promise.resolve({ done: false, value: this.#take() });
    if (this.#end === undefined) {
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    }
    const end = this.#end;
    this.#end = {};
    return "error" in end ? Promise.reject(end.error) : Promise.resolve({ done: true, value: undefined });
  }

  /** Taken chunks are let go in bulk: shifting an array one by one is quadratic. */
  #take(): unknown {
    const chunk = this.#chunks[this.#next++];
    if (this.#next === this.#chunks.length) {
      this.#chunks = [];
      this.#next = 0;
    }
    return chunk;
  }

  /** The reader leaves: the run is asked to stop. */
  cancel(): void {
    if (this.#end === undefined) this.#options.onCancel();
    this.#chunks = [];
    this.#next = 0;
    this.#finish({});
    this.#end = {};
  }
}
