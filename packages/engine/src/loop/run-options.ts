import type { BaseCache, Store } from "@heddle/checkpoint";
import type { FullConfig } from "../runtime/merge-config.ts";
import type { RunControl } from "../runtime/run-control.ts";
import type { Durability } from "../runtime/task-context.ts";
import type { InterruptPoints } from "../step/interrupt-point.ts";

/** What a call may say beside the fields of core's `RunnableConfig`. */
export interface RunOptions {
  interruptBefore?: InterruptPoints;
  interruptAfter?: InterruptPoints;
  inputKeys?: string | readonly string[];
  outputKeys?: string | readonly string[];
  durability?: Durability;
  /** Deprecated: false stands for `durability: "exit"`. */
  checkpointDuring?: boolean;
  store?: Store;
  cache?: BaseCache;
  context?: unknown;
  control?: RunControl;
}

/** The durability a call asks for; undefined when it leaves it to its parent or the default. */
export function durabilityOf(config: FullConfig & RunOptions): Durability | undefined {
  const { durability, checkpointDuring } = config;
  if (durability !== undefined && checkpointDuring !== undefined) {
    throw new Error("Cannot use both `durability` and `checkpointDuring` at the same time.");
  }
  if (checkpointDuring === undefined) return durability;
  return checkpointDuring ? "async" : "exit";
}
