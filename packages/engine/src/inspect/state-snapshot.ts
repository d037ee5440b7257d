import type { CheckpointMetadata } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { AnyRecord } from "../runtime/any-record.ts";
import type { Interrupt } from "../runtime/interrupt.ts";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import type { TaskPath } from "../step/task.ts";

/** A task of a snapshot: still to run, or how it ended. */
export interface PregelTaskDescription {
  readonly id: string;
  readonly name: string;
  readonly path?: TaskPath;
  readonly interrupts: Interrupt[];
  readonly error?: unknown;
  /** For a task that calls a graph: where that graph's state is, or the state itself. */
  readonly state?: LangGraphRunnableConfig | StateSnapshot;
  readonly result?: unknown;
}

/** The state of a thread at one checkpoint. */
export interface StateSnapshot {
  // biome-ignore lint/suspicious/noExplicitAny: upstream's type; users read state keys without casts
  readonly values: AnyRecord | any;
  /** The nodes that run next. */
  readonly next: string[];
  readonly config: RunnableConfig;
  readonly metadata?: CheckpointMetadata;
  readonly createdAt?: string;
  readonly parentConfig?: RunnableConfig | undefined;
  readonly tasks: PregelTaskDescription[];
}

export interface GetStateOptions {
  /** Includes the states of nested graphs. */
  subgraphs?: boolean;
}
