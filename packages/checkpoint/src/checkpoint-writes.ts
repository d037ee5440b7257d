import type { AppendedList } from "./appended-list.ts";
import type { ListText } from "./appended-text.ts";
import { compareWritesSortKeys } from "./writes-sort-key.ts";

/** What a serializer of either contract made of a value; of a list of messages, the text of each. */
export type Stored = ListText | AppendedList | [type: string, data: Uint8Array];

/** What one task wrote, as three lists: position, channel, value. Few objects, because all of them are kept. */
export interface TaskWrites {
  readonly taskId: string;
  readonly taskPath: string;
  readonly indexes: number[];
  readonly channels: string[];
  readonly values: Stored[];
}

/** The pending writes of one checkpoint, by task. Most have those of one: that one needs no map. */
export class CheckpointWrites {
  #first: TaskWrites | undefined;
  #others: Map<string, TaskWrites> | undefined;

  /** Adds what a task wrote. Ordinary writes are kept as first written; those of special channels are replaced. */
  add(written: TaskWrites): void {
    const stored = this.#get(written.taskId);
    if (stored === undefined && new Set(written.indexes).size === written.indexes.length) {
      this.#set(written);
      return;
    }
    const merged = stored ?? { ...written, indexes: [], channels: [], values: [] };
    if (stored === undefined) this.#set(merged);
    for (const [i, index] of written.indexes.entries())
      keepWrite(merged, index, written.channels[i] as string, written.values[i] as Stored);
  }

  /** All writes in the order in which they are applied. */
  inOrder(): { taskId: string; channel: string; value: Stored }[] {
    const tasks = this.#first === undefined ? [] : [this.#first, ...(this.#others?.values() ?? [])];
    const all = tasks.flatMap(({ taskId, taskPath, indexes, channels, values }) =>
      indexes.map((index, i) => ({
        key: [taskPath, taskId, index] as const,
        taskId,
        channel: channels[i] as string,
        value: values[i] as Stored,
      })),
    );
    return all.sort((a, b) => compareWritesSortKeys(a.key, b.key));
  }

  /** What is added to the one does not reach the other. */
  copy(): CheckpointWrites {
    const copy = new CheckpointWrites();
    if (this.#first !== undefined) copy.#set(copyOf(this.#first));
    for (const writes of this.#others?.values() ?? []) copy.#set(copyOf(writes));
    return copy;
  }

  #get(taskId: string): TaskWrites | undefined {
    return this.#first?.taskId === taskId ? this.#first : this.#others?.get(taskId);
  }

  #set(writes: TaskWrites): void {
    if (this.#first === undefined) {
      this.#first = writes;
      return;
    }
    this.#others ??= new Map();
    this.#others.set(writes.taskId, writes);
  }
}

function copyOf(writes: TaskWrites): TaskWrites {
  const { indexes, channels, values } = writes;
  return { ...writes, indexes: [...indexes], channels: [...channels], values: [...values] };
}

function keepWrite(stored: TaskWrites, index: number, channel: string, value: Stored): void {
  const at = stored.indexes.indexOf(index);
  if (at === -1) {
    stored.indexes.push(index);
    stored.channels.push(channel);
    stored.values.push(value);
  } else if (index < 0) {
    stored.values[at] = value;
  }
}
