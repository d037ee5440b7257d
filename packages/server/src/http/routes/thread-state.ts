import type { ThreadRecord } from "@heddle/backend";
import type { CheckpointSelector, ThreadState } from "@heddle/protocol";
import { type Context, Hono } from "hono";
import type { HistoryOptions } from "../../graphs/runnable-graph.ts";
import { emptyThreadState, toThreadState } from "../../graphs/thread-state.ts";
import type { ServerTools } from "../../server-tools.ts";
import { editState } from "../../threads/edit-state.ts";
import { findThread, graphOfThread } from "../../threads/thread-graph.ts";
import { allowed, callerOf } from "../caller-of.ts";
import { prefersMinimal } from "../prefers-minimal.ts";
import { readBody, readId, readQuery } from "../request-input.ts";
import { runOrigin } from "../run-origin.ts";
import {
  historyQuery,
  historyRequest,
  stateAtCheckpoint,
  statePatch,
  stateQuery,
  stateUpdate,
} from "../schemas/threads.ts";
import { selectState } from "../select-state.ts";
import { toThread } from "../thread-json.ts";

/** `/threads/:id/state` and `/threads/:id/history`. */
export function threadStateRoutes(tools: ServerTools): Hono {
  const routes = new Hono();

  routes.get("/:thread_id/state", async (context) => {
    const { subgraphs, checkpoint_ns, select } = readQuery(context, stateQuery);
    return context.json(selectState(await readState(context, { checkpoint_ns }, subgraphs, tools), select));
  });
  routes.get("/:thread_id/state/:checkpoint_id", async (context) => {
    const { subgraphs, checkpoint_ns, select } = readQuery(context, stateQuery);
    const checkpoint_id = context.req.param("checkpoint_id");
    return context.json(
      selectState(await readState(context, { checkpoint_id, checkpoint_ns }, subgraphs, tools), select),
    );
  });
  routes.post("/:thread_id/state/checkpoint", async (context) => {
    const { checkpoint, subgraphs, select } = await readBody(context, stateAtCheckpoint);
    return context.json(selectState(await readState(context, checkpoint, subgraphs, tools), select));
  });
  routes.post("/:thread_id/state", async (context) => {
    const body = await readBody(context, stateUpdate);
    const id = readId(context, "thread_id");
    const access = await allowed(context, tools, "threads:update", { thread_id: id, values: body.values });
    const thread = await findThread(id, tools, access);
    const checkpoint = {
      ...body.checkpoint,
      ...(body.checkpoint_id === undefined ? {} : { checkpoint_id: body.checkpoint_id }),
    };
    const origin = runOrigin(context, tools).configurable;
    const edit = { values: body.values ?? null, asNode: body.as_node, checkpoint, origin };
    const written = await editState(thread, edit, tools);
    const { thread_id, checkpoint_ns, checkpoint_id } = written.configurable ?? {};
    return context.json({ checkpoint: { thread_id, checkpoint_ns: checkpoint_ns ?? "", checkpoint_id } });
  });
  routes.patch("/:thread_id/state", async (context) => {
    const { metadata } = await readBody(context, statePatch);
    const id = readId(context, "thread_id");
    const asked = { thread_id: id, metadata };
    const { value, access } = await callerOf(context, tools).authorize("threads:update", asked);
    const former = await findThread(id, tools, access);
    const patch = value.metadata === undefined ? {} : { metadata: value.metadata };
    const thread = (await tools.backend.threads.update(id, patch)) ?? former;
    return prefersMinimal(context) ? context.body(null, 204) : context.json(toThread(thread));
  });
  routes.get("/:thread_id/history", async (context) => {
    return context.json(await readHistory(context, readQuery(context, historyQuery), tools));
  });
  routes.post("/:thread_id/history", async (context) => {
    return context.json(await readHistory(context, await readBody(context, historyRequest), tools));
  });
  return routes;
}

async function readState(
  context: Context,
  selector: CheckpointSelector,
  subgraphs: boolean | undefined,
  tools: ServerTools,
): Promise<ThreadState> {
  const thread = await readable(context, tools);
  const found = await graphOfThread(thread, tools, runOrigin(context, tools).configurable);
  if (found === undefined) return emptyThreadState();
  const { graph, config } = await found.at(selector);
  const snapshot = await graph.getState(config, { subgraphs: subgraphs ?? false });
  return toThreadState(snapshot, thread.threadId);
}

async function readable(context: Context, tools: ServerTools): Promise<ThreadRecord> {
  const id = readId(context, "thread_id");
  return findThread(id, tools, await allowed(context, tools, "threads:read", { thread_id: id }));
}

interface HistoryRequest {
  limit: number;
  before?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
  checkpoint?: CheckpointSelector | undefined;
  select?: string[] | undefined;
}

async function readHistory(
  context: Context,
  request: HistoryRequest,
  tools: ServerTools,
): Promise<Partial<ThreadState>[]> {
  const thread = await readable(context, tools);
  const found = await graphOfThread(thread, tools, runOrigin(context, tools).configurable);
  if (found === undefined) return [];
  const options: HistoryOptions = { limit: request.limit };
  if (request.metadata !== undefined) options.filter = request.metadata;
  if (request.before !== undefined) options.before = { configurable: { checkpoint_id: request.before } };
  const states: Partial<ThreadState>[] = [];
  const { graph, config } = await found.at(request.checkpoint ?? {});
  for await (const snapshot of graph.getStateHistory(config, options)) {
    states.push(selectState(toThreadState(snapshot, thread.threadId), request.select));
  }
  return states;
}
