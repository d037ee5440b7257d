import type {
  CheckpointRef,
  Command,
  Config,
  Dict,
  IfExists,
  SortOrder,
  Thread,
  ThreadSortBy,
  ThreadState,
  ThreadStatus,
} from "@heddle/protocol";
import type { Signalled } from "../signalled.ts";

/** Minutes until a thread is deleted; a bare number is short for `{ ttl, strategy: "delete" }`. */
export type ThreadTtl = number | { ttl: number; strategy?: "delete" };

/** One superstep of a history made by hand. */
export interface Superstep {
  updates: { values: unknown; command?: Command; asNode: string }[];
}

export interface ThreadCreatePayload extends Signalled {
  metadata?: Dict;
  /** A UUID; made by the server unless given. */
  threadId?: string;
  ifExists?: IfExists;
  /** Written to `metadata.graph_id`; needed with `supersteps`. */
  graphId?: string;
  /** A history to begin with. */
  supersteps?: Superstep[];
  ttl?: ThreadTtl;
}

export interface ThreadUpdatePayload extends Signalled {
  /** Merged into the former. */
  metadata?: Dict;
  ttl?: ThreadTtl;
  /** Answer nothing instead of the thread. */
  returnMinimal?: boolean;
}

export interface ThreadFilter extends Signalled {
  /** All of these keys must have these values, as in `values`. */
  metadata?: Dict;
  values?: Dict;
  status?: ThreadStatus;
}

export type ThreadSelectField = keyof Thread;

export interface ThreadSearchQuery extends ThreadFilter {
  ids?: string[];
  limit?: number;
  offset?: number;
  sortBy?: ThreadSortBy;
  sortOrder?: SortOrder;
  select?: ThreadSelectField[];
  /** Alias → path, such as `values.messages[-1]`; found in `extracted`. */
  extract?: Record<string, string>;
}

/** A field of a state; `values.<key>` for one key of the values. */
export type ThreadStateSelectField = keyof ThreadState | `values.${string}`;

export interface StateOptions extends Signalled {
  /** Also the states of paused subgraphs, in their tasks. */
  subgraphs?: boolean;
  select?: ThreadStateSelectField[];
}

export interface StateUpdatePayload<Update> extends Signalled {
  values: Update;
  /** Update this checkpoint instead of the latest: a fork. */
  checkpoint?: Partial<CheckpointRef>;
  /** @deprecated Use `checkpoint`. */
  checkpointId?: string;
  /** The node in whose name the update is made. */
  asNode?: string;
}

export interface HistoryOptions extends Signalled {
  limit?: number;
  /** Only states older than this one. */
  before?: Config | Partial<CheckpointRef> | string;
  checkpoint?: Partial<Omit<CheckpointRef, "thread_id">>;
  /** All of these keys of the checkpoints' metadata must have these values. */
  metadata?: Dict;
  select?: ThreadStateSelectField[];
}

/** run_modes: the events of the runs · lifecycle: their beginnings and ends · state_update: changes of the state. */
export type ThreadStreamMode = "run_modes" | "lifecycle" | "state_update";

export interface ThreadStreamOptions extends Signalled {
  /** Read on after this event; `-1` reads from the beginning. */
  lastEventId?: string;
  streamMode?: ThreadStreamMode | ThreadStreamMode[];
}
