import { BinaryOperatorAggregate } from "../channels/binary-operator-aggregate.ts";
import type { BaseChannel } from "../channels/channel.ts";
import { DeltaChannel } from "../channels/delta-channel.ts";
import { LastValue } from "../channels/last-value.ts";
import { UntrackedValueChannel } from "../channels/untracked-value.ts";
import { OVERWRITE } from "../runtime/constants.ts";
import { type OverwriteValue, readOverwrite } from "../runtime/overwrite.ts";
import {
  acceptsUndefined,
  getJsonSchemaFromSchema,
  getSchemaDefaultGetter,
  isStandardSchema,
  type SerializableSchema,
} from "./standard-schema.ts";
import { DeltaValue, ReducedValue, UntrackedValue } from "./state-values.ts";

const BRAND = Symbol.for("langgraph.state.state_schema");

export type StateSchemaField<Input = unknown, Output = Input> =
  | DeltaValue<Input, Output>
  | ReducedValue<Input, Output>
  | UntrackedValue<Output>
  | SerializableSchema<Input, Output>;

// biome-ignore lint/suspicious/noExplicitAny: a bound for fields of all kinds; `unknown` would refuse their reducers
export type StateSchemaFields = { [key: string]: StateSchemaField<any, any> };

export type StateSchemaFieldToChannel<F> =
  F extends DeltaValue<infer V, infer I>
    ? BaseChannel<V, OverwriteValue<V> | I>
    : F extends ReducedValue<infer V, infer I>
      ? BaseChannel<V, OverwriteValue<V> | I>
      : F extends UntrackedValue<infer V>
        ? BaseChannel<V, V>
        : F extends SerializableSchema<infer I, infer O>
          ? BaseChannel<O, I>
          : BaseChannel<unknown, unknown>;

export type StateSchemaFieldsToStateDefinition<TFields extends StateSchemaFields> = {
  [K in keyof TFields]: StateSchemaFieldToChannel<TFields[K]>;
};

export type InferStateSchemaValue<TFields extends StateSchemaFields> = {
  [K in keyof TFields]: StateSchemaFieldToChannel<TFields[K]>["ValueType"];
};

export type InferStateSchemaUpdate<TFields extends StateSchemaFields> = {
  [K in keyof TFields]?: StateSchemaFieldToChannel<TFields[K]>["UpdateType"];
};

/**
 * Declares the state of a graph from schemas of any Standard Schema library.
 *
 * @example new StateSchema({ topic: z.string(), log: new ReducedValue(z.array(z.string()), { reducer: (a, b) => a.concat(b) }) })
 */
export class StateSchema<TFields extends StateSchemaFields> {
  readonly [BRAND] = true;
  readonly fields: TFields;
  declare State: InferStateSchemaValue<TFields>;
  declare Update: InferStateSchemaUpdate<TFields>;
  declare Node: (
    state: InferStateSchemaValue<TFields>,
    // biome-ignore lint/suspicious/noExplicitAny: the runtime's type depends on the graph, not on the state
    config: any,
  ) => InferStateSchemaUpdate<TFields> | Promise<InferStateSchemaUpdate<TFields>>;

  constructor(fields: TFields) {
    this.fields = fields;
  }

  getChannels(): Record<string, BaseChannel> {
    const channels: Record<string, BaseChannel> = {};
    for (const [key, field] of Object.entries(this.fields)) {
      if (!isField(field)) throw new Error(invalidField(key));
      channels[key] = toFieldChannel(field);
    }
    return channels;
  }

