import { Runnable, type RunnableConfig, type RunnableInterface, RunnableMap } from "@langchain/core/runnables";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import type { NodeFunction } from "../step/pregel-node.ts";

/** What can be a node or a router: a function, a runnable, or a map of them. */
export type RunnableLike<RunInput, RunOutput, CallOptions extends RunnableConfig = RunnableConfig> =
  | RunnableInterface<RunInput, RunOutput, CallOptions>
  | ((input: RunInput, options: CallOptions) => RunOutput | Promise<RunOutput>)
  | { [K in keyof RunOutput]: RunnableLike<RunInput, RunOutput[K]> };

/**
 * How a declared node is called. A function is called as it is; what it returns is the node's output unless it is itself a
 * runnable, which then is invoked with the same input.
 */
export function toNodeFunction(action: unknown): NodeFunction {
  if (Runnable.isRunnable(action)) {
    const runnable = action as Runnable;
    return (input, config) => runnable.invoke(input, unnamed(config));
  }
  if (typeof action === "function") {
    const call = action as NodeFunction;
    return (input, config) => {
      const output = call(input, config);
      return mayBeRunnable(output) ? followRunnable(output, input, config) : output;
    };
  }
  if (typeof action === "object" && action !== null) return toNodeFunction(RunnableMap.from(action as never));
  throw new Error("Expected a Runnable, function or object.\nInstead got an unsupported type.");
}

/** The node's name is the name of its own run, not of what it calls. */
function unnamed(config: LangGraphRunnableConfig): LangGraphRunnableConfig {
  const { runName: _, ...rest } = config;
  return rest;
}

/** Promises and runnables; both are rare enough to look closer. */
function mayBeRunnable(output: unknown): output is object {
  return typeof output === "object" && output !== null && ("then" in output || "lc_runnable" in output);
}

function followRunnable(output: object, input: unknown, config: LangGraphRunnableConfig): unknown {
  if ("then" in output) {
    return (output as Promise<unknown>).then((value) =>
      mayBeRunnable(value) && Runnable.isRunnable(value) ? (value as Runnable).invoke(input, unnamed(config)) : value,
    );
  }
  return Runnable.isRunnable(output) ? (output as Runnable).invoke(input, unnamed(config)) : output;
}

/** The graphs inside an action: itself, or steps of a sequence. */
export function graphsIn(action: unknown): unknown[] {
  if (typeof action !== "object" || action === null) return [];
  if ("lg_is_pregel" in action && action.lg_is_pregel === true) return [action];
  if ("steps" in action && Array.isArray(action.steps)) return action.steps.flatMap(graphsIn);
  if ("bound" in action) return graphsIn(action.bound);
  return [];
}
