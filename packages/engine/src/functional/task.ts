import { ambientConfig, taskOf } from "../runtime/ambient.ts";
import { normalizeTimeout, type TimeoutPolicy } from "../runtime/timeout-policy.ts";
import type { CachePolicy, RetryPolicy } from "../step/node-policy.ts";
import { rejectGenerator } from "./reject-generator.ts";

export interface TaskOptions {
  name: string;
  retry?: RetryPolicy;
  cachePolicy?: CachePolicy;
  /** Milliseconds, or a policy. */
  timeout?: number | TimeoutPolicy;
}

/** A task's function, and how it is called. */
export type TaskFunc<ArgsT extends unknown[], OutputT> = (...args: ArgsT) => OutputT | Promise<OutputT>;

/**
 * A step of an entrypoint (or of a node) whose result is kept: it starts at once, runs beside others, and when the run is
 * resumed or retried a call that finished returns its result without running again.
 *
 * @example const add = task("add", async (a: number, b: number) => a + b)
 */
export function task<ArgsT extends unknown[], OutputT>(
  optionsOrName: TaskOptions | string,
  func: TaskFunc<ArgsT, OutputT>,
): (...args: ArgsT) => Promise<OutputT> {
  const options: TaskOptions = typeof optionsOrName === "string" ? { name: optionsOrName } : optionsOrName;
  rejectGenerator(func, "tasks");
  const timeout = normalizeTimeout(options.timeout);
  return (...args) => {
    const caller = taskOf(ambientConfig());
    if (caller === undefined) throw new Error(outside(options.name));
    const { name, retry, cachePolicy: cache } = options;
    return caller.call({ name, func, input: args, retry, cache, timeout }) as Promise<OutputT>;
  };
}

function outside(name: string): string {
  return `Task "${name}" was called outside of an entrypoint or graph node, or async local storage is not initialized. Call it from within one, and import the package's main entry point.`;
}
