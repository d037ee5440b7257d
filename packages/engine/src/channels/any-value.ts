import { EmptyChannelError } from "../errors.ts";
import { BaseChannel } from "./channel.ts";

/** Keeps the last of the values written in a step, for writers that all write the same; empties in steps without writes. */
export class AnyValue<Value> extends BaseChannel<Value, Value, Value> {
  lc_graph_name = "AnyValue";
  value: [Value] | [] = [];

  fromCheckpoint(checkpoint?: Value): this {
    const channel = new AnyValue<Value>();
    if (checkpoint !== undefined) channel.value = [checkpoint];
    return channel as this;
  }

  update(values: Value[]): boolean {
    if (values.length === 0) {
      const changed = this.value.length !== 0;
      this.value = [];
      return changed;
    }
    this.value = [values[values.length - 1] as Value];
    return true;
  }

  get(): Value {
    if (this.value.length === 0) throw new EmptyChannelError();
    return this.value[0];
  }

  checkpoint(): Value | undefined {
    return this.value[0];
  }

  override isAvailable(): boolean {
    return this.value.length !== 0;
  }
}
