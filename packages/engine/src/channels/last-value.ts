import { EmptyChannelError, InvalidUpdateError } from "../errors.ts";
import { BaseChannel } from "./channel.ts";

/** Keeps the value of the last write; one write per step. */
export class LastValue<Value> extends BaseChannel<Value, Value, Value> {
  lc_graph_name = "LastValue";
  value: [Value] | [] = [];
  initialValueFactory?: () => Value;

  constructor(initialValueFactory?: () => Value) {
    super();
    if (initialValueFactory === undefined) return;
    this.initialValueFactory = initialValueFactory;
    this.value = [initialValueFactory()];
  }

  override get changesWithoutWrites(): boolean {
    return false;
  }

  fromCheckpoint(checkpoint?: Value): this {
    const channel = new LastValue<Value>(this.initialValueFactory);
    if (checkpoint !== undefined) channel.value = [checkpoint];
    return channel as this;
  }

  update(values: Value[]): boolean {
    if (values.length === 0) return false;
    if (values.length > 1) {
      throw new InvalidUpdateError("LastValue can only receive one value per step.", {
        lc_error_code: "INVALID_CONCURRENT_GRAPH_UPDATE",
      });
    }
    this.value[0] = values[0] as Value;
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

/** A last value that can be read only after `finish()`: the trigger of a deferred node. */
export class LastValueAfterFinish<Value> extends BaseChannel<Value, Value, [Value, boolean]> {
  lc_graph_name = "LastValueAfterFinish";
  value: [Value] | [] = [];
  finished = false;

  override get changesWithoutWrites(): boolean {
    return false;
  }

  fromCheckpoint(checkpoint?: [Value, boolean]): this {
    const channel = new LastValueAfterFinish<Value>();
    if (checkpoint !== undefined) {
      channel.value = [checkpoint[0]];
      channel.finished = checkpoint[1];
    }
    return channel as this;
  }

  update(values: Value[]): boolean {
    if (values.length === 0) return false;
    this.finished = false;
    this.value = [values[values.length - 1] as Value];
    return true;
  }

  get(): Value {
    if (this.value.length === 0 || !this.finished) throw new EmptyChannelError();
    return this.value[0];
  }

  checkpoint(): [Value, boolean] | undefined {
    return this.value.length === 0 ? undefined : [this.value[0], this.finished];
  }

  override consume(): boolean {
    if (!this.finished) return false;
    this.finished = false;
    this.value = [];
    return true;
  }

  override finish(): boolean {
    if (this.finished || this.value.length === 0) return false;
    this.finished = true;
    return true;
  }

  override isAvailable(): boolean {
    return this.value.length !== 0 && this.finished;
  }
}
