import { setTimeout as wait } from "node:timers/promises";
import { DatabaseUnavailableError } from "./database-unavailable-error.ts";

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/**
 * Does what must not fail because the database is away for a while: again and again, with growing pauses, until it is back or
 * `signal` aborts; then it rejects with the last error. Only for what may be done twice.
 */
export async function untilAvailable<T>(action: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError) || signal?.aborted) throw error;
      await wait(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
        throw error;
      });
    }
  }
}
