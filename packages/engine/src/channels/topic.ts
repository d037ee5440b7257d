import { EmptyChannelError } from "../errors.ts";
import { BaseChannel } from "./channel.ts";

/** A list of what was written, lists flattened by one level. Without `accumulate` it lives for one step. */
export class Topic<Value> extends BaseChannel<Value[], Value | Value[], Value[] | [Value[], Value[]]> {
  lc_graph_name = "Topic";
  /** Drops values that the channel has ever held. */
  unique: boolean;
  accumulate: boolean;
  seen: Set<Value> = new Set();
  values: Value[] = [];

  constructor(fields?: { unique?: boolean; accumulate?: boolean }) {
    super();
    this.unique = fields?.unique ?? false;
    this.accumulate = fields?.accumulate ?? false;
  }

  fromCheckpoint(checkpoint?: Value[] | [Value[], Value[]]): this {
    const channel = new Topic<Value>({ unique: this.unique, accumulate: this.accumulate });
    if (checkpoint === undefined) return channel as this;
    if (this.unique || isLegacyPair(checkpoint)) {
      const [seen, values] = checkpoint as [Value[], Value[]];
      channel.seen = new Set(seen);
      channel.values = values;
    } else {
      channel.values = [...(checkpoint as Value[])];
    }
    return channel as this;
  }

  update(writes: (Value | Value[])[]): boolean {
    let changed = false;
    if (!this.accumulate && this.values.length > 0) {
      this.values = [];
      changed = true;
    }
    const values = writes.flat() as Value[];
    for (const value of values) {
      if (this.unique && this.seen.has(value)) continue;
      if (this.unique) this.seen.add(value);
      this.values.push(value);
      changed = true;
    }
    return changed;
  }

  get(): Value[] {
    if (this.values.length === 0) throw new EmptyChannelError();
    return this.values;
  }

  checkpoint(): Value[] | [Value[], Value[]] {
    // An accumulating list goes on growing after it was handed to a saver.
    const values = this.accumulate ? [...this.values] : this.values;
    return this.unique ? [[...this.seen], values] : values;
  }

  override isAvailable(): boolean {
    return this.values.length !== 0;
  }
}

/** Older checkpoints hold `[seen, values]` for every topic. */
function isLegacyPair(checkpoint: unknown[]): boolean {
  return checkpoint.length === 2 && Array.isArray(checkpoint[0]) && Array.isArray(checkpoint[1]);
}
