import { EmptyChannelError, InvalidUpdateError } from "../errors.ts";
import { BaseChannel } from "./channel.ts";

/** Lives for one step: graph input, and the triggers of nodes. With `guard`, one write per step. */
export class EphemeralValue<Value> extends BaseChannel<Value, Value, Value> {
  lc_graph_name = "EphemeralValue";
  guard: boolean;
  value: [Value] | [] = [];

  constructor(guard = true) {
    super();
    this.guard = guard;
  }

  fromCheckpoint(checkpoint?: Value): this {
    const channel = new EphemeralValue<Value>(this.guard);
    if (checkpoint !== undefined) channel.value = [checkpoint];
    return channel as this;
  }

  update(values: Value[]): boolean {
    if (values.length === 0) {
      const changed = this.value.length !== 0;
      this.value = [];
      return changed;
    }
    if (this.guard && values.length > 1) {
      throw new InvalidUpdateError("EphemeralValue can only receive one value per step.");
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
