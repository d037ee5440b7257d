import type { TimeoutPolicy } from "../runtime/timeout-policy.ts";

/** When and how often a failed node runs again. Intervals are milliseconds. */
export interface RetryPolicy {
  /** @default 500 */
  initialInterval?: number;
  /** @default 2 */
  backoffFactor?: number;
  /** @default 128000 */
  maxInterval?: number;
  /** The first attempt counts. @default 3 */
  maxAttempts?: number;
  /** Adds up to a second at random. @default true */
  jitter?: boolean;
  /** Which errors are worth another attempt. */
  // biome-ignore lint/suspicious/noExplicitAny: anything can be thrown; upstream types it so
  retryOn?: (error: any) => boolean;
  /** @default true */
  logWarning?: boolean;
}

/** How the results of a node are kept in the graph's cache. */
export interface CachePolicy {
  /** The key of an input; JSON of the arguments by default. */
  keyFunc?: (args: unknown[]) => string;
  /** Seconds. */
  ttl?: number;
}

/** What a LangSmith tracer is sent of a node's run. */
export interface TracePolicy {
  processInputs?: (inputs: Record<string, unknown>) => Record<string, unknown>;
  processOutputs?: (outputs: Record<string, unknown>) => Record<string, unknown>;
}

/** The policies of a node, defaults resolved. */
export interface NodePolicies {
  retryPolicy?: RetryPolicy | undefined;
  cachePolicy?: CachePolicy | undefined;
  timeout?: TimeoutPolicy | undefined;
  tracePolicy?: TracePolicy | undefined;
}
