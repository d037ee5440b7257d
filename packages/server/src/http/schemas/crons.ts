import { CRON_SORT_KEYS, MISSED_FIRES } from "@heddle/protocol";
import { z } from "zod";
import { dict, limit, offset, optional, sortOrder } from "./fields.ts";
import { runCreate } from "./runs.ts";

/** Kept as it means: in UTC. */
const time = z
  .string()
  .refine((value) => !Number.isNaN(Date.parse(value)), "expected a time such as 2026-01-31T12:00:00Z")
  .transform((value) => new Date(value).toISOString());

const timing = {
  timezone: optional(z.string().min(1)),
  // null takes it away, absent leaves it.
  end_time: time.nullish(),
  enabled: optional(z.boolean()),
  on_run_completed: optional(z.enum(["delete", "keep"])),
  missed_fires: optional(z.enum(MISSED_FIRES)),
};

/** A run, and when. */
export const cronCreate = runCreate.extend({ schedule: z.string().min(1), ...timing });

export const cronPatch = runCreate
  .partial({ assistant_id: true })
  .extend({ schedule: optional(z.string().min(1)), ...timing });

const filter = {
  assistant_id: optional(z.string()),
  thread_id: optional(z.guid()),
  enabled: optional(z.boolean()),
  metadata: optional(dict),
};

export const cronSearch = z.object({
  ...filter,
  limit: limit(10),
  offset,
  sort_by: optional(z.enum(CRON_SORT_KEYS)),
  sort_order: sortOrder,
  select: optional(z.array(z.string())),
});

export const cronCount = z.object(filter);

export const cronFires = z.object({ limit: limit(10), offset });
