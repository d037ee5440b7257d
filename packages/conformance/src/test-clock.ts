/** A clock that stands still until it is moved. It begins at the present, so that real timers of a backend agree with it. */
export class TestClock {
  #nowMs = Date.now();

  readonly now = (): Date => new Date(this.#nowMs);

  forward(ms: number): void {
    this.#nowMs += ms;
  }

  /** The present as ISO 8601, shifted by some milliseconds. */
  iso(shiftMs = 0): string {
    return new Date(this.#nowMs + shiftMs).toISOString();
  }
}
