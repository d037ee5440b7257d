/**
 * One event of a run's stream. `event` is a stream mode, for subgraphs followed by their namespace (`updates|child:id`), or
 * one of metadata, error, feedback, end.
 */
export interface StreamEvent {
  /** Greater with every event of a run; opaque to clients. */
  id: string;
  event: string;
  data: unknown;
}

/** The data of a run's first event. */
export interface MetadataEvent {
  run_id: string;
  /** Counts the times the run was begun, from 1. */
  attempt?: number;
}

/** The data of the `error` event, and `__error__` in the answer of wait and join. */
export interface ErrorEvent {
  /** The name of the error's class. */
  error: string;
  message: string;
}
