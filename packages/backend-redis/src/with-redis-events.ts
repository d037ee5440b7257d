import { type Backend, type Lease, RunListeners, type RunRecord, type Settlement } from "@heddle/backend";
import { EndedRuns } from "./ended-runs.ts";
import { EventStreams } from "./event-streams.ts";
import { News } from "./news.ts";
import { Outage, type OutageListener } from "./outage.ts";
import { overriding } from "./overriding.ts";
import { connectRedis } from "./redis-connection.ts";
import { RedisEventLog } from "./redis-event-log.ts";

/** `onAway` hears that Redis has been away for some seconds, `onBack` that it is back. */
export interface RedisEventsOptions extends OutageListener {
  /** Where Redis is: `redis://user:password@host:port/database`. */
  url: string;
  /** Begins all keys and channels. @default "heddle" */
  prefix?: string;
  /** How long events stay after the last of their run at most, resumable or not, in milliseconds. @default a week */
  keptMs?: number;
  /** The clock. Tests move it. */
  now?: () => Date;
}

const WEEK_MS = 7 * 86_400_000;

/** Puts the event log of a backend on Redis. The backend is closed with what is returned, and when Redis does not answer. */
export async function withRedisEvents(backend: Backend, options: RedisEventsOptions): Promise<Backend> {
  const { url, prefix = "heddle", keptMs = WEEK_MS, now = () => new Date() } = options;
  const listeners = new RunListeners();
  const redis = connectRedis(url, prefix);
  // What was said while nobody heard is read by all who wait.
  const subscriber = connectRedis(url, prefix, () => listeners.notifyAll());
  const outage = new Outage(redis, options);
  const close = async () => {
    await backend.close();
    outage.close();
    redis.disconnect();
    subscriber.disconnect();
  };
  const streams = new EventStreams(redis, { prefix, keptMs });
  const ended = new EndedRuns(redis, prefix);
  const news = new News(prefix, listeners);
  try {
    await Promise.all([redis.connect(), subscriber.connect()]);
    await news.hear(subscriber);
  } catch (cause) {
    await close();
    throw new Error(`Redis at ${withoutPassword(url)} does not answer. Is it running, and is the address right?`, {
      cause,
    });
  }
  const events = new RedisEventLog({ inner: backend.events, streams, ended, news, listeners, outage });
  // The run has ended, whatever Redis says: its stream then goes when it expires.
  const noteEnd = async ({ runId, kwargs }: RunRecord, hasEvents: boolean) => {
    if (kwargs.resumable && !kwargs.temporary) return;
    await ended.add({ runId, hasEvents }, now().getTime()).catch(() => {});
  };
  const queue = overriding(backend.queue, {
    settle: async (lease: Lease, settlement: Settlement) => {
      const isSettled = await backend.queue.settle(lease, settlement);
      if (isSettled) await noteEnd(lease.run, (settlement.events ?? []).length > 0);
      events.forget(lease.run.runId);
      return isSettled;
    },
    release: (lease: Lease) => {
      events.forget(lease.run.runId);
      return backend.queue.release(lease);
    },
    sweep: async (request: { maxAttempts: number }) => {
      const runs = await backend.queue.sweep(request);
      for (const run of runs) await noteEnd(run, false);
      return runs;
    },
  });
  const runs = overriding(backend.runs, {
    delete: async (runId: string) => {
      await streams.remove([runId]);
      return backend.runs.delete(runId);
    },
  });
  return overriding(backend, { queue, runs, events, close, [Symbol.asyncDispose]: close });
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  url.password = "";
  return url.href;
}
