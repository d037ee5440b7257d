import type { PendingWrite } from "@heddle/checkpoint";
import { RETURN, TAG_HIDDEN } from "../../runtime/constants.ts";
import type { Task } from "../../step/task.ts";

/** Whether streams leave a task out. */
export function isHidden(task: Task): boolean {
  return task.isStep === true || task.node.tags.includes(TAG_HIDDEN);
}

/** The `updates` chunk of a finished task: `{node: what it wrote}`. */
export function updatesChunk(
  task: Task,
  outputKeys: string | readonly string[],
  isCached: boolean,
): Record<string, unknown> {
  const chunk: Record<string, unknown> = { [task.name]: taskUpdate(task.writes, outputKeys) };
  if (isCached) chunk.__metadata__ = { cached: true };
  return chunk;
}

function taskUpdate(writes: readonly PendingWrite[], outputKeys: string | readonly string[]): unknown {
  const returned = writes.find(([channel]) => channel === RETURN);
  if (returned !== undefined) return returned[1];
  if (typeof outputKeys === "string") {
    const values = writes.filter(([channel]) => channel === outputKeys).map(([, value]) => value);
    if (values.length === 0) return null;
    return values.length > 1 ? values : values[0];
  }
  return writtenValues(writes, outputKeys);
}

/** `{key: value}`; a list of single-key records when one key was written twice. */
function writtenValues(writes: readonly PendingWrite[], keys: readonly string[]): unknown {
  const update: Record<string, unknown> = {};
  const visible = writes.filter(([channel]) => keys.includes(channel));
  for (const [channel, value] of visible) {
    if (Object.hasOwn(update, channel)) return visible.map(([key, item]) => ({ [key]: item }));
    update[channel] = value;
  }
  return update;
}
