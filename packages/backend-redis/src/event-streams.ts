import { type LoggedEvent, MAX_READ_CHARACTERS, type NewEvent } from "@heddle/backend";
import type { Redis } from "ioredis";
import { explain } from "./redis-connection.ts";

/** An id that is not greater than the last of its stream. */
const NOT_GREATER = /equal or smaller/;

/**
 * The events of runs, a stream for each; the number of an event is its id. So an event that is there already, or that a former
 * attempt says after the next one has begun to, is refused by Redis.
 */
export class EventStreams {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #keptMs: number;

  constructor(redis: Redis, { prefix, keptMs }: { prefix: string; keptMs: number }) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#keptMs = keptMs;
  }

  /** Appends, and tells all processes on `channel`; one round trip. */
  async append(events: readonly NewEvent[], channel: string, message: string): Promise<void> {
    const pipeline = this.#redis.pipeline();
    for (const { runId, seq, event, data } of events) pipeline.xadd(this.#key(runId), idOf(seq), "e", event, "d", data);
    for (const runId of new Set(events.map((event) => event.runId))) pipeline.pexpire(this.#key(runId), this.#keptMs);
    pipeline.publish(channel, message);
    const replies = (await pipeline.exec().catch(explain)) ?? [];
    for (const [error] of replies) if (error !== null && !NOT_GREATER.test(error.message)) explain(error);
  }

  /** See EventLog.read. */
  async read(runId: string, afterSeq: number, limit: number): Promise<LoggedEvent[]> {
    const entries = await this.#redis
      .xrange(this.#key(runId), `(${idOf(afterSeq)}`, "+", "COUNT", limit)
      .catch(explain);
    const events: LoggedEvent[] = [];
    let characters = 0;
    for (const [id, fields] of entries) {
      if (characters >= MAX_READ_CHARACTERS) break;
      const [, event = "", , data = ""] = fields;
      events.push({ runId, seq: Number.parseInt(id, 10) - 1, event, data });
      characters += data.length;
    }
    return events;
  }

  /** Removes the events of runs; returns of how many there were some. */
  async remove(runIds: readonly string[]): Promise<number> {
    if (runIds.length === 0) return 0;
    return this.#redis.unlink(runIds.map((runId) => this.#key(runId))).catch(explain);
  }

  #key(runId: string): string {
    return `${this.#prefix}:events:${runId}`;
  }
}

/** Ids begin at 1: Redis has no 0-0. */
function idOf(seq: number): string {
  return `${seq + 1}-0`;
}
