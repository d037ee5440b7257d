import {
  extendInteropZodObject,
  getInteropZodObjectShape,
  type InteropZodObject,
  type InteropZodType,
  interopParseAsync,
  interopZodObjectPartial,
  isInteropZodObject,
} from "@langchain/core/utils/types";
import { OVERWRITE } from "../runtime/constants.ts";
import { readOverwrite } from "../runtime/overwrite.ts";
import { schemaMetaRegistry } from "./schema-meta.ts";
import { type AnyStateSchema, StateSchema } from "./state-schema.ts";

/** A check of graph input or of a node's update; gives what the schema makes of it. */
export type StateValidator = (value: unknown) => Promise<unknown>;

type Shape = Record<string, InteropZodType>;

/**
 * The check of graph input. A declared input schema is parsed in full, a state schema in part (its defaults apply);
 * annotations check nothing.
 */
export function inputValidator(state: unknown, input: unknown): StateValidator | undefined {
  const schema = input ?? state;
  if (StateSchema.isInstance(schema)) return (value) => schema.validateInput(value);
  if (!isInteropZodObject(schema)) return undefined;
  const writable = withReducerSchemas(schema);
  const parsed = input === undefined ? interopZodObjectPartial(writable) : writable;
  return (value) => interopParseAsync(parsed, value);
}

/** The check of what nodes return: every written key, one by one. Undefined when the state is not declared by schemas. */
export function updateValidator(state: unknown): StateValidator | undefined {
  if (StateSchema.isInstance(state)) return stateSchemaUpdate(state);
  if (!isInteropZodObject(state)) return undefined;
  const values = interopZodObjectPartial(state);
  const writes = interopZodObjectPartial(withReducerSchemas(state));
  return (update) => parseUpdate(values, writes, update);
}

function stateSchemaUpdate(schema: AnyStateSchema): StateValidator {
  return (update) => schema.validateInput(update);
}

async function parseUpdate(values: InteropZodObject, writes: InteropZodObject, update: unknown): Promise<unknown> {
  if (typeof update !== "object" || update === null || Array.isArray(update)) return update;
  const written: Record<string, unknown> = {};
  const overwritten: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(update)) {
    const overwrite = readOverwrite(value);
    if (overwrite === undefined) written[key] = value;
    else overwritten[key] = overwrite.value;
  }
  const result = await parseKeys(writes, written);
  for (const [key, value] of Object.entries(await parseKeys(values, overwritten))) result[key] = { [OVERWRITE]: value };
  return result;
}

/** The keys that are there, parsed as fields of the schema: a failure tells where it is. Defaults add none. */
async function parseKeys(schema: InteropZodObject, record: Record<string, unknown>): Promise<Record<string, unknown>> {
  const keys = Object.keys(record);
  if (keys.length === 0) return {};
  const parsed = (await interopParseAsync(schema, record)) as Record<string, unknown>;
  return Object.fromEntries(keys.filter((key) => key in parsed).map((key) => [key, parsed[key]]));
}

/** Reduced fields accept what their reducer takes, not what they hold. */
function withReducerSchemas(schema: InteropZodObject): InteropZodObject {
  const replaced: Shape = {};
  for (const [key, field] of Object.entries(getInteropZodObjectShape(schema) as Shape)) {
    const reducerSchema = schemaMetaRegistry.get(field)?.reducer?.schema;
    if (reducerSchema !== undefined) replaced[key] = reducerSchema;
  }
  return Object.keys(replaced).length === 0 ? schema : extendInteropZodObject(schema, replaced);
}
