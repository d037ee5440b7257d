import { EXCLUDED_METADATA_KEYS, type PendingWrite } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import { ERROR, INTERRUPT } from "../../runtime/constants.ts";
import type { Task } from "../../step/task.ts";

/** The `tasks` chunk of a task that starts. */
export function taskStartChunk(task: Task, config: RunnableConfig): Record<string, unknown> {
  const metadata = userMetadata({ ...config.metadata, ...task.node.metadata });
  const tags = [...(config.tags ?? []), ...task.node.tags].filter(
    (tag) => !tag.startsWith("seq:") && !tag.startsWith("graph:"),
  );
  if (tags.length > 0) metadata.tags = tags;
  const { id, name, input, triggers } = task;
  const chunk = { id, name, input, triggers, interrupts: [] };
  return Object.keys(metadata).length === 0 ? chunk : { ...chunk, metadata };
}

function userMetadata(metadata: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !EXCLUDED_METADATA_KEYS.has(key)));
}

/** The `tasks` chunk of a task that ended: with a result, with interrupts, or with an error. */
export function taskResultChunk(
  task: Task,
  writes: readonly PendingWrite[],
  streamKeys: string | readonly string[],
): Record<string, unknown> {
  return {
    id: task.id,
    name: task.name,
    result: taskResult(writes, streamKeys),
    interrupts: interruptsIn(writes),
    error: writes.find(([channel]) => channel === ERROR)?.[1] ?? null,
  };
}

/** The interrupts among a task's writes. */
export function interruptsIn(writes: readonly PendingWrite[]): unknown[] {
  return writes.filter(([channel]) => channel === INTERRUPT).flatMap(([, value]) => value as unknown);
}

/** What a task wrote to the streamed channels, by channel; several writes to one as `{$writes: […]}`. */
export function taskResult(
  writes: readonly PendingWrite[],
  streamKeys: string | readonly string[],
): Record<string, unknown> {
  const keys = typeof streamKeys === "string" ? [streamKeys] : streamKeys;
  const grouped = new Map<string, unknown[]>();
  for (const [channel, value] of writes) {
    if (keys.includes(channel)) grouped.set(channel, [...(grouped.get(channel) ?? []), value]);
  }
  const entries = [...grouped].map(([key, values]) => [key, values.length > 1 ? { $writes: values } : values[0]]);
  return Object.fromEntries(entries);
}
