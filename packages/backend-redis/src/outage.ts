import type { Redis } from "ioredis";

export interface OutageListener {
  onAway?: () => void;
  onBack?: () => void;
}

/** For so long whoever needs Redis waits for it: a restart, a broken connection. */
const PATIENCE_MS = 5000;

/** Knows whether Redis is away, and tells when it has been for long, once, and when it is back. */
export class Outage {
  readonly #listener: OutageListener;
  #patience: NodeJS.Timeout | undefined;
  #isLong = false;
  #isClosed = false;

  constructor(redis: Redis, listener: OutageListener) {
    this.#listener = listener;
    redis.on("close", () => this.#begin());
    redis.on("ready", () => this.#end());
  }

  /** Nobody should wait for it any more. */
  get isLong(): boolean {
    return this.#isLong;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#patience);
  }

  #begin(): void {
    if (this.#isClosed || this.#isLong || this.#patience !== undefined) return;
    this.#patience = setTimeout(() => {
      this.#patience = undefined;
      this.#isLong = true;
      this.#listener.onAway?.();
    }, PATIENCE_MS);
    this.#patience.unref();
  }

  #end(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
    if (!this.#isLong) return;
    this.#isLong = false;
    this.#listener.onBack?.();
  }
}
