import { EmptyChannelError } from "../errors.ts";

/** How two values of a channel become one. */
export type BinaryOperator<ValueType, UpdateType> = (a: ValueType, b: UpdateType) => ValueType;

/**
 * One named value of a graph's state, and how writes change it. A channel object belongs to one run; `fromCheckpoint`
 * makes the next one. A stored value of `undefined` means "nothing stored", everywhere.
 */
export abstract class BaseChannel<
  // biome-ignore lint/suspicious/noExplicitAny: upstream's default, so that any channel fits a list of channels
  ValueType = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  UpdateType = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  CheckpointType = any,
> {
  /** For the type checker only. */
  declare ValueType: ValueType;
  declare UpdateType: UpdateType;

  abstract lc_graph_name: string;

  /** Recognises channels of another copy of the package. */
  readonly lg_is_channel = true;

  /**
   * Whether `update([])` may change the channel. The loop leaves the others alone in steps that do not write them, so that a
   * step costs what it changes. True by default, for channels written elsewhere.
   */
  get changesWithoutWrites(): boolean {
    return true;
  }

  /** A new channel of the same configuration with a stored value. */
  abstract fromCheckpoint(checkpoint?: CheckpointType): this;

  /** Applies the writes of one step, in order; true if the channel changed. */
  abstract update(values: UpdateType[]): boolean;

  /** The value; throws `EmptyChannelError` when there is none. */
  abstract get(): ValueType;

  /** The stored form; undefined (or `EmptyChannelError`) when there is nothing to store. */
  abstract checkpoint(): CheckpointType | undefined;

  /** Called when a task that this channel triggered has run; true if the channel changed. */
  consume(): boolean {
    return false;
  }

  /** Called when no node is left to run; true if the channel changed. */
  finish(): boolean {
    return false;
  }

  isAvailable(): boolean {
    try {
      this.get();
      return true;
    } catch (error) {
      if (isEmptyChannelError(error)) return false;
      throw error;
    }
  }

  /** Whether two declarations of the same key mean the same channel. */
  equals(other: BaseChannel): boolean {
    return this === other;
  }
}

/** Whether a value is a channel, made by any copy of the package. */
export function isBaseChannel(value: unknown): value is BaseChannel {
  return typeof value === "object" && value !== null && "lg_is_channel" in value && value.lg_is_channel === true;
}

export function isEmptyChannelError(error: unknown): boolean {
  return error instanceof EmptyChannelError || (error as { name?: string } | null)?.name === "EmptyChannelError";
}
