/** How long one attempt of a node may take. */
export interface TimeoutPolicy {
  /** Milliseconds in all. */
  runTimeout?: number;
  /** Milliseconds without a sign of life. */
  idleTimeout?: number;
  /** `auto`: writes, child calls, custom events and callbacks are signs of life; `heartbeat`: only `runtime.heartbeat()`. */
  refreshOn?: "auto" | "heartbeat";
}

/** Checks a policy; a number stands for `runTimeout`. Undefined when it limits nothing. */
export function normalizeTimeout(timeout: number | TimeoutPolicy | undefined): TimeoutPolicy | undefined {
  if (timeout === undefined || timeout === null) return undefined;
  const policy: TimeoutPolicy = typeof timeout === "number" ? { runTimeout: timeout } : timeout;
  for (const field of ["runTimeout", "idleTimeout"] as const) {
    const value = policy[field];
    if (value !== undefined && !(value > 0)) throw new Error(`${field} must be greater than 0`);
  }
  if (policy.refreshOn !== undefined && policy.refreshOn !== "auto" && policy.refreshOn !== "heartbeat") {
    throw new Error(`refreshOn must be "auto" or "heartbeat", got "${String(policy.refreshOn)}"`);
  }
  if (policy.runTimeout === undefined && policy.idleTimeout === undefined) return undefined;
  return { refreshOn: "auto", ...policy };
}
