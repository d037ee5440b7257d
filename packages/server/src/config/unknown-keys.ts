import { z } from "zod";

/** The keys of a value, at any depth, which its schema does not know: `http.corse`, each with the known ones beside it. */
export function unknownKeys(schema: z.ZodType, value: unknown, path = ""): { path: string; known: string[] }[] {
  const object = toObject(schema);
  if (object === undefined || typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const { shape } = object;
  return Object.entries(value).flatMap(([key, part]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const itsSchema = Object.hasOwn(shape, key) ? shape[key] : undefined;
    return itsSchema === undefined ? [{ path: at, known: Object.keys(shape) }] : unknownKeys(itsSchema, part, at);
  });
}

/** The object schema within optional ones and those with a default. */
function toObject(schema: z.ZodType): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return toObject(schema.unwrap() as z.ZodType);
  }
  return undefined;
}
