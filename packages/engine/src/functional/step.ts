import type { RunnableConfig } from "@langchain/core/runnables";
import { ambientConfig, taskOf } from "../runtime/ambient.ts";
import { NAMESPACE_END, NAMESPACE_SEPARATOR } from "../runtime/constants.ts";
import { normalizeTimeout, type TimeoutPolicy } from "../runtime/timeout-policy.ts";
import type { RetryPolicy } from "../step/node-policy.ts";
import { rejectGenerator } from "./reject-generator.ts";

/** What a step's function receives. */
export interface StepContext {
  /**
   * The same whenever this step of this task runs: after a retry, an interrupt, a crash. Hand it to services that do a
   * thing once per key.
   */
  readonly idempotencyKey: string;
  /** Aborted with the run, and when the step takes longer than its timeout. */
  readonly signal: AbortSignal | undefined;
  /** For what the step calls, where there is no async local storage. */
  readonly config: RunnableConfig;
}

export interface StepOptions {
  retry?: RetryPolicy;
  /** Milliseconds, or a policy. */
  timeout?: number | TimeoutPolicy;
  /** The config of the node: needed where there is no async local storage. */
  config?: RunnableConfig;
}

/**
 * A named part of a node that runs once: its result is saved before it is used, and when the node runs again (after an
 * interrupt, a retry, a crash) it is returned without running. Steps of one name are told apart by their order. Results
 * travel through the checkpointer, so they must be values it can store. With `durability: "exit"` they are saved with
 * the run's end. Streams do not show steps; traces do.
 *
 * @example const receipt = await step("charge", ({ idempotencyKey }) => pay(order, idempotencyKey))
 */
export async function step<T>(
  name: string,
  fn: (context: StepContext) => T | Promise<T>,
  options: StepOptions = {},
): Promise<T> {
  rejectGenerator(fn, "steps");
  if (name.includes(NAMESPACE_SEPARATOR) || name.includes(NAMESPACE_END)) {
    throw new Error(
      `"${name}" is not a valid name of a step: "${NAMESPACE_SEPARATOR}" and "${NAMESPACE_END}" are reserved.`,
    );
  }
  const caller = taskOf(options.config ?? ambientConfig());
  if (caller === undefined) throw new Error(outside(name));
  const func = (config: RunnableConfig) =>
    fn({ idempotencyKey: taskOf(config)?.taskId as string, signal: config.signal, config });
  const timeout = normalizeTimeout(options.timeout);
  return caller.call({ name, func, input: [], retry: options.retry, timeout, isStep: true }) as Promise<T>;
}

function outside(name: string): string {
  return `Step "${name}" was called outside of a graph node, or async local storage is not initialized. Call it from within a node; without async local storage, pass \`{ config }\` of the node.`;
}
