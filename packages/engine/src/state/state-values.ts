import type { SerializableSchema } from "./standard-schema.ts";

// The kinds of `StateSchema` fields beside plain schemas. Each is recognised by its brand, across copies of the package.

const REDUCED = Symbol.for("langgraph.state.reduced_value");
const UNTRACKED = Symbol.for("langgraph.state.untracked_value");
const DELTA = Symbol.for("langgraph.state.delta_value");

export interface ReducedValueInit<Value = unknown, Input = Value> {
  /** What nodes may write; the value's own schema when absent. */
  inputSchema?: SerializableSchema<unknown, Input>;
  reducer: (current: Value, next: Input) => Value;
  jsonSchemaExtra?: Record<string, unknown>;
}

/** A field whose writes are folded into its value. */
export class ReducedValue<Value = unknown, Input = Value> {
  readonly [REDUCED] = true;
  readonly valueSchema: SerializableSchema<unknown, Value>;
  readonly inputSchema: SerializableSchema<unknown, Input | Value>;
  readonly reducer: (current: Value, next: Input) => Value;
  readonly jsonSchemaExtra?: Record<string, unknown>;
  declare ValueType: Value;
  declare InputType: Input;

  // biome-ignore lint/suspicious/noExplicitAny: the input of the schema is not the value's type when it has defaults
  constructor(valueSchema: SerializableSchema<any, Value>, init: ReducedValueInit<Value, Input>) {
    this.valueSchema = valueSchema;
    this.inputSchema = init.inputSchema ?? valueSchema;
    this.reducer = init.reducer;
    if (init.jsonSchemaExtra !== undefined) this.jsonSchemaExtra = init.jsonSchemaExtra;
  }

  static isInstance(value: unknown): value is ReducedValue {
    return isBranded(value, REDUCED);
  }
}

export interface UntrackedValueInit {
  /** One write per step. @default true */
  guard?: boolean;
}

/** A field that is never stored. */
export class UntrackedValue<Value = unknown> {
  readonly [UNTRACKED] = true;
  readonly schema?: SerializableSchema<unknown, Value>;
  readonly guard: boolean;
  declare ValueType: Value;

  // biome-ignore lint/suspicious/noExplicitAny: the input of the schema is not the value's type when it has defaults
  constructor(schema?: SerializableSchema<any, Value>, init?: UntrackedValueInit) {
    if (schema !== undefined) this.schema = schema;
    this.guard = init?.guard ?? true;
  }

  static isInstance(value: unknown): value is UntrackedValue {
    return isBranded(value, UNTRACKED);
  }
}

export interface DeltaValueInit<Value = unknown, Input = Value> {
  inputSchema?: SerializableSchema<unknown, Input>;
  /** Takes all writes of a step at once. */
  reducer: (current: Value, writes: Input[]) => Value;
  /** A whole snapshot is stored after this many updates. @default 1000 */
  snapshotFrequency?: number;
  jsonSchemaExtra?: Record<string, unknown>;
}

/** A field of which checkpoints store the writes only. */
export class DeltaValue<Value = unknown, Input = Value> {
  readonly [DELTA] = true;
  readonly valueSchema: SerializableSchema<unknown, Value>;
  readonly inputSchema: SerializableSchema<unknown, Input | Value>;
  readonly reducer: (current: Value, writes: Input[]) => Value;
  readonly snapshotFrequency?: number;
  readonly jsonSchemaExtra?: Record<string, unknown>;
  declare ValueType: Value;
  declare InputType: Input;

  // biome-ignore lint/suspicious/noExplicitAny: the input of the schema is not the value's type when it has defaults
  constructor(valueSchema: SerializableSchema<any, Value>, init: DeltaValueInit<Value, Input>) {
    this.valueSchema = valueSchema;
    this.inputSchema = init.inputSchema ?? valueSchema;
    this.reducer = init.reducer;
    if (init.snapshotFrequency !== undefined) this.snapshotFrequency = init.snapshotFrequency;
    if (init.jsonSchemaExtra !== undefined) this.jsonSchemaExtra = init.jsonSchemaExtra;
  }

  static isInstance(value: unknown): value is DeltaValue {
    return isBranded(value, DELTA);
  }
}

function isBranded(value: unknown, brand: symbol): boolean {
  return typeof value === "object" && value !== null && brand in value;
}
