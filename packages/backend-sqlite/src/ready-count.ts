import type { Transaction } from "./group-commit.ts";

/**
 * How many runs are ready, at most: workers who come for one need not ask the tables in vain. What a transaction changes here
 * is undone with it.
 */
export class ReadyCount {
  /** Unknown until somebody has looked. */
  #atMost = Number.POSITIVE_INFINITY;

  get isZero(): boolean {
    return this.#atMost === 0;
  }

  add(transaction: Transaction, change: 1 | -1): void {
    this.#set(transaction, this.#atMost + change);
  }

  /** Somebody has looked, and none is. */
  clear(transaction: Transaction): void {
    this.#set(transaction, 0);
  }

  #set(transaction: Transaction, atMost: number): void {
    const former = this.#atMost;
    this.#atMost = atMost;
    transaction.undo(() => {
      this.#atMost = former;
    });
  }
}
