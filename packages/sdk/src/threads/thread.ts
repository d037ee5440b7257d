import type { Dict, Thread as WireThread, ThreadState as WireThreadState } from "@heddle/protocol";

/** The state of a thread when nobody said what it is. */
export type DefaultValues = Dict;

/** A thread whose values are known. */
export interface Thread<Values = DefaultValues> extends Omit<WireThread, "values"> {
  values: Values | null;
}

/** The state of a thread at one checkpoint. */
export interface ThreadState<Values = DefaultValues> extends Omit<WireThreadState, "values"> {
  values: Values;
}
