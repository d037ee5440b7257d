import type { CheckpointConfig } from "./checkpointer.ts";

const THREAD_HINT =
  ' When using a checkpointer, you must pass a "thread_id" so the checkpointer knows which conversation thread to persist state for. Example: graph.stream(input, { configurable: { thread_id: "my-thread-id" } })';

/** The config that names one checkpoint of a graph of a thread. */
export function configOfCheckpoint(threadId: string, ns: string, checkpointId: string): CheckpointConfig {
  return { configurable: { thread_id: threadId, checkpoint_ns: ns, checkpoint_id: checkpointId } };
}

/**
 * Where Checkpointer.put puts a checkpoint, and which is its parent.
 *
 * @throws Error when the config names no thread.
 */
export function placeOfPut(config: CheckpointConfig): { threadId: string; ns: string; parentId: string | undefined } {
  const { checkpoint_ns: ns = "", checkpoint_id } = config.configurable ?? {};
  return { threadId: threadIdOf(config, "checkpoint"), ns, parentId: checkpoint_id || undefined };
}

/**
 * What Checkpointer.putWrites writes on top of.
 *
 * @throws Error when the config names no thread or no checkpoint.
 */
export function placeOfWrites(config: CheckpointConfig): { threadId: string; ns: string; checkpointId: string } {
  const { checkpoint_ns: ns = "", checkpoint_id: checkpointId } = config.configurable ?? {};
  const threadId = threadIdOf(config, "writes");
  if (checkpointId === undefined) throw missing("writes", "checkpoint_id");
  return { threadId, ns, checkpointId };
}

function threadIdOf(config: CheckpointConfig, what: string): string {
  const threadId: unknown = config.configurable?.thread_id;
  if (threadId === undefined || threadId === null) throw missing(what, "thread_id", THREAD_HINT);
  return String(threadId);
}

function missing(what: string, field: string, hint = ""): Error {
  return new Error(
    `Failed to put ${what}. The passed RunnableConfig is missing a required "${field}" field in its "configurable" property.${hint}`,
  );
}
