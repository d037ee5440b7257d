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
    const written = writes.flat() as Value[];
    const added = this.unique ? written.filter((value) => !this.seen.has(value) && this.seen.add(value)) : written;
    if (added.length === 0) return changed;
    // What was read before does not grow: readers of a stream may look at it later.
    this.values = this.values.length === 0 ? added : this.values.concat(added);
    return true;
  }

  get(): Value[] {
    if (this.values.length === 0) throw new EmptyChannelError();
    return this.values;
  }

  checkpoint(): Value[] | [Value[], Value[]] {
    return this.unique ? [[...this.seen], this.values] : this.values;
  }

  override isAvailable(): boolean {
    return this.values.length !== 0;
  }
}

/** Older checkpoints hold `[seen, values]` for every topic. */
function isLegacyPair(checkpoint: unknown[]): boolean {
  return checkpoint.length === 2 && Array.isArray(checkpoint[0]) && Array.isArray(checkpoint[1]);
}
