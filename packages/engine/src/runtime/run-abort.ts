/**
 * The abort of one run. Nested runs follow it directly: as listeners of the signal, many of them side by side would look
 * like a leak to Node, and cost more.
 */
export class RunAbort {
  readonly #controller = new AbortController();
  readonly #followers = new Set<(reason: unknown) => void>();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    if (this.signal.aborted) return;
    this.#controller.abort(reason);
    for (const follow of this.#followers) follow(this.signal.reason);
  }

  /** Calls `follow` when the run is aborted; the result ends that. */
  follow(follow: (reason: unknown) => void): () => void {
    if (this.signal.aborted) follow(this.signal.reason);
    this.#followers.add(follow);
    return () => this.#followers.delete(follow);
  }
}
