import type { Transaction } from "./group-commit.ts";

/** Whether a run may be ready. False only when none is, so that workers who come for one need not ask the tables in vain. */
export class ReadyHint {
  #isPossible = true;

  get isPossible(): boolean {
    return this.#isPossible;
  }

  /** A run is ready, or may be. */
  mark(): void {
    this.#isPossible = true;
  }

  /** No run is ready as this transaction leaves the tables. */
  clear(transaction: Transaction): void {
    this.#isPossible = false;
    transaction.undo(() => this.mark());
  }
}
