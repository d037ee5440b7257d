import { z } from "zod";

/** `store` of a configuration file. */
export const storeConfig = z.object({
  index: z
    .object({
      /** Length of an embedding. */
      dims: z.number().int().min(1).max(65_536),
      /** `provider:model`, or `./file.ts:export`. */
      embed: z.string().min(3),
      /** Paths of the texts to embed; "$" is the whole value. */
      fields: z.array(z.string().min(1)).min(1).default(["$"]),
    })
    .nullish(),
  ttl: z
    .object({
      refresh_on_read: z.boolean().default(true),
      /** Minutes. */
      default_ttl: z.number().positive().nullish(),
      sweep_interval_minutes: z.number().positive().default(5),
    })
    .nullish(),
});

export type StoreConfig = z.infer<typeof storeConfig>;
