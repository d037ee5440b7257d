/** An event of a run as it is stored. */
export interface LoggedEvent {
  runId: string;
  /** Greater with each event of the run; gaps are allowed. */
  seq: number;
  event: string;
  /** JSON text. */
  data: string;
}

/** So that a reader who is slow costs little memory. */
export const MAX_READ_CHARACTERS = 64 * 1024;

/** An event to be appended. */
export interface NewEvent extends LoggedEvent {
  /** Which attempt of the run says it (see Lease). Absent for an event that no worker says. */
  attempt?: number;
}

/** The events of runs, in their order, for readers who come late or again. */
export interface EventLog {
  /**
   * Durable once resolved. Events of a run are appended in the order of `seq`; of several runs at once for speed. Events of an
   * attempt whose lease is lost are dropped, and those that are there already: whoever did not hear of a success may come again.
   */
  append(events: readonly NewEvent[]): Promise<void>;
  /** Events of a run after `afterSeq` (−1 for all): at most `limit`, and not many more than MAX_READ_CHARACTERS, but one at least. */
  read(runId: string, afterSeq: number, limit: number): Promise<LoggedEvent[]>;
  /** Calls back after events of the run were appended or the run was settled, by whichever process. Returns the way to stop. */
  listen(runId: string, onChange: () => void): () => void;
  /** Calls back after a run of the thread was offered or settled, its state was edited or it was deleted, by whichever process. */
  listenThread(threadId: string, onChange: () => void): () => void;
  /**
   * Removes the events of non-resumable runs which ended before this time; returns of how many runs. Runs of temporary threads,
   * resumable or not, go with their events: until then late readers find both.
   */
  trim(options: { endedBefore: string }): Promise<number>;
}
