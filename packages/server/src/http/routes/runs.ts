import { passesAccess, type RunRecord } from "@heddle/backend";
import { type Context, Hono } from "hono";
import type { AuthEvent } from "../../auth/auth-event.ts";
import { ServerError } from "../../errors.ts";
import { cancelAndWait, cancelRun } from "../../runs/cancel-run.ts";
import { createRun, createRuns, newRunId, type RunRequest } from "../../runs/create-run.ts";
import { toRun } from "../../runs/run-json.ts";
import type { ServerTools } from "../../server-tools.ts";
import { findThread } from "../../threads/thread-graph.ts";
import { select } from "../assistant-json.ts";
import { allowed } from "../caller-of.ts";
import { readIdempotencyKey } from "../idempotency-key.ts";
import { readBody, readId, readQuery } from "../request-input.ts";
import { runOrigin } from "../run-origin.ts";
import { cancelQuery, runBatch, runCreate, runList } from "../schemas/runs.ts";

/** Runs as objects: made in the background, read, listed, cancelled, removed. Their streams are in run-streams. */
export function runRoutes(tools: ServerTools): Hono {
  const { backend } = tools;
  const routes = new Hono();

  routes.post("/threads/:thread_id/runs", async (context) => {
    const body = await readBody(context, runCreate);
    const threadId = readId(context, "thread_id");
    const run = await create(context, { body, threadId }, tools);
    return context.json(toRun(run), 200, { "content-location": `/threads/${threadId}/runs/${run.runId}` });
  });
  routes.post("/runs", async (context) => {
    const body = await readBody(context, runCreate);
    const run = await create(context, { body, threadId: undefined }, tools);
    return context.json(toRun(run), 200, { "content-location": `/runs/${run.runId}` });
  });
  routes.post("/runs/batch", async (context) => {
    const origin = runOrigin(context, tools);
    const requests = (await readBody(context, runBatch)).map((body): RunRequest => {
      return { body, threadId: undefined, runId: newRunId(), isStreamed: true, origin };
    });
    return context.json((await createRuns(requests, tools)).map(toRun));
  });
  routes.get("/threads/:thread_id/runs", async (context) => {
    const { limit, offset, status, select: keys } = readQuery(context, runList);
    const id = readId(context, "thread_id");
    const asked = { thread_id: id, limit, offset, status };
    const thread = await findThread(id, tools, await allowed(context, tools, "threads:search", asked));
    const runs = await backend.runs.list(thread.threadId, {
      limit,
      offset,
      ...(status === undefined ? {} : { status }),
    });
    return context.json(runs.map((run) => select(toRun(run), keys)));
  });
  // Also without the thread, as the Agent Protocol has it.
  for (const path of ["/threads/:thread_id/runs/:run_id", "/runs/:run_id"]) {
    routes.get(path, async (context) => context.json(toRun(await findRun(context, tools))));
    routes.delete(path, (context) => remove(context, tools));
    routes.post(`${path}/cancel`, (context) => cancel(context, tools));
  }
  return routes;
}

async function remove(context: Context, tools: ServerTools): Promise<Response> {
  const run = await findRun(context, tools, "threads:delete");
  await cancelAndWait(run.runId, "interrupt", tools);
  await tools.backend.runs.delete(run.runId);
  return context.body(null, 204);
}

async function cancel(context: Context, tools: ServerTools): Promise<Response> {
  const { wait, action, reason } = readQuery(context, cancelQuery);
  const run = await findRun(context, tools, "threads:update", { action });
  if (reason !== undefined) await tools.backend.runs.note(run.runId, { cancel_reason: CANCEL_REASONS[reason] });
  if (wait === true) {
    await cancelAndWait(run.runId, action, tools);
    return context.body(null, 204);
  }
  await cancelRun(run.runId, action, tools);
  return context.body(null, 202);
}

/** Why a run was cancelled, as its metadata tells it. */
const CANCEL_REASONS = { taken: "taken: another run took over its input" } as const;

function create(
  context: Context,
  request: Pick<RunRequest, "body" | "threadId">,
  tools: ServerTools,
): Promise<RunRecord> {
  const origin = runOrigin(context, tools);
  const again = readIdempotencyKey(context, request.body, tools);
  return createRun({ ...request, runId: newRunId(), ...again, isStreamed: true, origin }, tools);
}

/**
 * The run a path names; with a thread in the path it must be of that thread. Whose thread it is says who may do this with it.
 *
 * @throws ServerError `not_found`, `forbidden`
 */
export async function findRun(
  context: Context,
  tools: ServerTools,
  event: AuthEvent = "threads:read",
  asked: object = {},
): Promise<RunRecord> {
  const runId = readId(context, "run_id");
  const threadId = context.req.param("thread_id") === undefined ? undefined : readId(context, "thread_id");
  const run = await tools.backend.runs.get(runId);
  const itsThreadId = threadId ?? run?.threadId;
  const access = await allowed(context, tools, event, { thread_id: itsThreadId, run_id: runId, ...asked });
  const isOfPath = run !== undefined && (threadId === undefined || run.threadId === threadId);
  if (isOfPath && (access === undefined || passesAccess(await metadataOf(run, tools), access))) return run;
  if (threadId !== undefined) await findThread(threadId, tools, access);
  const where = threadId === undefined ? "" : ` on thread ${threadId}`;
  throw new ServerError("not_found", `Run not found: ${runId}${where}`);
}

/** Of the run's thread; of a temporary one that is gone, what the run itself was created with. */
async function metadataOf(run: RunRecord, { backend }: ServerTools): Promise<Record<string, unknown>> {
  return (await backend.threads.get(run.threadId))?.metadata ?? run.metadata;
}
