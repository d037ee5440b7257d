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

/** What a thread takes in the database, without indexes. */
export interface ThreadSize {
  thread_id: string;
  checkpoints: number;
  /** Of the text of its checkpoints, of the values of their channels, and of writes. */
  bytes: number;
}
