import { EmptyChannelError, InvalidUpdateError } from "../errors.ts";
import { BaseChannel } from "./channel.ts";

/** Waits until every one of its names was written: the trigger behind `addEdge([a, b], c)`. */
export class NamedBarrierValue<Value> extends BaseChannel<void, Value, Value[]> {
  lc_graph_name = "NamedBarrierValue";
  names: Set<Value>;
  seen: Set<Value> = new Set();

  constructor(names: Set<Value>) {
    super();
    this.names = names;
  }

  override get changesWithoutWrites(): boolean {
    return false;
  }

  fromCheckpoint(checkpoint?: Value[]): this {
    const channel = new NamedBarrierValue<Value>(this.names);
    if (checkpoint !== undefined) channel.seen = new Set(checkpoint);
    return channel as this;
  }

  update(values: Value[]): boolean {
    return collect(this.names, this.seen, values);
  }

  get(): undefined {
    if (!this.isAvailable()) throw new EmptyChannelError();
    return undefined;
  }

  checkpoint(): Value[] {
    return [...this.seen];
  }

  override consume(): boolean {
    if (!this.isAvailable()) return false;
    this.seen = new Set();
    return true;
  }

  override isAvailable(): boolean {
    return isSuperset(this.seen, this.names);
  }

  override equals(other: BaseChannel): boolean {
    return this === other || hasSameNames(this, other);
  }
}

/** The same for a deferred target: complete only after `finish()`. */
export class NamedBarrierValueAfterFinish<Value> extends BaseChannel<void, Value, [Value[], boolean]> {
  lc_graph_name = "NamedBarrierValueAfterFinish";
  names: Set<Value>;
  seen: Set<Value> = new Set();
  finished = false;

  constructor(names: Set<Value>) {
    super();
    this.names = names;
  }

  override get changesWithoutWrites(): boolean {
    return false;
  }

  fromCheckpoint(checkpoint?: [Value[], boolean]): this {
    const channel = new NamedBarrierValueAfterFinish<Value>(this.names);
    if (checkpoint !== undefined) {
      channel.seen = new Set(checkpoint[0]);
      channel.finished = checkpoint[1];
    }
    return channel as this;
  }

  update(values: Value[]): boolean {
    return collect(this.names, this.seen, values);
  }

  get(): undefined {
    if (!this.isAvailable()) throw new EmptyChannelError();
    return undefined;
  }

  checkpoint(): [Value[], boolean] {
    return [[...this.seen], this.finished];
  }

  override consume(): boolean {
    if (!this.isAvailable()) return false;
    this.finished = false;
    this.seen = new Set();
    return true;
  }

  override finish(): boolean {
    if (this.finished || !isSuperset(this.seen, this.names)) return false;
    this.finished = true;
    return true;
  }

  override isAvailable(): boolean {
    return this.finished && isSuperset(this.seen, this.names);
  }

  override equals(other: BaseChannel): boolean {
    return this === other || hasSameNames(this, other);
  }
}

/** Adds names to `seen`; true if one was new. Throws for a name nobody waits for. */
function collect<Value>(names: Set<Value>, seen: Set<Value>, values: Value[]): boolean {
  let changed = false;
  for (const value of values) {
    if (!names.has(value)) {
      throw new InvalidUpdateError(`Value ${JSON.stringify(value)} not in names ${JSON.stringify([...names])}`);
    }
    if (seen.has(value)) continue;
    seen.add(value);
    changed = true;
  }
  return changed;
}

function isSuperset<Value>(seen: Set<Value>, names: Set<Value>): boolean {
  if (seen.size < names.size) return false;
  for (const name of names) if (!seen.has(name)) return false;
  return true;
}

function hasSameNames(barrier: BaseChannel & { names: Set<unknown> }, other: BaseChannel): boolean {
  if (other.lc_graph_name !== barrier.lc_graph_name) return false;
  const names = (other as BaseChannel & { names: Set<unknown> }).names;
  return names.size === barrier.names.size && isSuperset(names, barrier.names);
}
