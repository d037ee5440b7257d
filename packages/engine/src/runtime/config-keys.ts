/**
 * Keys of `configurable` that the engine itself reads or writes. Names are upstream's: savers, servers and tools look
 * at some of them (`SEND`, `TASK_ID`, `CHECKPOINTER`, `NODE_FINISHED`).
 */
export const KEY = {
  /** `(writes: [channel, value][]) => void`: writes of the running task. */
  send: "__pregel_send",
  read: "__pregel_read",
  /** A saver for this call; wins over the one given to `compile`. */
  checkpointer: "__pregel_checkpointer",
  taskId: "__pregel_task_id",
  /** The running task (`TaskContext`); its presence makes a call of a graph a nested one. */
  scratchpad: "__pregel_scratchpad",
  strictResume: "__pregel_strict_resume",
  durability: "__pregel_durability",
  /** `(node: string) => void`, called when a visible node finishes. */
  nodeFinished: "__pregel_node_finished",
  resumeMap: "__pregel_resume_map",
  previous: "__pregel_previous",
  nodeError: "__pregel_node_error",
} as const;

/** Whether a key of `configurable` belongs to the engine. */
export function isInternalKey(key: string): boolean {
  return key.startsWith("__pregel_");
}
