import { z } from "zod";
import { dict, flag, ifExists, limit, list, offset, optional, sortOrder } from "./fields.ts";
import { command } from "./runs.ts";

const minutes = z.number().positive().max(525_960_000);

const updates = z.array(
  z.object({ values: z.unknown().optional(), command: optional(command), as_node: optional(z.string()) }),
);

/** Minutes, at most a thousand years; the clients expand a bare number by themselves. */
const ttl = optional(
  z.union([
    minutes.transform((value) => ({ minutes: value, strategy: "delete" as const })),
    z
      .object({ ttl: minutes, strategy: z.enum(["delete", "keep_latest"]).nullish() })
      .transform((value) => ({ minutes: value.ttl, strategy: value.strategy ?? ("delete" as const) })),
  ]),
);

export const threadQuery = z.object({ include: list });

export const threadPrune = z.object({
  thread_ids: z.array(z.guid()).max(1000),
  strategy: optional(z.enum(["delete", "keep_latest"])),
});

export const threadCreate = z.object({
  thread_id: optional(z.guid()),
  metadata: optional(dict),
  if_exists: ifExists,
  supersteps: optional(z.array(z.object({ updates }))),
  ttl,
});

export const threadPatch = z.object({ metadata: optional(dict), ttl });

const filter = {
  ids: optional(z.array(z.guid())),
  metadata: optional(dict),
  status: optional(z.enum(["idle", "busy", "interrupted", "error"])),
  values: optional(dict),
};

export const threadSearch = z.object({
  ...filter,
  limit: limit(10),
  offset,
  sort_by: optional(z.enum(["thread_id", "status", "created_at", "updated_at", "state_updated_at"])),
  sort_order: sortOrder,
  select: optional(z.array(z.string())),
  extract: optional(z.record(z.string(), z.string())),
});

export const threadCount = z.object(filter);

const checkpointRef = z.object({
  thread_id: optional(z.string()),
  checkpoint_id: optional(z.string()),
  checkpoint_ns: optional(z.string()),
  checkpoint_map: optional(dict),
});

const select = optional(z.array(z.string()));

export const stateQuery = z.object({ subgraphs: flag, checkpoint_ns: z.string().optional(), select: list });

export const stateUpdate = z.object({
  values: z.unknown().optional(),
  as_node: optional(z.string()),
  checkpoint: optional(checkpointRef),
  checkpoint_id: optional(z.string()),
});

export const stateAtCheckpoint = z.object({
  checkpoint: checkpointRef,
  subgraphs: optional(z.boolean()),
  select,
});

export const statePatch = z.object({ metadata: optional(dict) });

const before = optional(
  z.union([
    z.string(),
    z
      .object({ configurable: z.looseObject({ checkpoint_id: z.string() }) })
      .transform((value) => value.configurable.checkpoint_id),
    z.looseObject({ checkpoint_id: z.string() }).transform((value) => value.checkpoint_id),
  ]),
);

export const historyRequest = z.object({
  limit: limit(10),
  before,
  metadata: optional(dict),
  checkpoint: optional(checkpointRef),
  select,
});

export const historyQuery = z.object({ limit: limit(10), before: z.string().optional(), select: list });
