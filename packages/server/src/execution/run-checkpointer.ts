import type { Checkpointer, CheckpointMetadata, CheckpointStorage } from "@heddle/checkpoint";

export interface RunContext {
  /** What the run is. */
  metadata: Record<string, unknown>;
  /** The keys of `configurable` that are of the request: they are the graph's to see, and nobody's who reads the history. */
  origin: readonly string[];
  signal: AbortSignal;
}

/**
 * The thread's checkpointer as one run uses it: what the run is (its metadata and its configuration) is written into the
 * metadata of each checkpoint, and for a subgraph the place where it runs, so that history can be filtered by it and a
 * rollback finds what to remove. After `signal` aborts nothing is written any more: a node that goes on after its run was
 * cancelled leaves no trace.
 */
export function runCheckpointer(
  checkpointer: CheckpointStorage,
  { metadata: runMetadata, origin, signal }: RunContext,
): Checkpointer & Pick<CheckpointStorage, "getDeltaChannelHistory"> {
  return {
    takesPutsAtOnce: checkpointer.takesPutsAtOnce ?? false,
    getTuple: (config) => checkpointer.getTuple(config),
    list: (config, options) => checkpointer.list(config, options),
    // Not `async`: a promise of their own for each call would be a part of what a short run costs.
    put: (config, checkpoint, metadata, newVersions) => {
      if (signal.aborted) return Promise.reject(signal.reason);
      const whole = fromConfigurable(config.configurable);
      Object.assign(whole, runMetadata, (config as { metadata?: object }).metadata, metadata);
      for (const key of origin) if (!(key in runMetadata)) delete whole[key];
      return checkpointer.put(config, checkpoint, whole as CheckpointMetadata, newVersions);
    },
    putWrites: (config, writes, taskId, taskPath) => {
      if (signal.aborted) return Promise.reject(signal.reason);
      return checkpointer.putWrites(config, writes, taskId, taskPath);
    },
    deleteThread: (threadId) => checkpointer.deleteThread(threadId),
    getDeltaChannelHistory: (options) => checkpointer.getDeltaChannelHistory(options),
    getNextVersion: (current) => checkpointer.getNextVersion(current),
  };
}

const NOT_METADATA = new Set(["checkpoint_ns", "checkpoint_id", "run_id", "thread_id"]);

/** The part of `configurable` that upstream's server copies into a checkpoint's metadata. */
function fromConfigurable(configurable: Record<string, unknown> | undefined): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const key in configurable) {
    if (!key.startsWith("__") && !NOT_METADATA.has(key)) kept[key] = configurable[key];
  }
  return kept;
}
