import {
  type AccessFilter,
  type CronFilter,
  type CronPatch,
  type CronRecord,
  type CronSortKey,
  passesAccess,
} from "@heddle/backend";
import type { CronSortBy } from "@heddle/protocol";
import { type Context, Hono } from "hono";
import type { z } from "zod";
import type { AuthEvent } from "../../auth/auth-event.ts";
import { ServerError } from "../../errors.ts";
import { findAssistant } from "../../runs/create-run.ts";
import { toRun } from "../../runs/run-json.ts";
import { type CronPayload, payloadOf } from "../../schedules/cron-run.ts";
import { fireCronByHand } from "../../schedules/fire-cron.ts";
import { changeCron, createCron } from "../../schedules/save-cron.ts";
import type { ServerTools } from "../../server-tools.ts";
import { assertWebhook } from "../../webhooks/webhook-policy.ts";
import { select } from "../assistant-json.ts";
import { allowed, callerOf } from "../caller-of.ts";
import { toCron, toCronFire } from "../cron-json.ts";
import { pageHeaders } from "../page-headers.ts";
import { readBody, readId, readQuery } from "../request-input.ts";
import { runOrigin } from "../run-origin.ts";
import { cronCount, cronCreate, cronFires, cronPatch, cronSearch } from "../schemas/crons.ts";

/** `/runs/crons` and `/threads/:id/runs/crons`: schedules that create runs. */
export function cronRoutes(tools: ServerTools): Hono {
  const { backend } = tools;
  const routes = new Hono();

  routes.post("/runs/crons", async (context) => context.json(toCron(await create(context, null, tools))));
  routes.post("/threads/:thread_id/runs/crons", async (context) =>
    context.json(toCron(await create(context, readId(context, "thread_id"), tools))),
  );
  routes.post("/runs/crons/search", async (context) => {
    const query = await readBody(context, cronSearch);
    const { limit, offset, sort_by, sort_order: sortOrder } = query;
    const access = await allowed(context, tools, "crons:search", { ...query });
    const sortBy = SORT_KEYS[sort_by ?? "created_at"];
    const page = await backend.crons.search({ ...toFilter(query, access, tools), limit, offset, sortBy, sortOrder });
    const body = page.items.map((item) => select(toCron(item), query.select));
    return context.json(body, 200, pageHeaders(page, query));
  });
  routes.post("/runs/crons/count", async (context) => {
    const query = await readBody(context, cronCount);
    const access = await allowed(context, tools, "crons:search", { ...query, limit: 0, offset: 0 });
    return context.json(await backend.crons.count(toFilter(query, access, tools)));
  });
  routes.get("/runs/crons/:cron_id", async (context) => context.json(toCron(await find(context, "crons:read", tools))));
  routes.patch("/runs/crons/:cron_id", async (context) => context.json(toCron(await change(context, tools))));
  routes.delete("/runs/crons/:cron_id", async (context) => {
    const { cronId } = await find(context, "crons:delete", tools);
    await backend.crons.delete(cronId);
    return context.body(null, 204);
  });
  routes.post("/runs/crons/:cron_id/trigger", async (context) => {
    const run = await fireCronByHand(await find(context, "crons:update", tools), new Date(), tools);
    return context.json(toRun(run), 200, { "content-location": `/threads/${run.threadId}/runs/${run.runId}` });
  });
  routes.get("/runs/crons/:cron_id/fires", async (context) => {
    const page = readQuery(context, cronFires);
    const { cronId } = await find(context, "crons:read", tools);
    return context.json((await backend.crons.fires(cronId, page)).map(toCronFire));
  });
  return routes;
}

async function create(context: Context, threadId: string | null, tools: ServerTools): Promise<CronRecord> {
  const body = await readBody(context, cronCreate);
  const cron = await createCron(
    {
      assistantId: body.assistant_id,
      threadId,
      schedule: body.schedule,
      timezone: body.timezone ?? null,
      endTime: body.end_time ?? null,
      enabled: body.enabled ?? true,
      onRunCompleted: body.on_run_completed ?? null,
      missedFires: body.missed_fires ?? tools.missedFires,
      run: toRunBody(body),
      metadata: body.metadata ?? {},
    },
    runOrigin(context, tools),
    tools,
  );
  tools.onCronChange();
  return cron;
}

async function change(context: Context, tools: ServerTools): Promise<CronRecord> {
  const body = await readBody(context, cronPatch);
  if (body.webhook) assertWebhook(body.webhook, tools.webhookPolicy);
  const cronId = readId(context, "cron_id");
  const caller = callerOf(context, tools);
  const { schedule, metadata } = body;
  const asked = { cron_id: cronId, payload: toRunBody(body), schedule, metadata };
  const { value, access } = await caller.authorize("crons:update", asked);
  const cron = await findCron(cronId, access, tools);
  const assistant = body.assistant_id && (await findAssistant(body.assistant_id, caller, tools));
  const patch = toPatch({ ...body, metadata: value.metadata }, cron, assistant ? assistant.assistantId : undefined);
  const changed = await changeCron(cron, patch, tools);
  tools.onCronChange();
  return changed;
}

type Patch = z.output<typeof cronPatch>;

/** Of the request what describes the run. */
function toRunBody(body: Patch): CronPayload["run"] {
  const { assistant_id: _, schedule, timezone, end_time, enabled, on_run_completed, missed_fires, ...run } = body;
  return Object.fromEntries(Object.entries(run).filter(([, value]) => value !== undefined));
}

function toPatch(body: Patch, cron: CronRecord, assistantId: string | undefined): CronPatch {
  const { run, origin } = payloadOf(cron);
  const patch: { [Key in keyof CronPatch]: CronPatch[Key] | undefined } = {
    assistantId,
    schedule: body.schedule,
    timezone: body.timezone,
    endTime: body.end_time,
    enabled: body.enabled,
    onRunCompleted: cron.threadId === null ? body.on_run_completed : undefined,
    missedFires: body.missed_fires,
    metadata: body.metadata,
    payload: { run: { ...run, ...toRunBody(body) }, origin },
  };
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

const SORT_KEYS: Readonly<Record<CronSortBy, CronSortKey>> = {
  cron_id: "cronId",
  assistant_id: "assistantId",
  thread_id: "threadId",
  created_at: "createdAt",
  updated_at: "updatedAt",
  next_run_date: "nextRunAt",
  end_time: "endTime",
};

function toFilter(
  body: z.output<typeof cronCount>,
  access: AccessFilter | undefined,
  { graphs }: ServerTools,
): CronFilter {
  const { assistant_id, thread_id, enabled, metadata } = body;
  return {
    ...(access === undefined ? {} : { access }),
    ...(assistant_id === undefined ? {} : { assistantId: graphs.assistantId(assistant_id) }),
    ...(thread_id === undefined ? {} : { threadId: thread_id }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** The cron of the path, if the caller may do this with it. */
async function find(context: Context, event: AuthEvent, tools: ServerTools): Promise<CronRecord> {
  const cronId = readId(context, "cron_id");
  return findCron(cronId, await allowed(context, tools, event, { cron_id: cronId }), tools);
}

async function findCron(
  cronId: string,
  access: AccessFilter | undefined,
  { backend }: ServerTools,
): Promise<CronRecord> {
  const cron = await backend.crons.get(cronId);
  if (cron !== undefined && passesAccess(cron.metadata, access)) return cron;
  throw new ServerError("not_found", `Cron not found: ${cronId}`);
}
