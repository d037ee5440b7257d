import type { BaseCache, Checkpointer, Store } from "@heddle/checkpoint";
import type { InterruptPoints } from "../step/interrupt-point.ts";
import type { RetryPolicy } from "../step/node-policy.ts";
import type { Program } from "../step/program.ts";

/** A compiled graph as the loop sees it. */
export interface GraphDefinition {
  readonly program: Program;
  readonly name: string;
  /** Inherited from the graph above when undefined; none when false; `true`: inherited, and kept across its calls. */
  readonly checkpointer: Checkpointer | boolean | undefined;
  readonly store: Store | undefined;
  readonly cache: BaseCache | undefined;
  readonly retryPolicy: RetryPolicy | undefined;
  /** Milliseconds for one superstep. */
  readonly stepTimeout: number | undefined;
  readonly interruptBefore: InterruptPoints;
  readonly interruptAfter: InterruptPoints;
  validateInput(input: unknown): unknown;
  validateContext(context: unknown): unknown;
}
