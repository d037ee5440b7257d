import { HTTPError } from "../http-error.ts";
import { ConnectionError } from "./connection-error.ts";

/** Tries in a row that may fail before a broken connection is given up. */
export const MAX_RECONNECTS = 5;

/** Whether trying once more may help. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof ConnectionError || (error instanceof HTTPError && (error.status === 429 || error.status >= 500))
  );
}

/** `attempt` counts from 1; `random` is 0 to 1. */
export function reconnectDelayMs(attempt: number, random: number): number {
  return Math.min(1_000 * 2 ** (attempt - 1), 5_000) + 1_000 * random;
}
