import { z } from "zod";

/** A JSON object nobody looked at. */
export const dict = z.record(z.string(), z.unknown());

/** null counts as absent wherever a field may be left out: the clients send it. */
export function optional<S extends z.ZodType>(schema: S) {
  return schema.nullish().transform((value) => value ?? undefined);
}

export const limit = (otherwise: number, most = 1000) =>
  z.coerce
    .number()
    .int()
    .min(1)
    .max(most)
    .nullish()
    .transform((value) => value ?? otherwise);

export const offset = z.coerce
  .number()
  .int()
  .min(0)
  .nullish()
  .transform((value) => value ?? 0);

export const sortOrder = z
  .enum(["asc", "desc"])
  .nullish()
  .transform((value) => value ?? ("desc" as const));

export const ifExists = z
  .enum(["raise", "do_nothing"])
  .nullish()
  .transform((value) => value ?? ("raise" as const));

export const config = z.looseObject({
  tags: optional(z.array(z.string())),
  recursion_limit: optional(z.number().int()),
  configurable: optional(dict).transform(withoutServerKeys),
});

/** Names in `configurable` that only the server and the engine give. */
function withoutServerKeys(configurable: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (configurable === undefined) return undefined;
  const isClients = (key: string) => !key.startsWith("langgraph_auth_") && !key.startsWith("__");
  return Object.fromEntries(Object.entries(configurable).filter(([key]) => isClients(key)));
}

/** A truth value in a query: `true`, `1`, `yes` in any case; the rest of the known words is false. */
export const flag = z
  .string()
  .refine((value) => /^(true|1|yes|false|0|no)$/i.test(value), "expected true or false")
  .transform((value) => /^(true|1|yes)$/i.test(value))
  .optional();

/** A list in a query: repeated keys, a JSON list, or separated by commas. */
export const list = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : fromText(value)))
  .optional();

function fromText(text: string): string[] {
  if (text.startsWith("[")) {
    try {
      return (JSON.parse(text) as unknown[]).map(String);
    } catch {
      return [text];
    }
  }
  return text.split(",").map((part) => part.trim());
}
