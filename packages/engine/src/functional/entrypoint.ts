import type { BaseCache, Checkpointer, Store } from "@heddle/checkpoint";
import { EphemeralValue } from "../channels/ephemeral-value.ts";
import { LastValue } from "../channels/last-value.ts";
import { Pregel } from "../graph/pregel.ts";
import { ambientConfig } from "../runtime/ambient.ts";
import { KEY } from "../runtime/config-keys.ts";
import { END, PREVIOUS, START } from "../runtime/constants.ts";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import { normalizeTimeout, type TimeoutPolicy } from "../runtime/timeout-policy.ts";
import { PregelNode } from "../step/pregel-node.ts";
import { rejectGenerator } from "./reject-generator.ts";

export interface EntrypointOptions {
  name: string;
  checkpointer?: Checkpointer;
  store?: Store;
  cache?: BaseCache;
  /** Milliseconds, or a policy. */
  timeout?: number | TimeoutPolicy;
}

/** A result that differs from what is saved for the next run. */
export interface EntrypointFinal<ValueT, SaveT> {
  value?: ValueT;
  save?: SaveT;
  __lg_type: "__pregel_final";
}

type Result<OutputT> = OutputT extends EntrypointFinal<infer ValueT, unknown> ? ValueT : OutputT;

/**
 * A workflow written as one function, with tasks as its steps.
 *
 * @example const workflow = entrypoint("double", async (n: number) => (await add(n, n)))
 */
export function entrypoint<InputT, OutputT>(
  optionsOrName: EntrypointOptions | string,
  func: (input: InputT, config: LangGraphRunnableConfig) => OutputT | Promise<OutputT>,
): Pregel<InputT, Result<Awaited<OutputT>>> {
  const options: EntrypointOptions = typeof optionsOrName === "string" ? { name: optionsOrName } : optionsOrName;
  rejectGenerator(func, "entrypoints");
  const { name, checkpointer, store, cache } = options;
  const node = new PregelNode({
    channels: [START],
    triggers: [START],
    run: func as (input: unknown, config: LangGraphRunnableConfig) => unknown,
    timeout: normalizeTimeout(options.timeout),
    writers: [
      (output, { writes }) => {
        const final = isFinal(output) ? output : undefined;
        writes.push(
          [END, final === undefined ? output : final.value],
          [PREVIOUS, final === undefined ? output : final.save],
        );
      },
    ],
  });
  return new Pregel<InputT, Result<Awaited<OutputT>>>({
    name,
    checkpointer,
    store,
    cache,
    nodes: { [name]: node },
    channels: { [START]: new EphemeralValue(), [END]: new LastValue(), [PREVIOUS]: new LastValue() },
    inputChannels: START,
    outputChannels: END,
    streamChannels: END,
    streamMode: "updates",
  });
}

/** Returns `value` to the caller and saves `save` for the next run. */
entrypoint.final = function final<ValueT, SaveT>({
  value,
  save,
}: {
  value?: ValueT;
  save?: SaveT;
}): EntrypointFinal<ValueT, SaveT> {
  const result: EntrypointFinal<ValueT, SaveT> = { __lg_type: "__pregel_final" };
  if (value !== undefined) result.value = value;
  if (save !== undefined) result.save = save;
  return result;
};

function isFinal(output: unknown): output is EntrypointFinal<unknown, unknown> {
  return (
    typeof output === "object" && output !== null && "__lg_type" in output && output.__lg_type === "__pregel_final"
  );
}

/** What the entrypoint saved in its last run on this thread; undefined in the first. */
export function getPreviousState<StateT>(config?: LangGraphRunnableConfig): StateT {
  return (config ?? ambientConfig())?.configurable?.[KEY.previous] as StateT;
}
