import {
  DatabaseUnavailableError,
  type EventLog,
  type LoggedEvent,
  type NewEvent,
  type RunListeners,
} from "@heddle/backend";
import type { EndedRuns } from "./ended-runs.ts";
import type { EventStreams } from "./event-streams.ts";
import type { News } from "./news.ts";
import type { Outage } from "./outage.ts";

export interface RedisEventLogOptions {
  /** Of the backend that has the runs: it keeps the events of a settlement, which are of its transaction. */
  inner: EventLog;
  streams: EventStreams;
  ended: EndedRuns;
  news: News;
  listeners: RunListeners;
  outage: Outage;
}

/**
 * The event log on Redis Streams. What a run says while it runs is here; its last events, which are written with its settlement,
 * are where its settlement is, and are read after these.
 *
 * A Redis that is away is waited for, but not for long: then what a run says goes where its last events will, all of it from there
 * on, so that it still comes after what is in Redis; and readers do without what only Redis has.
 */
export class RedisEventLog implements EventLog {
  readonly #options: RedisEventLogOptions;
  /** Runs of this process whose events go to the inner log. */
  readonly #moved = new Set<string>();

  constructor(options: RedisEventLogOptions) {
    this.#options = options;
  }

  async append(events: readonly NewEvent[]): Promise<void> {
    const { streams, news, listeners, inner } = this.#options;
    const staying = events.filter(({ runId }) => !this.#moved.has(runId));
    const runIds = [...new Set(staying.map(({ runId }) => runId))];
    if (staying.length > 0) {
      try {
        await streams.append(staying, news.channel, news.messageOf(runIds));
      } catch (error) {
        this.#throwUnlessAway(error);
        for (const runId of runIds) this.#moved.add(runId);
      }
    }
    const moved = events.filter(({ runId }) => this.#moved.has(runId));
    if (moved.length > 0) await inner.append(moved);
    for (const runId of runIds) listeners.notify(runId);
  }

  /** The run is not this process's any more. */
  forget(runId: string): void {
    this.#moved.delete(runId);
  }

  async read(runId: string, afterSeq: number, limit: number): Promise<LoggedEvent[]> {
    const events = await this.#options.streams.read(runId, afterSeq, limit).catch((error: unknown): LoggedEvent[] => {
      this.#throwUnlessAway(error);
      return [];
    });
    return events.length > 0 ? events : this.#options.inner.read(runId, afterSeq, limit);
  }

  listen(runId: string, onChange: () => void): () => void {
    const stops = [this.#options.listeners.listen(runId, onChange), this.#options.inner.listen(runId, onChange)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  listenThread(threadId: string, onChange: () => void): () => void {
    return this.#options.inner.listenThread(threadId, onChange);
  }

  async trim(options: { endedBefore: string }): Promise<number> {
    const { inner, streams, ended } = this.#options;
    let total = await inner.trim(options);
    if (this.#options.outage.isLong) return total;
    for await (const runs of ended.before(Date.parse(options.endedBefore))) {
      const [counted, uncounted] = [
        runs.filter(({ hasEvents }) => hasEvents),
        runs.filter(({ hasEvents }) => !hasEvents),
      ];
      await streams.remove(counted.map(({ runId }) => runId));
      total += await streams.remove(uncounted.map(({ runId }) => runId));
    }
    return total;
  }

  #throwUnlessAway(error: unknown): void {
    if (!(error instanceof DatabaseUnavailableError) || !this.#options.outage.isLong) throw error;
  }
}
