/**
 * The stored form of a graph's state after one superstep: format 4 of LangGraph, so that checkpoints cross between engines.
 *
 * @example
 * {
 *   v: 4, id: "1f0c…", ts: "2026-11-24T06:30:00.000Z",
 *   channel_values: { count: 1, "branch:to:next": null },
 *   channel_versions: { __start__: 2, count: 3, "branch:to:next": 3 },
 *   versions_seen: { __input__: {}, __start__: { __start__: 1 } },
 * }
 */
export interface Checkpoint {
  /** Format. Always 4 for what we write. */
  v: number;
  /** UUID version 6: later checkpoints have greater ids, compared as text. */
  id: string;
  /** When it was made, ISO 8601. */
  ts: string;
  /** Channel name → stored value; channels without a stored form are absent. */
  channel_values: Record<string, unknown>;
  /** Channel name → version of its last change. */
  channel_versions: ChannelVersions;
  /** Node name → the version of each trigger channel which the node has consumed. */
  versions_seen: Record<string, ChannelVersions>;
}

/** A channel's version: grows with each change. Numbers by default, text in some Postgres savers. */
export type ChannelVersion = number | string;

export type ChannelVersions = Record<string, ChannelVersion>;

/** How a checkpoint came to be: input to the graph, a superstep, a state update, or a fork. */
export type CheckpointSource = "input" | "loop" | "update" | "fork";

export interface CheckpointMetadata {
  source: CheckpointSource;
  /** −1 for the first input, then one more per superstep. */
  step: number;
  /** Namespace of an ancestor graph → id of its checkpoint. */
  parents: Record<string, string>;
  [key: string]: unknown;
}

/** A write as a task made it: channel and value. */
export type PendingWrite = [channel: string, value: unknown];

/** A write together with the task that made it, as a checkpointer returns it. */
export type CheckpointPendingWrite = [taskId: string, channel: string, value: unknown];
