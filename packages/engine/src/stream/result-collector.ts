import { INTERRUPT } from "../runtime/constants.ts";
import type { ChunkReceiver } from "../runtime/task-context.ts";

const VALUES: ReadonlySet<string> = new Set(["values"]);

/** The receiver behind `invoke`: no stream, only the last values and the interrupts. */
export class ResultCollector implements ChunkReceiver {
  readonly modes = VALUES;
  readonly seenMessages: Set<string> = new Set();
  #values: unknown;
  #interrupts: unknown[] | undefined;
  readonly #depth: number;

  /** Chunks of graphs nested deeper than `depth` are not part of the result. */
  constructor(depth: number) {
    this.#depth = depth;
  }

  accepts(namespace: readonly string[]): boolean {
    return namespace.length <= this.#depth;
  }

  push(namespace: readonly string[], _mode: string, chunk: unknown): void {
    if (!this.accepts(namespace)) return;
    if (typeof chunk === "object" && chunk !== null && INTERRUPT in chunk && Array.isArray(chunk[INTERRUPT])) {
      this.#interrupts = [...(this.#interrupts ?? []), ...chunk[INTERRUPT]];
    } else {
      this.#values = chunk;
    }
  }

  /** What `invoke` returns: the values, with the interrupts if there were any. */
  get result(): unknown {
    if (this.#interrupts === undefined) return this.#values;
    const values = typeof this.#values === "object" ? this.#values : {};
    return { ...values, [INTERRUPT]: this.#interrupts };
  }
}
