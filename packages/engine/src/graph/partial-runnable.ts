import { Runnable, type RunnableConfig } from "@langchain/core/runnables";

/** The members of core's class whose types a graph narrows beyond what an override may. */
type Retyped = "invoke" | "stream" | "_streamIterator" | "withConfig" | "getGraph" | "streamEvents";

/** Core's `Runnable` as a base class whose `stream` yields chunks of its own kind, not outputs. */
export const PartialRunnable = Runnable as unknown as abstract new <
  RunInput,
  RunOutput,
  CallOptions extends RunnableConfig,
>(
  fields?: unknown,
) => Omit<Runnable<RunInput, RunOutput, CallOptions>, Retyped>;
