import { getInteropZodObjectShape, type InteropZodObject, isInteropZodObject } from "@langchain/core/utils/types";
import { type BaseChannel, isBaseChannel } from "../channels/channel.ts";
import {
  type AnnotationRoot,
  AnnotationRoot as Root,
  type StateDefinition,
  type StateType,
  type UpdateType,
} from "./annotation.ts";
import { type InteropZodToStateDefinition, schemaMetaRegistry } from "./schema-meta.ts";
import { type AnyStateSchema, StateSchema, type StateSchemaFieldsToStateDefinition } from "./state-schema.ts";

/** Every way to declare a state. */
// biome-ignore lint/suspicious/noExplicitAny: a bound for state definitions of all keys
export type StateDefinitionInit = StateDefinition | InteropZodObject | AnyStateSchema | AnnotationRoot<any>;

export type ToStateDefinition<T> =
  T extends StateSchema<infer TInit>
    ? StateSchemaFieldsToStateDefinition<TInit>
    : T extends AnnotationRoot<infer SD>
      ? SD
      : T extends InteropZodObject
        ? InteropZodToStateDefinition<T>
        : T extends StateDefinition
          ? T
          : never;

export type ExtractStateType<Schema, Fallback = Schema> =
  Schema extends AnnotationRoot<infer SD>
    ? StateType<SD>
    : StateType<ToStateDefinition<Schema>> extends infer S
      ? [S] extends [never]
        ? Fallback
        : S
      : Fallback;

export type ExtractUpdateType<Schema, FallbackBase = Schema> =
  Schema extends AnnotationRoot<infer SD>
    ? UpdateType<SD>
    : UpdateType<ToStateDefinition<Schema>> extends infer U
      ? [U] extends [never]
        ? Partial<FallbackBase>
        : U
      : Partial<FallbackBase>;

/** The channels a declaration stands for. */
export function toChannels(init: StateDefinitionInit): Record<string, BaseChannel> {
  if (StateSchema.isInstance(init)) return init.getChannels();
  if (Root.isInstance(init)) return fromSpec(init.spec);
  if (isInteropZodObject(init)) return schemaMetaRegistry.getChannelsForSchema(init) as Record<string, BaseChannel>;
  return fromSpec(init as StateDefinition);
}

function fromSpec(spec: StateDefinition): Record<string, BaseChannel> {
  const channels: Record<string, BaseChannel> = {};
  for (const [key, channel] of Object.entries(spec))
    channels[key] = typeof channel === "function" ? channel() : channel;
  return channels;
}

/** Whether a value can declare a state. */
export function isStateDefinitionInit(value: unknown): value is StateDefinitionInit {
  if (typeof value !== "object" || value === null) return false;
  if (StateSchema.isInstance(value) || Root.isInstance(value) || isInteropZodObject(value)) return true;
  const entries = Object.values(value);
  return entries.length > 0 && entries.every((entry) => typeof entry === "function" || isBaseChannel(entry));
}

/** The keys that a declaration has. */
export function stateKeys(init: StateDefinitionInit): string[] {
  if (StateSchema.isInstance(init)) return init.getAllKeys();
  if (Root.isInstance(init)) return Object.keys(init.spec);
  if (isInteropZodObject(init)) return Object.keys(getInteropZodObjectShape(init));
  return Object.keys(init);
}
