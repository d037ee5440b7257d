import type { Checkpointer } from "./checkpointer.ts";
import type { DeltaChannelHistory } from "./delta-channel-history.ts";

/**
 * delete: nothing stays. keep_latest: of each namespace the latest checkpoint, with its writes and what it stands on: the
 * ancestors from which its delta channels are rebuilt. A namespace of one task (`node:task`) goes with the checkpoint of the
 * root graph that its task belonged to.
 */
export type PruneStrategy = "delete" | "keep_latest";

/** What a thread takes. */
export interface ThreadSize {
  checkpoints: number;
  /** Of checkpoints, writes and channel values, as UTF-8 text, without indexes. Values shared with copies count in each. */
  bytes: number;
}

/**
 * A checkpointer that owns its storage: what upstream's Python savers can do beside `Checkpointer`, and ours. Whatever is removed
 * takes with it the channel values that no other checkpoint, fork or copy of the thread has, and no others.
 */
export interface CheckpointStorage extends Checkpointer {
  /** Removes the checkpoints whose metadata names one of the runs, with the writes on top of them; all or none of a thread. */
  deleteForRuns(runIds: readonly string[]): Promise<void>;
  /**
   * Gives a new thread all checkpoints and writes of another; values are shared, not copied. Nothing when the other has none.
   *
   * @throws Error when the new thread has checkpoints already.
   */
  copyThread(sourceThreadId: string, targetThreadId: string): Promise<void>;
  /** Removes checkpoints of the threads; returns how many. All or none of a thread; threads that are unknown have none. */
  prune(threadIds: readonly string[], options?: { strategy?: PruneStrategy }): Promise<number>;
  /** What delta channels need to be rebuilt at a checkpoint; see DeltaChannelHistory. */
  getDeltaChannelHistory(options: {
    config: Parameters<Checkpointer["getTuple"]>[0];
    channels: string[];
  }): Promise<Record<string, DeltaChannelHistory>>;
  /** Zeros for an unknown thread. */
  sizeOfThread(threadId: string): Promise<ThreadSize>;
}
