import { z } from "zod";
import { dict, limit, offset, optional } from "./fields.ts";

const label = z
  .string()
  .min(1, "a label must not be empty")
  .refine((value) => !value.includes("."), 'a label must not contain "."');
const namespace = z.array(label);

export const itemPut = z.object({
  namespace: namespace.min(1, "Namespace is required"),
  key: z.string().min(1),
  value: dict,
  index: optional(z.union([z.literal(false), z.array(z.string())])),
  /** Minutes; null for ever. */
  ttl: z.number().positive().nullish(),
});

export const itemKey = z.object({ namespace: optional(namespace), key: z.string().min(1) });

/** In a query the namespace is one text with dots, or the key is repeated. */
export const itemQuery = z.object({
  namespace: z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (Array.isArray(value) ? value : value.split(".")))
    .optional(),
  key: z.string().min(1),
  refresh_ttl: z
    .enum(["true", "false"])
    .transform((value) => value === "true")
    .optional(),
});

export const itemSearch = z.object({
  namespace_prefix: optional(z.array(z.string())),
  filter: optional(dict),
  limit: limit(10),
  offset,
  query: optional(z.string()),
  refresh_ttl: optional(z.boolean()),
});

export const namespaceList = z.object({
  prefix: optional(z.array(z.string())),
  suffix: optional(z.array(z.string())),
  max_depth: optional(z.number().int().min(1).max(100)),
  limit: limit(100),
  offset,
});
