import { Hono } from "hono";
import { ServerError } from "../../errors.ts";
import { cancelRuns } from "../../runs/cancel-runs.ts";
import type { ServerTools } from "../../server-tools.ts";
import { pruneThreads } from "../../threads/prune-threads.ts";
import { allowed } from "../caller-of.ts";
import { readBody, readQuery } from "../request-input.ts";
import { bulkCancel, bulkCancelQuery } from "../schemas/runs.ts";
import { threadPrune } from "../schemas/threads.ts";

/** `POST /threads/prune`: removes many threads at once, or their history. */
export function bulkThreadRoutes(tools: ServerTools): Hono {
  const routes = new Hono();
  routes.post("/prune", async (context) => {
    const { thread_ids, strategy = "delete" } = await readBody(context, threadPrune);
    const mayDelete = (threadId: string) => allowed(context, tools, "threads:delete", { thread_id: threadId });
    return context.json({ pruned_count: await pruneThreads({ threadIds: thread_ids, strategy, mayDelete }, tools) });
  });
  return routes;
}

/** `POST /runs/cancel`: cancels many runs at once. */
export function bulkRunRoutes(tools: ServerTools): Hono {
  const routes = new Hono();
  routes.post("/runs/cancel", async (context) => {
    const { action } = readQuery(context, bulkCancelQuery);
    const { thread_id, run_ids, status } = await readBody(context, bulkCancel);
    const asked = { thread_id, action, metadata: { run_ids, status } };
    const access = await allowed(context, tools, "threads:update", asked);
    const count = await cancelRuns({ threadId: thread_id, runIds: run_ids, status, access }, action, tools);
    if (count === 0) throw new ServerError("not_found", "No runs found that could be cancelled");
    return context.body(null, 204);
  });
  return routes;
}
