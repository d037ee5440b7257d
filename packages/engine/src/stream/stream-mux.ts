import type { ChunkReceiver } from "../runtime/task-context.ts";
import type { StreamMode } from "./stream-mode.ts";

/**
 * Hands the chunks of one run to whoever reads them: the caller of the run, and for a nested run also the readers of the
 * root. Whoever makes a chunk asks `wants` first, so that nothing is computed which nobody reads.
 */
export class StreamMux {
  readonly namespace: readonly string[];
  readonly #receivers: readonly ChunkReceiver[];
  #held: [mode: StreamMode | "envelopes", chunk: unknown][] | undefined;

  constructor(namespace: readonly string[], receivers: readonly ChunkReceiver[]) {
    this.namespace = namespace;
    this.#receivers = receivers;
  }

  /** "envelopes" are light records of a checkpoint before each state, for readers of protocol events. */
  wants(mode: StreamMode | "envelopes"): boolean {
    for (const receiver of this.#receivers) if (receiver.modes.has(mode)) return true;
    return false;
  }

  emit(mode: StreamMode | "envelopes", chunk: unknown): void {
    if (this.#held !== undefined) this.#held.push([mode, chunk]);
    else this.#push(mode, chunk);
  }

  /** Keeps chunks back until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const [mode, chunk] of held) this.#push(mode, chunk);
  }

  #push(mode: StreamMode | "envelopes", chunk: unknown): void {
    for (const receiver of this.#receivers) {
      if (receiver.modes.has(mode)) receiver.push(this.namespace, mode, chunk);
    }
  }

  /** The logs that keep a message from being streamed twice, of the receivers that read messages. */
  get messageReceivers(): readonly ChunkReceiver[] {
    return this.#receivers.filter((receiver) => receiver.modes.has("messages"));
  }
}
