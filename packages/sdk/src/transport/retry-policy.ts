import { HTTPError } from "../http-error.ts";
import { ConnectionError, isUnsent } from "./connection-error.ts";

/** Answers that stay the same however often one asks. */
const TERMINAL_STATUSES: readonly number[] = [400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 422];

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A server that asks for more patience than this gets its error reported instead of a caller that seems to hang. */
const LONGEST_RETRY_AFTER_MS = 60_000;

export interface FailedTry {
  error: unknown;
  /** Counts from 1. */
  attempt: number;
  /** Whether sending the request twice does no more than sending it once. */
  isRepeatable: boolean;
  /** 0 to 1; spreads clients that failed together. */
  random: number;
  now: Date;
}

/**
 * How long to wait before a failed request is sent again; undefined when it must not be. Connections that failed, 429 and 5xx
 * are tried again. A request that would take effect twice (POST creates a run) only when it certainly took none: it never left,
 * or the server turned it away with 429, or with 503 and Retry-After.
 */
export function retryDelayMs(failed: FailedTry): number | undefined {
  const backOffMs = Math.min(FIRST_DELAY_MS * 2 ** (failed.attempt - 1), LONGEST_DELAY_MS) * (0.5 + failed.random / 2);
  const { error } = failed;
  if (error instanceof ConnectionError) return failed.isRepeatable || isUnsent(error) ? backOffMs : undefined;
  if (!(error instanceof HTTPError) || TERMINAL_STATUSES.includes(error.status)) return undefined;
  if (error.status !== 429 && error.status < 500) return undefined;
  const retryAfterMs = parseRetryAfter(error.response.headers.get("retry-after"), failed.now);
  const wasTurnedAway = error.status === 429 || (error.status === 503 && retryAfterMs !== undefined);
  if (!failed.isRepeatable && !wasTurnedAway) return undefined;
  if (retryAfterMs === undefined) return backOffMs;
  return retryAfterMs <= LONGEST_RETRY_AFTER_MS ? retryAfterMs : undefined;
}

/** Seconds, or a date. */
function parseRetryAfter(header: string | null, now: Date): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  const delayMs = Number.isNaN(seconds) ? Date.parse(header) - now.getTime() : seconds * 1000;
  return Number.isNaN(delayMs) ? undefined : Math.max(0, delayMs);
}
