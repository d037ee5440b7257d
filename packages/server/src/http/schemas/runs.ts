import { MULTITASK_STRATEGIES, RUN_STATUSES, STREAM_MODES } from "@heddle/protocol";
import { z } from "zod";
import { config, dict, flag, limit, list, offset, optional } from "./fields.ts";

/** A Send which upstream's RemoteGraph wrote has its input as `args`. */
const target = z.union([z.string(), z.looseObject({ node: z.string() })]);

export const command = z.looseObject({
  resume: z.unknown().optional(),
  update: z.union([dict, z.array(z.tuple([z.string(), z.unknown()]))]).nullish(),
  goto: z.union([target, z.array(target)]).nullish(),
});

const nodes = optional(z.union([z.literal("*"), z.array(z.string())]));
const streamMode = z.enum(STREAM_MODES);

/** Unknown keys are left out without a word: the official clients send some. */
export const runCreate = z.object({
  assistant_id: z.string().min(1),
  input: z.unknown().optional(),
  command: optional(command),
  checkpoint: optional(
    z.object({
      checkpoint_id: optional(z.string()),
      checkpoint_ns: optional(z.string()),
      checkpoint_map: optional(dict),
      thread_id: optional(z.string()),
    }),
  ),
  checkpoint_id: optional(z.string()),
  config: optional(config),
  context: optional(z.unknown()),
  metadata: optional(dict),
  stream_mode: optional(z.union([streamMode, z.array(streamMode)])),
  stream_subgraphs: optional(z.boolean()),
  stream_resumable: optional(z.boolean()),
  interrupt_before: nodes,
  interrupt_after: nodes,
  webhook: optional(z.string()),
  multitask_strategy: optional(z.enum(MULTITASK_STRATEGIES)),
  on_disconnect: optional(z.enum(["cancel", "continue"])),
  // The official types also name "complete" and "continue", which nothing reads.
  on_completion: optional(z.enum(["delete", "keep", "complete", "continue"])),
  if_not_exists: optional(z.enum(["create", "reject"])),
  // At most ten years.
  after_seconds: optional(z.number().min(0).max(315_360_000)),
  durability: optional(z.enum(["sync", "async", "exit"])),
  checkpoint_during: optional(z.boolean()),
  feedback_keys: optional(z.array(z.string())),
  strict_resume: optional(z.boolean()),
  langsmith_tracer: optional(z.object({ project_name: optional(z.string()), example_id: optional(z.string()) })),
});

export const bulkCancelQuery = z.object({ action: z.enum(["interrupt", "rollback"]).default("interrupt") });

export const bulkCancel = z
  .object({
    thread_id: optional(z.guid()),
    run_ids: optional(z.array(z.guid()).min(1).max(1000)),
    status: optional(z.enum(["pending", "running", "all"])),
  })
  .refine(({ run_ids, status }) => (run_ids === undefined) !== (status === undefined), {
    message: "expected either run_ids or status",
  });

export const runBatch = z.array(runCreate).min(1);

export const runList = z.object({ limit: limit(10), offset, status: z.enum(RUN_STATUSES).optional(), select: list });

export const cancelQuery = z
  .object({
    wait: flag,
    action: z.enum(["interrupt", "rollback"]).default("interrupt"),
    reason: z.enum(["taken"]).optional(),
  })
  .refine(({ action, reason }) => reason === undefined || action === "interrupt", {
    path: ["reason"],
    message: 'goes only with action "interrupt"',
  });

export const joinQuery = z.object({
  cancel_on_disconnect: flag,
  stream_mode: list.pipe(z.array(streamMode).optional()),
});

/** The modes of a stream of all runs of a thread. */
export const threadStreamQuery = z.object({
  stream_mode: list.pipe(z.array(z.enum(["run_modes", "lifecycle", "state_update"])).optional()),
});
