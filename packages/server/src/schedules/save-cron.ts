import type { CronPatch, CronRecord, NewCron } from "@heddle/backend";
import type { Caller } from "../auth/caller.ts";
import { ServerError } from "../errors.ts";
import { uuid7 } from "../ids.ts";
import { findAssistant, type RunOrigin } from "../runs/create-run.ts";
import type { ServerTools } from "../server-tools.ts";
import { findThread } from "../threads/thread-graph.ts";
import { assertWebhook } from "../webhooks/webhook-policy.ts";
import type { CronPayload } from "./cron-run.ts";
import { nextTime, type Schedule } from "./schedule.ts";

/** A cron as a request describes it. */
export type CronRequest = Pick<
  NewCron,
  "schedule" | "timezone" | "endTime" | "enabled" | "missedFires" | "metadata"
> & {
  run: CronPayload["run"];
  /** Of an assistant, or of a graph for its default assistant. */
  assistantId: string;
  threadId: string | null;
  onRunCompleted: "delete" | "keep" | null;
};

/** @throws ServerError `not_found` for its assistant or thread, `invalid_request` for a schedule that never comes. */
export async function createCron(
  request: CronRequest,
  { caller, configurable }: RunOrigin,
  tools: ServerTools,
): Promise<CronRecord> {
  if (request.run.webhook) assertWebhook(request.run.webhook, tools.webhookPolicy);
  const now = new Date();
  const cronId = uuid7(now.getTime());
  const { assistantId } = await findAssistant(request.assistantId, caller, tools);
  await assertThread(request.threadId, caller, tools);
  const userId = caller.user?.identity ?? null;
  const { run, ...rest } = request;
  const { schedule, threadId, endTime, metadata } = rest;
  const { value } = await caller.authorize("crons:create", {
    payload: run,
    schedule,
    cron_id: cronId,
    thread_id: threadId,
    user_id: userId,
    end_time: endTime,
    metadata,
  });
  const cron = await tools.backend.crons.create({
    ...rest,
    metadata: value.metadata,
    payload: { run: value.payload, origin: configurable },
    cronId,
    assistantId,
    userId,
    onRunCompleted: request.threadId === null ? (request.onRunCompleted ?? "delete") : null,
    createdAt: now.toISOString(),
    nextRunAt: firstTime(request, request.enabled, now),
  });
  if (cron === undefined) throw new Error("The id of a new cron is taken.");
  return cron;
}

/** A cron is for a thread which its maker may read. */
async function assertThread(threadId: string | null, caller: Caller, tools: ServerTools): Promise<void> {
  if (threadId === null) return;
  const { access } = await caller.authorize("threads:read", { thread_id: threadId });
  await findThread(threadId, tools, access);
}

/** Changes a cron. A changed schedule counts from now on: what was missed under the old one is forgotten. */
export async function changeCron(before: CronRecord, patch: CronPatch, tools: ServerTools): Promise<CronRecord> {
  const after = { ...before, ...patch };
  const isMoved = SCHEDULE_KEYS.some((key) => patch[key] !== undefined && patch[key] !== before[key]);
  const next = isMoved ? { nextRunAt: firstTime(after, after.enabled, new Date()) } : {};
  const changed = await tools.backend.crons.update(before.cronId, { ...patch, ...next });
  if (changed === undefined) throw new ServerError("not_found", `Cron not found: ${before.cronId}`);
  return changed;
}

const SCHEDULE_KEYS = ["schedule", "timezone", "endTime", "enabled"] as const;

function firstTime(cron: Omit<Schedule, "pattern"> & { schedule: string }, enabled: boolean, now: Date): string | null {
  const schedule: Schedule = { pattern: cron.schedule, timezone: cron.timezone, endTime: null };
  if (nextTime(schedule, now) === null) {
    const message = `"${cron.schedule}" never comes`;
    throw new ServerError("invalid_request", `The body of the request does not fit: schedule: ${message}`, {
      issues: [{ path: "schedule", message }],
    });
  }
  return enabled ? nextTime({ ...schedule, endTime: cron.endTime }, now) : null;
}
