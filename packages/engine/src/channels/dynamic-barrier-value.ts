import { EmptyChannelError, InvalidUpdateError } from "../errors.ts";
import { BaseChannel } from "./channel.ts";

/** Arms a dynamic barrier: the names to wait for. */
export interface WaitForNames<Value> {
  __names: Value[];
}

/** A barrier whose names are themselves written. Not used by `StateGraph`; part of the public channels. */
export class DynamicBarrierValue<Value> extends BaseChannel<
  void,
  Value | WaitForNames<Value>,
  [Value[] | undefined, Value[]]
> {
  lc_graph_name = "DynamicBarrierValue";
  names: Set<Value> | undefined;
  seen: Set<Value> = new Set();

  override get changesWithoutWrites(): boolean {
    return false;
  }

  fromCheckpoint(checkpoint?: [Value[] | undefined, Value[]]): this {
    const channel = new DynamicBarrierValue<Value>();
    if (checkpoint !== undefined) {
      channel.names = checkpoint[0] === undefined || checkpoint[0] === null ? undefined : new Set(checkpoint[0]);
      channel.seen = new Set(checkpoint[1]);
    }
    return channel as this;
  }

  update(values: (Value | WaitForNames<Value>)[]): boolean {
    const waits = values.filter(isWaitForNames);
    if (waits.length > 1) {
      throw new InvalidUpdateError("Received multiple WaitForNames updates in the same step.");
    }
    if (waits[0] !== undefined) {
      this.names = new Set(waits[0].__names);
      return true;
    }
    if (this.names === undefined) return false;
    let changed = false;
    for (const value of values as Value[]) {
      if (!this.names.has(value) || this.seen.has(value)) continue;
      this.seen.add(value);
      changed = true;
    }
    return changed;
  }

  get(): undefined {
    if (!this.isAvailable()) throw new EmptyChannelError();
    return undefined;
  }

  checkpoint(): [Value[] | undefined, Value[]] {
    return [this.names === undefined ? undefined : [...this.names], [...this.seen]];
  }

  override consume(): boolean {
    if (!this.isAvailable()) return false;
    this.seen = new Set();
    this.names = undefined;
    return true;
  }

  override isAvailable(): boolean {
    const { names, seen } = this;
    return names !== undefined && names.size === seen.size && [...names].every((name) => seen.has(name));
  }
}

function isWaitForNames<Value>(value: Value | WaitForNames<Value>): value is WaitForNames<Value> {
  return typeof value === "object" && value !== null && "__names" in value && Array.isArray(value.__names);
}
