/** Asks a run to stop at its next superstep boundary, its state saved. */
export class RunControl {
  #drainReason: string | undefined;

  /** The first reason stays. */
  requestDrain(reason = "shutdown"): void {
    this.#drainReason ??= reason;
  }

  get drainRequested(): boolean {
    return this.#drainReason !== undefined;
  }

  get drainReason(): string | undefined {
    return this.#drainReason;
  }
}
