import { EmptyChannelError, InvalidUpdateError } from "../errors.ts";
import { BaseChannel } from "./channel.ts";

/** A last value that is never stored: it is back to its initial value in the next run. */
export class UntrackedValueChannel<Value> extends BaseChannel<Value, Value, undefined> {
  lc_graph_name = "UntrackedValue";
  /** One write per step. */
  guard: boolean;
  value: [Value] | [] = [];
  initialValueFactory?: () => Value;

  constructor(options?: { guard?: boolean; initialValueFactory?: () => Value }) {
    super();
    this.guard = options?.guard ?? true;
    if (options?.initialValueFactory === undefined) return;
    this.initialValueFactory = options.initialValueFactory;
    this.value = [options.initialValueFactory()];
  }

  override get changesWithoutWrites(): boolean {
    return false;
  }

  fromCheckpoint(_checkpoint?: undefined): this {
    const { guard, initialValueFactory } = this;
    const options = initialValueFactory === undefined ? { guard } : { guard, initialValueFactory };
    return new UntrackedValueChannel<Value>(options) as this;
  }

  update(values: Value[]): boolean {
    if (values.length === 0) return false;
    if (this.guard && values.length > 1) {
      throw new InvalidUpdateError(
        "UntrackedValue(guard=true) can receive only one value per step. Use guard=false if you want to store any one of multiple values.",
        {
          lc_error_code: "INVALID_CONCURRENT_GRAPH_UPDATE",
        },
      );
    }
    this.value = [values[values.length - 1] as Value];
    return true;
  }

  get(): Value {
    if (this.value.length === 0) throw new EmptyChannelError();
    return this.value[0];
  }

  checkpoint(): undefined {
    return undefined;
  }

  override isAvailable(): boolean {
    return this.value.length !== 0;
  }

  override equals(other: BaseChannel): boolean {
    return (
      this === other || (other.lc_graph_name === this.lc_graph_name && "guard" in other && other.guard === this.guard)
    );
  }
}
