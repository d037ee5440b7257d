import type {
  ChannelVersion,
  ChannelVersions,
  Checkpoint,
  CheckpointMetadata,
  CheckpointPendingWrite,
  PendingWrite,
} from "./checkpoint.ts";

/**
 * Which checkpoint of which thread. `thread_id` names the thread, `checkpoint_ns` the graph within it
 * ("" is the root graph), `checkpoint_id` one checkpoint; without it the latest one is meant.
 */
export interface CheckpointConfig {
  configurable?: {
    thread_id?: string;
    checkpoint_ns?: string;
    checkpoint_id?: string;
    // biome-ignore lint/suspicious/noExplicitAny: users put values of their own here, upstream types it so
    [key: string]: any;
  };
}

export interface CheckpointTuple {
  config: CheckpointConfig;
  checkpoint: Checkpoint;
  metadata?: CheckpointMetadata;
  parentConfig?: CheckpointConfig;
  pendingWrites?: CheckpointPendingWrite[];
}

export interface CheckpointListOptions {
  limit?: number;
  /** Only checkpoints older than this one. */
  before?: CheckpointConfig;
  /** Only checkpoints whose metadata has these values. */
  filter?: Record<string, unknown>;
}

/**
 * Keeps the checkpoints of threads. The structural contract of `BaseCheckpointSaver` of `@langchain/langgraph-checkpoint`:
 * official savers fit here, and ours fit the official engine.
 */
export interface Checkpointer {
  /** The named checkpoint with its pending writes, or the latest of the thread and namespace; undefined when there is none. */
  getTuple(config: CheckpointConfig): Promise<CheckpointTuple | undefined>;
  /** Checkpoints of a thread (of all namespaces when `checkpoint_ns` is absent), newest first. */
  list(config: CheckpointConfig, options?: CheckpointListOptions): AsyncGenerator<CheckpointTuple>;
  /**
   * Stores a checkpoint, durably once resolved. `config.configurable.checkpoint_id` is the parent. `newVersions` holds the
   * channels whose value changed since the parent; the others are stored already. Returns the config of the new checkpoint.
   */
  put(
    config: CheckpointConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<CheckpointConfig>;
  /**
   * Whether a checkpoint may be put before the puts of its ancestors have answered: it is then stored after them, and may share a
   * round trip with them. Of ours only; others are given one checkpoint at a time.
   */
  readonly takesPutsAtOnce?: boolean;
  /**
   * Stores what a task wrote on top of the checkpoint named by `config`. Ordinary writes are kept as first written;
   * writes to the special channels of `WRITES_IDX_MAP` replace former ones. Returned by `getTuple` ordered by task path.
   */
  putWrites(config: CheckpointConfig, writes: PendingWrite[], taskId: string, taskPath?: string): Promise<void>;
  /** Removes all checkpoints and writes of a thread. */
  deleteThread(threadId: string): Promise<void>;
  /** The version that follows `current`; undefined stands for a channel that was never written. */
  getNextVersion(current: ChannelVersion | undefined): ChannelVersion;
}

/** Special channels have one slot per task: a later write replaces an earlier one. */
export const WRITES_IDX_MAP: Readonly<Record<string, number>> = {
  __error__: -1,
  __scheduled__: -2,
  __interrupt__: -3,
  __resume__: -4,
};
