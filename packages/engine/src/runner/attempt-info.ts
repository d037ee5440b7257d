/** When a node was first tried, and how often. */
export interface AttemptInfo {
  attempt: number;
  firstAttemptAt: number;
  /** Namespace of a graph that the task called → the last attempt which did. */
  begunGraphs?: Map<string, number>;
}
