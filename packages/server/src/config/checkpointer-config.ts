import type { ThreadTtl } from "@heddle/backend";
import { z } from "zod";

/** `checkpointer` of a configuration file. */
export const checkpointerConfig = z.object({
  ttl: z
    .object({
      strategy: z.enum(["delete", "keep_latest"]).default("delete"),
      default_ttl: z.number().positive().nullish(),
      sweep_interval_minutes: z.number().positive().default(5),
      sweep_limit: z.number().int().min(1).default(1000),
    })
    .nullish(),
});

/** How long threads live, and how often to look. */
export interface ThreadLifetimes {
  ttl: ThreadTtl | undefined;
  sweepEveryMs: number;
  sweepLimit: number;
}

/** What `checkpointer.ttl` says; undefined when it says nothing. */
export function toThreadLifetimes(config: z.infer<typeof checkpointerConfig> | undefined): ThreadLifetimes | undefined {
  const ttl = config?.ttl;
  if (ttl === undefined || ttl === null) return undefined;
  const { default_ttl, strategy, sweep_interval_minutes, sweep_limit } = ttl;
  return {
    ttl: default_ttl === undefined || default_ttl === null ? undefined : { minutes: default_ttl, strategy },
    sweepEveryMs: sweep_interval_minutes * 60_000,
    sweepLimit: sweep_limit,
  };
}
