import type { ChunkReceiver } from "../runtime/task-context.ts";
import type { StreamMode } from "./stream-mode.ts";

/** Takes a chunk; `namespace` is that of the graph which made it, empty for the one that was called. */
export type ReceiveChunk = (namespace: readonly string[], mode: StreamMode, chunk: unknown) => void;

export interface ChunkForwarderOptions {
  modes: ReadonlySet<StreamMode>;
  /** Longer namespaces are of nested graphs, and left out. */
  maxDepth: number;
  receive: ReceiveChunk;
  /** The receiver threw, and gets nothing more. */
  onError(error: unknown): void;
}

/** Hands chunks on at once, for who keeps pace with the run. What nodes say after its end is heard by nobody. */
export class ChunkForwarder implements ChunkReceiver {
  readonly modes: ReadonlySet<StreamMode>;
  readonly seenMessages: Set<string> = new Set();
  readonly #options: ChunkForwarderOptions;
  #isOpen = true;

  constructor(options: ChunkForwarderOptions) {
    this.modes = options.modes;
    this.#options = options;
  }

  accepts(namespace: readonly string[]): boolean {
    return namespace.length <= this.#options.maxDepth;
  }

  push(namespace: readonly string[], mode: string, chunk: unknown): void {
    if (!this.#isOpen || !this.accepts(namespace)) return;
    try {
      this.#options.receive(namespace, mode as StreamMode, chunk);
    } catch (error) {
      this.close();
      this.#options.onError(error);
    }
  }

  close(): void {
    this.#isOpen = false;
  }
}
