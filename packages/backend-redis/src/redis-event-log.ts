import type { EventLog, LoggedEvent, NewEvent, RunListeners } from "@heddle/backend";
import type { EndedRuns } from "./ended-runs.ts";
import type { EventStreams } from "./event-streams.ts";
import type { News } from "./news.ts";

export interface RedisEventLogOptions {
  /** Of the backend that has the runs: it keeps the events of a settlement, which are of its transaction. */
  inner: EventLog;
  streams: EventStreams;
  ended: EndedRuns;
  news: News;
  listeners: RunListeners;
}

/**
 * The event log on Redis Streams. What a run says while it runs is here; its last events, which are written with its settlement,
 * are where its settlement is, and are read after these.
 */
export class RedisEventLog implements EventLog {
  readonly #options: RedisEventLogOptions;

  constructor(options: RedisEventLogOptions) {
    this.#options = options;
  }

  async append(events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const { streams, news, listeners } = this.#options;
    const runIds = [...new Set(events.map(({ runId }) => runId))];
    await streams.append(events, news.channel, news.messageOf(runIds));
    for (const runId of runIds) listeners.notify(runId);
  }

  async read(runId: string, afterSeq: number, limit: number): Promise<LoggedEvent[]> {
    const events = await this.#options.streams.read(runId, afterSeq, limit);
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
}
