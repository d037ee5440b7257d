/** Who in this process waits for news of which run. */
export class RunListeners {
  readonly #listeners = new Map<string, Set<() => void>>();

  /** Returns the way to stop. */
  listen(runId: string, onChange: () => void): () => void {
    // Wrapped, so that one function given twice is two listeners.
    const listener = () => onChange();
    const listeners = this.#listeners.get(runId) ?? new Set();
    this.#listeners.set(runId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(runId) === listeners) this.#listeners.delete(runId);
    };
  }

  /** News may have been missed. */
  notifyAll(): void {
    for (const runId of [...this.#listeners.keys()]) this.notify(runId);
  }

  notify(runId: string): void {
    for (const listener of [...(this.#listeners.get(runId) ?? [])]) {
      try {
        listener();
      } catch (error) {
        // A broken listener must not keep the news from the others, nor break the commit it hears of.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
