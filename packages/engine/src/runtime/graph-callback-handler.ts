import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { Interrupt } from "./interrupt.ts";

const BRAND = Symbol.for("langgraph.graph_callback_handler");

/** Where a run stood when it paused or went on. */
export type GraphLifecycleStatus =
  | "pending"
  | "done"
  | "interrupt_before"
  | "interrupt_after"
  | "out_of_steps"
  | "draining";

/** A run went on from a checkpoint. */
export interface GraphResumeEvent {
  readonly runId: string | undefined;
  readonly status: GraphLifecycleStatus;
  readonly checkpointId: string;
  readonly checkpointNs: readonly string[];
}

/** The root graph paused; a static interrupt asks nothing. */
export interface GraphInterruptEvent extends GraphResumeEvent {
  readonly interrupts: readonly Interrupt[];
}

export type GraphLifecycleEvent = GraphInterruptEvent | GraphResumeEvent;

/** A callback handler that also hears of pauses. Its errors reach the run only with `raiseError`. */
export abstract class GraphCallbackHandler extends BaseCallbackHandler {
  name = "GraphCallbackHandler";
  readonly [BRAND] = true;

  static isInstance(value: unknown): value is GraphCallbackHandler {
    return typeof value === "object" && value !== null && BRAND in value;
  }

  /** Called when the root graph pauses, before its chain run ends. */
  handleInterrupt?(event: GraphInterruptEvent): void | Promise<void>;

  /** Called before a resumed run goes on, nested graphs included. */
  handleResume?(event: GraphResumeEvent): void | Promise<void>;
}
