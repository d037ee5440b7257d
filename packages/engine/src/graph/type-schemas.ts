import { toJsonSchema } from "@langchain/core/utils/json_schema";
import {
  extendInteropZodObject,
  getInteropZodObjectShape,
  type InteropZodObject,
  type InteropZodType,
  interopZodObjectPartial,
  isInteropZodObject,
} from "@langchain/core/utils/types";
import { type SchemaMetaRegistry, schemaMetaRegistry } from "../state/schema-meta.ts";
import { StateSchema } from "../state/state-schema.ts";
import type { ResolvedInit } from "./state-graph-init.ts";

type JsonSchema = Record<string, unknown>;

/** The state of a graph as JSON schema; undefined when it was not declared with schemas. */
export function getStateTypeSchema(
  graph: unknown,
  registry: SchemaMetaRegistry = schemaMetaRegistry,
): JsonSchema | undefined {
  return describe(schemasOf(graph)?.state, registry, { isPartial: false, asInput: false });
}

/** What a node may write. */
export function getUpdateTypeSchema(
  graph: unknown,
  registry: SchemaMetaRegistry = schemaMetaRegistry,
): JsonSchema | undefined {
  return describe(schemasOf(graph)?.state, registry, { isPartial: true, asInput: true });
}

/** What the graph takes. */
export function getInputTypeSchema(
  graph: unknown,
  registry: SchemaMetaRegistry = schemaMetaRegistry,
): JsonSchema | undefined {
  const schemas = schemasOf(graph);
  if (schemas === undefined) return undefined;
  const { input, state } = schemas;
  return describe(input ?? state, registry, { isPartial: true, asInput: true });
}

/** What the graph returns. */
export function getOutputTypeSchema(
  graph: unknown,
  registry: SchemaMetaRegistry = schemaMetaRegistry,
): JsonSchema | undefined {
  const schemas = schemasOf(graph);
  return describe(schemas?.output ?? schemas?.state, registry, { isPartial: false, asInput: false });
}

/** The graph's context. */
export function getConfigTypeSchema(
  graph: unknown,
  registry: SchemaMetaRegistry = schemaMetaRegistry,
): JsonSchema | undefined {
  return describe(schemasOf(graph)?.context, registry, { isPartial: false, asInput: false });
}

/** The schemas a compiled graph (or its builder) was made with. */
function schemasOf(graph: unknown): ResolvedInit | undefined {
  if (typeof graph !== "object" || graph === null) return undefined;
  const owner =
    "builder" in graph && typeof graph.builder === "object" && graph.builder !== null ? graph.builder : graph;
  return "schemas" in owner ? (owner.schemas as ResolvedInit) : undefined;
}

interface DescribeOptions {
  /** Nothing is required. */
  isPartial: boolean;
  /** Reduced fields are described as what their reducer takes. */
  asInput: boolean;
}

function describe(schema: unknown, registry: SchemaMetaRegistry, options: DescribeOptions): JsonSchema | undefined {
  if (StateSchema.isInstance(schema)) return options.asInput ? schema.getInputJsonSchema() : schema.getJsonSchema();
  if (!isInteropZodObject(schema)) return undefined;
  const described = options.asInput ? withReducerSchemas(schema, registry) : schema;
  const json = toJsonSchema(options.isPartial ? interopZodObjectPartial(described) : described) as JsonSchema;
  return withExtras(json, schema, registry);
}

function withReducerSchemas(schema: InteropZodObject, registry: SchemaMetaRegistry): InteropZodObject {
  const replaced: Record<string, InteropZodType> = {};
  for (const [key, field] of fieldsOf(schema)) {
    const reducerSchema = registry.get(field)?.reducer?.schema;
    if (reducerSchema !== undefined) replaced[key] = reducerSchema;
  }
  return Object.keys(replaced).length === 0 ? schema : extendInteropZodObject(schema, replaced);
}

/** What `withLangGraph` adds to the description of a field. */
function withExtras(json: JsonSchema, schema: InteropZodObject, registry: SchemaMetaRegistry): JsonSchema {
  const properties = { ...(json.properties as Record<string, JsonSchema> | undefined) };
  for (const [key, field] of fieldsOf(schema)) {
    const extra = registry.get(field)?.jsonSchemaExtra;
    if (extra !== undefined) properties[key] = { ...properties[key], ...extra };
  }
  return { ...json, properties };
}

function fieldsOf(schema: InteropZodObject): [string, InteropZodType][] {
  return Object.entries(getInteropZodObjectShape(schema)) as [string, InteropZodType][];
}
