import { normalizeTimeout, type TimeoutPolicy } from "../runtime/timeout-policy.ts";
import type { CachePolicy, RetryPolicy } from "../step/node-policy.ts";
import type { NodeErrorHandler, NodePolicyOptions } from "./node-spec.ts";

/** Policies for nodes that do not have their own; merged field by field. */
export interface NodeDefaults {
  retryPolicy?: RetryPolicy | undefined;
  cachePolicy?: CachePolicy | false | undefined;
  timeout?: TimeoutPolicy | undefined;
  errorHandler?: NodeErrorHandler | undefined;
}

export interface NodePolicyFields {
  retryPolicy?: RetryPolicy;
  cachePolicy?: CachePolicy | false;
  timeout?: TimeoutPolicy;
}

/** The policies of `addNode` as they are kept: `true` is the default cache policy, a number a timeout. */
export function toPolicies(options: NodePolicyOptions): NodePolicyFields {
  const policies: NodePolicyFields = {};
  if (options.retryPolicy !== undefined) policies.retryPolicy = options.retryPolicy;
  if (options.cachePolicy !== undefined) policies.cachePolicy = options.cachePolicy === true ? {} : options.cachePolicy;
  const timeout = normalizeTimeout(options.timeout);
  if (timeout !== undefined) policies.timeout = timeout;
  return policies;
}
