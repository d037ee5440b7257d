import { randomUUID } from "node:crypto";
import type { RunListeners } from "@heddle/backend";
import type { Redis } from "ioredis";

/** Tells the processes which runs have new events: one connection of each process hears for all of its readers. */
export class News {
  readonly channel: string;
  readonly #origin = randomUUID();
  readonly #listeners: RunListeners;

  constructor(prefix: string, listeners: RunListeners) {
    this.channel = `${prefix}:news`;
    this.#listeners = listeners;
  }

  /** Hears on this connection from now on, also after it was broken. */
  async hear(subscriber: Redis): Promise<void> {
    subscriber.on("message", (_, message: string) => {
      const [origin, ...runIds] = message.split(" ");
      if (origin === this.#origin) return;
      for (const runId of runIds) this.#listeners.notify(runId);
    });
    await subscriber.subscribe(this.channel);
  }

  messageOf(runIds: readonly string[]): string {
    return [this.#origin, ...runIds].join(" ");
  }
}
