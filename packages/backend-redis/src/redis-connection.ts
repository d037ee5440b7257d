import { DatabaseUnavailableError } from "@heddle/backend";
import { Redis } from "ioredis";

/** Soon enough for whoever waits, seldom enough for a server that is away. */
const RETRY_MS = 500;
/** A network that drops packets says nothing: what is not answered within this time is given up with its connection. */
const ANSWER_MS = 5000;
const KEEP_ALIVE_MS = 4000;

/** A connection that comes back by itself; Redis lists it by its name. While it is broken, commands are refused at once. */
export function connectRedis(url: string, name: string, onReady: () => void = () => {}): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectionName: name,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    socketTimeout: ANSWER_MS,
    connectTimeout: ANSWER_MS,
    keepAlive: KEEP_ALIVE_MS,
    retryStrategy: () => RETRY_MS,
  });
  redis.on("ready", onReady);
  // Commands tell their callers; without a listener each failure to connect would be printed.
  redis.on("error", () => {});
  return redis;
}

/** What Redis answers as an error is one; that it does not answer is told as such. */
export function explain(error: unknown): never {
  if (error instanceof Error && error.name === "ReplyError" && !/^(LOADING|READONLY|MASTERDOWN)/.test(error.message)) {
    throw error;
  }
  throw new DatabaseUnavailableError("Redis does not answer.", { cause: error });
}
