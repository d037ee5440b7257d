import {
  getInteropZodDefaultGetter,
  getInteropZodObjectShape,
  type InteropZodObject,
  type InteropZodObjectShape,
  type InteropZodType,
} from "@langchain/core/utils/types";
import { BinaryOperatorAggregate } from "../channels/binary-operator-aggregate.ts";
import type { BaseChannel } from "../channels/channel.ts";
import { LastValue } from "../channels/last-value.ts";
import type { OverwriteValue } from "../runtime/overwrite.ts";

/** A zod schema with a reducer attached. */
export type ReducedZodChannel<T extends InteropZodType, TReducerSchema extends InteropZodType> = T & {
  lg_reducer_schema: TReducerSchema;
};

/** The state definition that a zod object stands for. */
export type InteropZodToStateDefinition<T extends InteropZodObject, TShape = InteropZodObjectShape<T>> = {
  [key in keyof TShape]: TShape[key] extends ReducedZodChannel<infer Schema, infer ReducerSchema>
    ? Schema extends InteropZodType<infer V>
      ? ReducerSchema extends InteropZodType<infer U>
        ? BaseChannel<V, OverwriteValue<V> | U>
        : never
      : never
    : TShape[key] extends InteropZodType<infer V, infer U>
      ? BaseChannel<V, U>
      : never;
};

/** What graphs need to know about a zod field beside its schema. */
// biome-ignore lint/suspicious/noExplicitAny: upstream's defaults; a reducer takes what its schema gives
export interface SchemaMeta<TValue = any, TUpdate = TValue> {
  jsonSchemaExtra?: { langgraph_nodes?: string[]; langgraph_type?: "prompt" | "messages"; [key: string]: unknown };
  reducer?: { schema?: InteropZodType<TUpdate>; fn: (a: TValue, b: TUpdate) => TValue };
  default?: () => TValue;
}

/** Remembers the meta of zod fields. Weak: a schema that is gone leaves nothing behind. */
export class SchemaMetaRegistry {
  readonly #metas = new WeakMap<object, SchemaMeta>();

  get(schema: InteropZodType): SchemaMeta | undefined {
    return this.#metas.get(schema);
  }

  /** Replaces a field's meta by what `change` makes of it. */
  extend(schema: InteropZodType, change: (meta: SchemaMeta | undefined) => SchemaMeta): void {
    this.#metas.set(schema, change(this.#metas.get(schema)));
  }

  remove(schema: InteropZodType): this {
    this.#metas.delete(schema);
    return this;
  }

  has(schema: InteropZodType): boolean {
    return this.#metas.has(schema);
  }

  /** One channel per field: reduced where a reducer is attached. */
  getChannelsForSchema<T extends InteropZodObject>(schema: T): InteropZodToStateDefinition<T> {
    const channels: Record<string, BaseChannel> = {};
    for (const [key, field] of Object.entries(getInteropZodObjectShape(schema))) {
      channels[key] = this.#toChannel(field as InteropZodType);
    }
    return channels as InteropZodToStateDefinition<T>;
  }

  #toChannel(field: InteropZodType): BaseChannel {
    const meta = this.get(field);
    if (meta === undefined) return new LastValue();
    const initial = meta.default ?? getInteropZodDefaultGetter(field);
    return meta.reducer === undefined ? new LastValue(initial) : new BinaryOperatorAggregate(meta.reducer.fn, initial);
  }
}

/** The registry that graphs use unless told otherwise. */
export const schemaMetaRegistry: SchemaMetaRegistry = new SchemaMetaRegistry();

/**
 * Attaches a reducer, a default or JSON-schema extras to a zod field.
 *
 * @example z.object({ log: withLangGraph(z.array(z.string()), { reducer: { fn: (a, b) => a.concat(b) }, default: () => [] }) })
 */
export function withLangGraph<TValue, TUpdate, TSchema extends InteropZodType<TValue>>(
  schema: TSchema,
  meta: SchemaMeta<TValue, TUpdate> & { reducer?: undefined },
): TSchema;
export function withLangGraph<TValue, TUpdate, TSchema extends InteropZodType<TValue>>(
  schema: TSchema,
  meta: SchemaMeta<TValue, TUpdate>,
): ReducedZodChannel<TSchema, InteropZodType<TUpdate>>;
export function withLangGraph(schema: InteropZodType, meta: SchemaMeta): InteropZodType {
  if (meta.reducer !== undefined && meta.default === undefined) {
    const initial = getInteropZodDefaultGetter(schema);
    schemaMetaRegistry.extend(schema, () => (initial === undefined ? meta : { ...meta, default: initial }));
  } else {
    schemaMetaRegistry.extend(schema, () => meta);
  }
  return schema;
}
