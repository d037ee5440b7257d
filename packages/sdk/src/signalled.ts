/** What every method takes last. */
export interface Signalled {
  /** Ends the call when it is aborted. */
  signal?: AbortSignal;
}
