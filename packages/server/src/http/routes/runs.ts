import type { RunRecord } from "@heddle/backend";
import { type Context, Hono } from "hono";
import { ServerError } from "../../errors.ts";
import { cancelAndWait, cancelRun } from "../../runs/cancel-run.ts";
import { createRun, newRunId } from "../../runs/create-run.ts";
import { toRun } from "../../runs/run-json.ts";
import type { ServerTools } from "../../server-tools.ts";
import { findThread } from "../../threads/thread-graph.ts";
import { select } from "../assistant-json.ts";
import { readBody, readId, readQuery } from "../request-input.ts";
import { cancelQuery, runBatch, runCreate, runList } from "../schemas/runs.ts";

/** Runs as objects: made in the background, read, listed, cancelled, removed. Their streams are in run-streams. */
export function runRoutes(tools: ServerTools): Hono {
  const { backend } = tools;
  const routes = new Hono();

  routes.post("/threads/:thread_id/runs", async (context) => {
    const body = await readBody(context, runCreate);
    const threadId = readId(context, "thread_id");
    const run = await createRun({ body, threadId, runId: newRunId(), isStreamed: true }, tools);
    return context.json(toRun(run), 200, { "content-location": `/threads/${threadId}/runs/${run.runId}` });
  });
  routes.post("/runs", async (context) => {
    const body = await readBody(context, runCreate);
    const run = await createRun({ body, threadId: undefined, runId: newRunId(), isStreamed: true }, tools);
    return context.json(toRun(run), 200, { "content-location": `/runs/${run.runId}` });
  });
  routes.post("/runs/batch", async (context) => {
    const runs: RunRecord[] = [];
    for (const body of await readBody(context, runBatch)) {
      runs.push(await createRun({ body, threadId: undefined, runId: newRunId(), isStreamed: true }, tools));
    }
    return context.json(runs.map(toRun));
  });
  routes.get("/threads/:thread_id/runs", async (context) => {
    const { limit, offset, status, select: keys } = readQuery(context, runList);
    const thread = await findThread(readId(context, "thread_id"), tools);
    const runs = await backend.runs.list(thread.threadId, {
      limit,
      offset,
      ...(status === undefined ? {} : { status }),
    });
    return context.json(runs.map((run) => select(toRun(run), keys)));
  });
  routes.get("/threads/:thread_id/runs/:run_id", async (context) => context.json(toRun(await findRun(context, tools))));
  routes.delete("/threads/:thread_id/runs/:run_id", async (context) => {
    const run = await findRun(context, tools);
    await cancelAndWait(run.runId, "interrupt", tools);
    await backend.runs.delete(run.runId);
    return context.body(null, 204);
  });
  routes.post("/threads/:thread_id/runs/:run_id/cancel", async (context) => {
    const { wait, action } = readQuery(context, cancelQuery);
    const run = await findRun(context, tools);
    if (wait === true) {
      await cancelAndWait(run.runId, action, tools);
      return context.body(null, 204);
    }
    await cancelRun(run.runId, action, tools);
    return context.body(null, 202);
  });
  return routes;
}

/**
 * The run a path names; with a thread in the path it must be of that thread.
 *
 * @throws ServerError `not_found`
 */
export async function findRun(context: Context, tools: ServerTools): Promise<RunRecord> {
  const runId = readId(context, "run_id");
  const threadId = context.req.param("thread_id") === undefined ? undefined : readId(context, "thread_id");
  const run = await tools.backend.runs.get(runId);
  if (run !== undefined && (threadId === undefined || run.threadId === threadId)) return run;
  if (threadId !== undefined) await findThread(threadId, tools);
  const where = threadId === undefined ? "" : ` on thread ${threadId}`;
  throw new ServerError("not_found", `Run not found: ${runId}${where}`);
}
