import { z } from "zod";
import { config, dict, flag, ifExists, limit, offset, optional, sortOrder } from "./fields.ts";

export const assistantCreate = z.object({
  assistant_id: optional(z.guid()),
  graph_id: z.string(),
  config: optional(config),
  context: optional(z.unknown()),
  metadata: optional(dict),
  if_exists: ifExists,
  name: optional(z.string()),
  description: optional(z.string()),
});

export const assistantPatch = z.object({
  graph_id: optional(z.string()),
  config: optional(config),
  context: optional(z.unknown()),
  metadata: optional(dict),
  name: optional(z.string()),
  description: optional(z.string()),
});

const filter = {
  metadata: optional(dict),
  graph_id: optional(z.string()),
  name: optional(z.string()),
};

export const assistantSearch = z.object({
  ...filter,
  limit: limit(10),
  offset,
  sort_by: optional(z.enum(["assistant_id", "graph_id", "name", "created_at", "updated_at"])),
  sort_order: sortOrder,
  select: optional(z.array(z.string())),
});

export const assistantCount = z.object(filter);

export const assistantVersions = z.object({ metadata: optional(dict), limit: limit(10), offset });

export const assistantLatest = z.object({ version: z.number().int() });

export const assistantDelete = z.object({ delete_threads: flag });

/** `xray` is a truth value or a depth. */
export const graphQuery = z.object({
  xray: z
    .string()
    .refine((value) => /^(true|false|\d+)$/i.test(value), "expected true, false or a depth")
    .transform((value) => (/^\d+$/.test(value) ? Number(value) : value.toLowerCase() === "true"))
    .optional(),
});

export const subgraphQuery = z.object({ recurse: flag });
