/**
 * When a silent connection counts as dead. A number: after so many milliseconds without a byte; 0: never. "auto": once the
 * server has sent two heartbeats, three of their intervals, but 6 to 30 seconds; a server without heartbeats is never suspected.
 */
export type IdleReconnectMode = number | "auto";

const SHORTEST_WINDOW_MS = 6_000;
const LONGEST_WINDOW_MS = 30_000;

/** Notices that a connection is silent for too long: sockets whose other end was switched off neither fail nor end. */
export class IdleWatch {
  readonly #onIdle: () => void;
  readonly #now: () => number;
  readonly #mode: IdleReconnectMode;
  #lastHeartbeatAt: number | undefined;
  #windowMs: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(mode: IdleReconnectMode, onIdle: () => void, now: () => number = Date.now) {
    this.#mode = mode;
    this.#onIdle = onIdle;
    this.#now = now;
    this.#windowMs = typeof mode === "number" && mode > 0 ? mode : undefined;
    this.alive();
  }

  /** Bytes came. */
  alive(): void {
    this.stop();
    if (this.#windowMs !== undefined) this.#timer = setTimeout(this.#onIdle, this.#windowMs);
  }

  /** A heartbeat was among them. */
  heartbeat(): void {
    const now = this.#now();
    if (this.#mode === "auto" && this.#lastHeartbeatAt !== undefined) {
      const windowMs = 3 * (now - this.#lastHeartbeatAt);
      this.#windowMs = Math.min(Math.max(windowMs, SHORTEST_WINDOW_MS), LONGEST_WINDOW_MS);
      this.alive();
    }
    this.#lastHeartbeatAt = now;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
