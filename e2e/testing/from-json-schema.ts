import fc, { type Arbitrary } from "fast-check";

interface JsonSchema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  additionalProperties?: JsonSchema | boolean;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minItems?: number;
}

/** Text that breaks what is built as text. */
const HOSTILE = [
  "",
  " ",
  "'",
  '"',
  "\\",
  "%",
  "_",
  "\0",
  "\ud800",
  "__proto__",
  "constructor",
  "$where",
  "../..",
  "🧵",
  "a.b",
  "*",
];

const text = fc.oneof(fc.string(), fc.constantFrom(...HOSTILE), fc.uuid());

/** Values that fit a schema, with hostile text where text is free. References are not followed: requests have none. */
export function fromJsonSchema(schema: JsonSchema): Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(fromJsonSchema));
  switch (schema.type) {
    case "string":
      return schema.format === "uuid" || schema.pattern?.includes("[0-9a-fA-F]{8}") ? fc.uuid() : text;
    case "integer":
      return fc.integer(bounds(schema, -10, 50));
    case "number":
      return fc.oneof(fc.integer(bounds(schema, -10, 50)), fc.double({ noNaN: true, ...bounds(schema, -1, 2) }));
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return schema.prefixItems === undefined
        ? fc.array(fromJsonSchema(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 3 })
        : fc.tuple(...schema.prefixItems.map(fromJsonSchema));
    case "object":
      return object(schema);
    default:
      return fc.jsonValue();
  }
}

function object({ properties = {}, required = [], additionalProperties }: JsonSchema): Arbitrary<unknown> {
  const known = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, fromJsonSchema(schema)]));
  const record = fc.record(known, { requiredKeys: required.filter((name) => name in known) });
  if (additionalProperties === false) return record;
  const others = typeof additionalProperties === "object" ? fromJsonSchema(additionalProperties) : fc.jsonValue();
  return fc.tuple(fc.dictionary(text, others, { maxKeys: 2 }), record).map(([more, named]) => ({ ...more, ...named }));
}

function bounds({ minimum, maximum }: JsonSchema, least: number, most: number): { min: number; max: number } {
  const min = Math.max(minimum ?? least, least);
  return { min, max: Math.max(min, Math.min(maximum ?? most, most)) };
}
