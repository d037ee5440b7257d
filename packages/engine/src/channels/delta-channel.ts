import { DeltaSnapshot, isDeltaSnapshot } from "@heddle/checkpoint";
import { EmptyChannelError, InvalidUpdateError } from "../errors.ts";
import { type OverwriteValue, readOverwrite } from "../runtime/overwrite.ts";
import { BaseChannel } from "./channel.ts";

/** Applies all writes of a step at once; must give the same value however the writes are split into batches. */
export type DeltaReducer<ValueType, UpdateType = ValueType> = (state: ValueType, writes: UpdateType[]) => ValueType;

export interface DeltaChannelOptions<ValueType> {
  /** A whole snapshot is stored after this many updates. @default 1000 */
  snapshotFrequency?: number;
  /** @default () => [] */
  initialValueFactory?: () => ValueType;
}

/**
 * A reduced value of which checkpoints store only the writes, and now and then a snapshot: a growing list costs what is
 * appended. `loop/` and `inspect/` rebuild the value from the writes between the last snapshot and the checkpoint.
 */
export class DeltaChannel<ValueType, UpdateType = ValueType> extends BaseChannel<
  ValueType,
  OverwriteValue<ValueType> | UpdateType,
  DeltaSnapshot | ValueType
> {
  lc_graph_name = "DeltaChannel";
  reducer: DeltaReducer<ValueType, UpdateType>;
  snapshotFrequency: number;
  initialValueFactory: () => ValueType;
  value: ValueType | undefined;
  /** Whether the last update replaced the value: its snapshot is due. */
  wasOverwritten = false;

  constructor(reducer: DeltaReducer<ValueType, UpdateType>, options: DeltaChannelOptions<ValueType> = {}) {
    super();
    const { snapshotFrequency = 1000, initialValueFactory = () => [] as ValueType } = options;
    if (!Number.isInteger(snapshotFrequency) || snapshotFrequency <= 0) {
      throw new Error(`snapshotFrequency must be a positive integer, got ${snapshotFrequency}`);
    }
    this.reducer = reducer;
    this.snapshotFrequency = snapshotFrequency;
    this.initialValueFactory = initialValueFactory;
    this.value = initialValueFactory();
  }

  override get changesWithoutWrites(): boolean {
    return false;
  }

  fromCheckpoint(checkpoint?: DeltaSnapshot | ValueType): this {
    const { snapshotFrequency, initialValueFactory } = this;
    const channel = new DeltaChannel(this.reducer, { snapshotFrequency, initialValueFactory });
    if (isDeltaSnapshot(checkpoint)) channel.value = checkpoint.value as ValueType;
    else if (checkpoint !== undefined) channel.value = checkpoint;
    return channel as this;
  }

  update(writes: (OverwriteValue<ValueType> | UpdateType)[]): boolean {
    this.wasOverwritten = false;
    if (writes.length === 0) return false;
    const overwrites = writes.map(readOverwrite).filter((overwrite) => overwrite !== undefined);
    if (overwrites.length > 1) throw new InvalidUpdateError("Can receive only one Overwrite value per step.");
    const overwrite = overwrites[0];
    if (overwrite === undefined) {
      this.value = this.reducer(this.get(), writes as UpdateType[]);
      return true;
    }
    // An overwrite wins over everything else written in its step.
    this.value = (overwrite.value ?? this.initialValueFactory()) as ValueType;
    this.wasOverwritten = true;
    return true;
  }

  /** Applies stored writes, oldest first; the last overwrite makes those before it void. */
  replay(writes: unknown[]): void {
    if (writes.length === 0) return;
    let start = 0;
    for (let i = writes.length - 1; i >= 0; i--) {
      const overwrite = readOverwrite(writes[i]);
      if (overwrite === undefined) continue;
      this.value = (overwrite.value ?? this.initialValueFactory()) as ValueType;
      start = i + 1;
      break;
    }
    const rest = writes.slice(start) as UpdateType[];
    if (rest.length > 0) this.value = this.reducer(this.get(), rest);
  }

  get(): ValueType {
    if (this.value === undefined) throw new EmptyChannelError();
    return this.value;
  }

  /** Nothing: writes are stored, not values. */
  checkpoint(): undefined {
    return undefined;
  }

  snapshot(): DeltaSnapshot {
    return new DeltaSnapshot(this.value);
  }

  override isAvailable(): boolean {
    return this.value !== undefined;
  }

  override equals(other: BaseChannel): boolean {
    if (this === other) return true;
    if (!isDeltaChannel(other)) return false;
    return this.reducer === (other.reducer as unknown) && this.snapshotFrequency === other.snapshotFrequency;
  }
}

export function isDeltaChannel(channel: unknown): channel is DeltaChannel<unknown, unknown> {
  return (
    typeof channel === "object" &&
    channel !== null &&
    "lc_graph_name" in channel &&
    channel.lc_graph_name === "DeltaChannel"
  );
}
