import { MISSED_FIRES, MULTITASK_STRATEGIES, RUN_STATUSES } from "@heddle/protocol";
import { z } from "zod";

const dict = z.record(z.string(), z.unknown());
const time = z.iso.datetime();
const config = z.looseObject({
  tags: z.array(z.string()).optional(),
  recursion_limit: z.int().optional(),
  configurable: dict.optional(),
});

const version = {
  assistant_id: z.string(),
  graph_id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  version: z.int(),
  config,
  context: z.unknown(),
  metadata: dict,
  created_at: time,
};

const interrupt = z.looseObject({ id: z.string().optional(), value: z.unknown().optional() });

const checkpoint = z.object({
  thread_id: z.string(),
  checkpoint_ns: z.string(),
  checkpoint_id: z.string().nullable(),
  checkpoint_map: z.record(z.string(), z.string()).nullable(),
});

const item = { namespace: z.array(z.string()), key: z.string(), value: dict, created_at: time, updated_at: time };

/** The shapes of answers, by their names in the OpenAPI document. They are those of `@heddle/protocol`; a type test holds that. */
export const ANSWERS = {
  Assistant: z.object({ ...version, updated_at: time }),
  AssistantVersion: z.object(version),
  GraphDrawing: z.object({
    nodes: z.array(z.looseObject({ id: z.union([z.string(), z.number()]) })),
    edges: z.array(z.looseObject({ source: z.string(), target: z.string() })),
  }),
  GraphSchema: z.object({
    graph_id: z.string().optional(),
    input_schema: dict.nullable(),
    output_schema: dict.nullable(),
    state_schema: dict.nullable(),
    config_schema: dict.nullable(),
    context_schema: dict.nullable(),
  }),
  Thread: z.object({
    thread_id: z.string(),
    created_at: time,
    updated_at: time,
    state_updated_at: time,
    metadata: dict,
    status: z.enum(["idle", "busy", "interrupted", "error"]),
    config,
    context: z.unknown().optional(),
    values: dict.nullable(),
    interrupts: z.record(z.string(), z.array(interrupt)),
    error: z.unknown(),
    extracted: dict.optional(),
    ttl: z
      .object({ ttl_minutes: z.number(), strategy: z.enum(["delete", "keep_latest"]), expires_at: time })
      .nullable()
      .optional(),
  }),
  ThreadState: z.object({
    values: z.unknown(),
    next: z.array(z.string()),
    tasks: z.array(z.looseObject({ id: z.string(), name: z.string(), interrupts: z.array(interrupt) })),
    interrupts: z.array(interrupt),
    metadata: dict,
    created_at: time.nullable(),
    checkpoint: checkpoint.nullable(),
    parent_checkpoint: checkpoint.nullable(),
  }),
  Run: z.object({
    run_id: z.string(),
    thread_id: z.string(),
    assistant_id: z.string(),
    created_at: time,
    updated_at: time,
    status: z.enum(RUN_STATUSES),
    metadata: dict,
    kwargs: dict,
    multitask_strategy: z.enum(MULTITASK_STRATEGIES),
  }),
  Cron: z.object({
    cron_id: z.string(),
    assistant_id: z.string(),
    thread_id: z.string().nullable(),
    user_id: z.string().nullable(),
    schedule: z.string(),
    timezone: z.string().nullable(),
    end_time: time.nullable(),
    next_run_date: time.nullable(),
    enabled: z.boolean(),
    on_run_completed: z.enum(["delete", "keep"]).nullable(),
    missed_fires: z.enum(MISSED_FIRES),
    payload: dict,
    metadata: dict,
    created_at: time,
    updated_at: time,
  }),
  CronFire: z.object({
    due_at: time,
    fired_at: time,
    status: z.enum(["fired", "failed", "skipped"]),
    is_manual: z.boolean(),
    run_id: z.string().nullable(),
    thread_id: z.string().nullable(),
    message: z.string().nullable(),
  }),
  Item: z.object(item),
  Items: z.object({ items: z.array(z.object({ ...item, score: z.number().nullable() })) }),
  Namespaces: z.object({ namespaces: z.array(z.array(z.string())) }),
  WebhookDelivery: z.object({
    delivery_id: z.string(),
    run_id: z.string(),
    thread_id: z.string(),
    url: z.string(),
    status: z.enum(["pending", "delivered", "failed"]),
    attempts: z.int(),
    created_at: time,
    next_attempt_at: time.nullable(),
    delivered_at: time.nullable(),
    last_error: z.string().nullable(),
    payload: z.unknown(),
  }),
  Problem: z.object({
    detail: z.string(),
    message: z.string(),
    code: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
} as const;

export type AnswerName = keyof typeof ANSWERS;
