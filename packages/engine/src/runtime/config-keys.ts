/**
 * Keys of `configurable` that the engine itself reads or writes. Names are upstream's: savers, servers and tools look
 * at some of them (`SEND`, `TASK_ID`, `CHECKPOINTER`, `NODE_FINISHED`).
 */
export const KEY = {
  /** `(writes: [channel, value][]) => void`: writes of the running task. */
  send: "__pregel_send",
  /** `(keys, fresh?) => values`: the state; fresh, with what the running task has written so far. */
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

/** What a task adds to the `configurable` of its run. */
export interface TaskKeys {
  taskId: string;
  checkpointNs: string;
  checkpointMap: Record<string, string>;
  task: unknown;
  send: (writes: [string, unknown][]) => void;
  read: (keys: string | readonly string[], fresh?: boolean) => unknown;
}

/** A run's `configurable` with room for the keys of a task: see `taskConfigurable`. */
export function configurableTemplate(
  configurable: Record<string, unknown>,
  checkpointer: unknown,
): Record<string, unknown> {
  return {
    ...configurable,
    __pregel_checkpointer: checkpointer,
    __pregel_task_id: undefined,
    __pregel_send: undefined,
    __pregel_read: undefined,
    __pregel_scratchpad: undefined,
    checkpoint_map: undefined,
    checkpoint_id: undefined,
    checkpoint_ns: undefined,
  };
}

/** The `configurable` of a task. Copying a template that has all keys and filling it is several times faster than adding keys. */
export function taskConfigurable(template: Record<string, unknown>, keys: TaskKeys): Record<string, unknown> {
  const configurable = { ...template };
  configurable.__pregel_task_id = keys.taskId;
  configurable.__pregel_send = keys.send;
  configurable.__pregel_read = keys.read;
  configurable.__pregel_scratchpad = keys.task;
  configurable.checkpoint_map = keys.checkpointMap;
  configurable.checkpoint_ns = keys.checkpointNs;
  return configurable;
}
