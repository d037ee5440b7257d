import type { Redis } from "ioredis";
import { explain } from "./redis-connection.ts";

/** How many runs are trimmed at a time. */
const BATCH = 200;

/** A run that has ended, and whether the backend has events of its end. */
export interface EndedRun {
  runId: string;
  hasEvents: boolean;
}

/** Which runs have ended whose events nobody asked to keep, by the time of their end. */
export class EndedRuns {
  readonly #redis: Redis;
  readonly #key: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#key = `${prefix}:ended`;
  }

  async add({ runId, hasEvents }: EndedRun, endedAtMs: number): Promise<void> {
    await this.#redis.zadd(this.#key, endedAtMs, `${hasEvents ? 1 : 0}${runId}`).catch(explain);
  }

  /** Runs that ended before this time, some at a time; each batch is forgotten when the next is asked for. */
  async *before(timeMs: number): AsyncGenerator<EndedRun[]> {
    for (;;) {
      const members = await this.#redis
        .zrangebyscore(this.#key, "-inf", `(${timeMs}`, "LIMIT", 0, BATCH)
        .catch(explain);
      if (members.length === 0) return;
      yield members.map((member) => ({ runId: member.slice(1), hasEvents: member.startsWith("1") }));
      await this.#redis.zrem(this.#key, members).catch(explain);
    }
  }
}
