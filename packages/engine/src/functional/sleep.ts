import type { RunnableConfig } from "@langchain/core/runnables";
import { GraphInterrupt, GraphValueError } from "../errors.ts";
import { ambientConfig, taskOf } from "../runtime/ambient.ts";
import { xxh3 } from "../runtime/xxh3.ts";
import { step } from "./step.ts";

/** What a sleeping run shows as its interrupt: when it is worth resuming. */
export interface SleepPause {
  readonly type: "sleep";
  /** ISO 8601. */
  readonly until: string;
}

export interface SleepOptions {
  /** The config of the node: needed where there is no async local storage. */
  config?: RunnableConfig;
}

/**
 * Lets a node sleep without holding a worker. The first call fixes the end, which is saved like the result of a `step()`;
 * until then the run pauses: it returns with an interrupt `{ type: "sleep", until }`, and nothing stays in memory. The engine
 * has no clock of its own that wakes: whoever called the graph resumes it, with `null`, at `until`. Resumed before, it pauses
 * again; after, the node runs again from its top and passes. Needs a checkpointer. Sleeps are told apart by their order.
 *
 * @param duration milliseconds from the first call, or the time to wake at
 * @example await sleep(24 * 60 * 60 * 1000)
 */
export async function sleep(duration: number | Date, options: SleepOptions = {}): Promise<void> {
  const config = options.config ?? ambientConfig();
  const task = taskOf(config);
  if (config === undefined || task === undefined) {
    throw new Error(
      "sleep() was called outside of a graph node. Without async local storage, pass `{ config }` of the node.",
    );
  }
  if (!task.scope.canInterrupt) {
    throw new GraphValueError("No checkpointer set", { lc_error_code: "MISSING_CHECKPOINTER" });
  }
  const untilMs = await step("sleep", () => endOf(duration), { config });
  if (Date.now() >= untilMs) return;
  const value: SleepPause = { type: "sleep", until: new Date(untilMs).toISOString() };
  throw new GraphInterrupt([{ id: xxh3(`${task.checkpointNs}|sleep|${untilMs}`), value }]);
}

function endOf(duration: number | Date): number {
  const untilMs = typeof duration === "number" ? Date.now() + duration : duration.getTime();
  if (!Number.isFinite(untilMs))
    throw new RangeError(`sleep() needs milliseconds or a valid date, got ${String(duration)}.`);
  return untilMs;
}