  /** The whole state as JSON schema; fields without a default are required. */
  getJsonSchema(): Record<string, unknown> {
    const required: string[] = [];
    const properties: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(this.fields)) {
      const schema = valueSchemaOf(field);
      properties[key] = describe(schema, field);
      if (schema !== undefined && !acceptsUndefined(schema)) required.push(key);
    }
    return required.length === 0 ? { type: "object", properties } : { type: "object", properties, required };
  }

  /** What may be written, as JSON schema; nothing is required. */
  getInputJsonSchema(): Record<string, unknown> {
    const properties: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(this.fields)) properties[key] = describe(inputSchemaOf(field), field);
    return { type: "object", properties };
  }

  getChannelKeys(): string[] {
    return Object.keys(this.fields);
  }

  getAllKeys(): string[] {
    return Object.keys(this.fields);
  }

  /** Validates the known keys of a record; unknown keys and other values pass. */
  async validateInput<T>(data: T): Promise<T> {
    if (typeof data !== "object" || data === null || Array.isArray(data)) return data;
    const result: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(data)) {
      const field = Object.hasOwn(this.fields, key) ? this.fields[key] : undefined;
      result[key] = field === undefined ? value : await validateField(key, field, value);
    }
    return result as T;
  }

  static isInstance(value: unknown): value is AnyStateSchema {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a bound for schemas of all fields
export type AnyStateSchema = StateSchema<any>;

function isField(field: unknown): boolean {
  return (
    ReducedValue.isInstance(field) ||
    DeltaValue.isInstance(field) ||
    UntrackedValue.isInstance(field) ||
    isStandardSchema(field)
  );
}

function invalidField(key: string): string {
  return `Invalid state field "${key}": must be a schema, ReducedValue, DeltaValue, UntrackedValue, or ManagedValue`;
}

function toFieldChannel(field: StateSchemaField): BaseChannel {
  if (ReducedValue.isInstance(field)) {
    return new BinaryOperatorAggregate(field.reducer, getSchemaDefaultGetter(field.valueSchema));
  }
  if (DeltaValue.isInstance(field)) {
    const initialValueFactory = getSchemaDefaultGetter(field.valueSchema);
    return new DeltaChannel(field.reducer, {
      ...(field.snapshotFrequency === undefined ? {} : { snapshotFrequency: field.snapshotFrequency }),
      ...(initialValueFactory === undefined ? {} : { initialValueFactory }),
    });
  }
  if (UntrackedValue.isInstance(field)) {
    const initialValueFactory = field.schema === undefined ? undefined : getSchemaDefaultGetter(field.schema);
    return new UntrackedValueChannel(
      initialValueFactory === undefined ? { guard: field.guard } : { guard: field.guard, initialValueFactory },
    );
  }
  return new LastValue(getSchemaDefaultGetter(field));
}

function valueSchemaOf(field: StateSchemaField): SerializableSchema | undefined {
  if (ReducedValue.isInstance(field) || DeltaValue.isInstance(field)) return field.valueSchema;
  if (UntrackedValue.isInstance(field)) return field.schema;
  return field as SerializableSchema;
}

function inputSchemaOf(field: StateSchemaField): SerializableSchema | undefined {
  if (ReducedValue.isInstance(field) || DeltaValue.isInstance(field)) return field.inputSchema;
  return valueSchemaOf(field);
}

function describe(schema: SerializableSchema | undefined, field: StateSchemaField): Record<string, unknown> {
  const description = getJsonSchemaFromSchema(schema) ?? {};
  return "jsonSchemaExtra" in field ? { ...description, ...field.jsonSchemaExtra } : description;
}

async function validateField(key: string, field: StateSchemaField, value: unknown): Promise<unknown> {
  const overwrite = readOverwrite(value);
  if (overwrite !== undefined && "reducer" in field) {
    return { [OVERWRITE]: await validate(key, valueSchemaOf(field), overwrite.value) };
  }
  return validate(key, inputSchemaOf(field), value);
}

async function validate(key: string, schema: SerializableSchema | undefined, value: unknown): Promise<unknown> {
  if (schema === undefined) return value;
  const result = await schema["~standard"].validate(value);
  if (result.issues !== undefined) {
    throw new Error(`Validation failed for field "${key}": ${JSON.stringify(result.issues)}`);
  }
  return result.value;
}
