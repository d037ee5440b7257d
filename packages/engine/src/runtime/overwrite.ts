import { OVERWRITE } from "./constants.ts";

/** The plain form of an overwrite. */
export interface OverwriteValue<ValueType> {
  [OVERWRITE]: ValueType;
}

/**
 * Replaces the value of a reduced channel instead of reducing into it.
 *
 * @example return { messages: new Overwrite([]) }
 */
// biome-ignore lint/suspicious/noExplicitAny: upstream's default, so that a bare `Overwrite` fits every channel
export class Overwrite<ValueType = any> implements OverwriteValue<ValueType> {
  lg_name = "Overwrite";
  readonly [OVERWRITE]: ValueType;

  constructor(value: ValueType) {
    this[OVERWRITE] = value;
  }

  get value(): ValueType {
    return this[OVERWRITE];
  }

  toJSON(): { __overwrite__: ValueType } {
    return { [OVERWRITE]: this[OVERWRITE] };
  }

  static isInstance<ValueType>(value: unknown): value is Overwrite<ValueType> {
    return typeof value === "object" && value !== null && "lg_name" in value && value.lg_name === "Overwrite";
  }
}

/**
 * The replacement that a write carries, boxed, or undefined when it is an ordinary write. Recognised forms: an instance,
 * `{__overwrite__: v}`, and the form of other runtimes `{type: "__overwrite__", value: v}`.
 */
export function readOverwrite(write: unknown): { value: unknown } | undefined {
  if (typeof write !== "object" || write === null) return undefined;
  if (OVERWRITE in write) {
    const isMarked = Overwrite.isInstance(write) || Object.keys(write).length === 1;
    return isMarked ? { value: write[OVERWRITE] } : undefined;
  }
  if ("type" in write && write.type === OVERWRITE && "value" in write) return { value: write.value };
  return undefined;
}
