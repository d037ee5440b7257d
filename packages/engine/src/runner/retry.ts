import { isGraphBubbleUp } from "../error-guards.ts";
import type { RetryPolicy } from "../step/node-policy.ts";

/** Statuses of HTTP errors that another attempt cannot help. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([400, 401, 402, 403, 404, 405, 406, 407, 409]);

/** Whether an error is worth another attempt when the policy does not say. */
function isRetryable(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return true;
  const {
    message,
    name,
    code,
    status,
    response,
    error: inner,
  } = error as Record<string, unknown> & {
    response?: { status?: number };
    error?: { code?: string };
  };
  if (typeof message === "string" && (message.startsWith("Cancel") || message.startsWith("AbortError"))) return false;
  if (name === "AbortError" || name === "GraphValueError" || code === "ECONNABORTED") return false;
  const httpStatus = response?.status ?? status;
  if (httpStatus !== undefined && FINAL_STATUSES.has(Number(httpStatus))) return false;
  return inner?.code !== "insufficient_quota";
}

/** Milliseconds to wait before the next attempt; undefined when the error stands. */
export function retryDelay(policy: RetryPolicy | undefined, error: unknown, attempt: number): number | undefined {
  if (policy === undefined || isGraphBubbleUp(error)) return undefined;
  const { maxAttempts = 3, initialInterval = 500, backoffFactor = 2, maxInterval = 128_000, jitter = true } = policy;
  if (attempt >= maxAttempts || !(policy.retryOn ?? isRetryable)(error)) return undefined;
  const interval = Math.min(maxInterval, initialInterval * backoffFactor ** (attempt - 1));
  return interval + (jitter ? Math.floor(Math.random() * 1000) : 0);
}

/** Waits, unless the run is aborted first. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
