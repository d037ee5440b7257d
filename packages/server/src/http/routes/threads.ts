import { type AccessFilter, passesAccess, type ThreadFilter, type ThreadRecord } from "@heddle/backend";
import { JsonPlusSerializer } from "@heddle/checkpoint";
import { type Context, Hono } from "hono";
import { ServerError } from "../../errors.ts";
import { uuid7 } from "../../ids.ts";
import type { ServerTools } from "../../server-tools.ts";
import { deleteThread } from "../../threads/delete-thread.ts";
import { writeSupersteps } from "../../threads/edit-state.ts";
import { findThread } from "../../threads/thread-graph.ts";
import { select } from "../assistant-json.ts";
import { allowed, callerOf } from "../caller-of.ts";
import { extract } from "../extract.ts";
import { pageHeaders } from "../page-headers.ts";
import { prefersMinimal } from "../prefers-minimal.ts";
import { readBody, readId, readQuery } from "../request-input.ts";
import { runOrigin } from "../run-origin.ts";
import { threadCount, threadCreate, threadPatch, threadQuery, threadSearch } from "../schemas/threads.ts";
import { toThread, toTtl } from "../thread-json.ts";

/** `/threads`: the conversations themselves. Their state is in thread-state, their runs in runs. */
export function threadRoutes(tools: ServerTools): Hono {
  const { backend } = tools;
  const routes = new Hono();

  routes.post("/", async (context) => context.json(toThread(await createThread(context, tools))));
  routes.post("/search", async (context) => {
    const query = await readBody(context, threadSearch);
    const { limit, offset, sort_by, sort_order } = query;
    const access = await allowed(context, tools, "threads:search", { ...query });
    const page = await backend.threads.search({
      ...toFilter(query, access),
      limit,
      offset,
      sortBy: sort_by ?? "created_at",
      sortOrder: sort_order,
    });
    const body = page.items.map((item) => {
      const thread = toThread(item);
      const extracted = query.extract === undefined ? {} : { extracted: extract(thread, query.extract) };
      return { ...select(thread, query.select), ...extracted };
    });
    return context.json(body, 200, pageHeaders(page, query));
  });
  routes.post("/count", async (context) => {
    const query = await readBody(context, threadCount);
    const access = await allowed(context, tools, "threads:search", { ...query, limit: 0, offset: 0 });
    return context.json(await backend.threads.count(toFilter(query, access)));
  });
  routes.get("/:thread_id", async (context) => {
    const id = threadId(context);
    const access = await allowed(context, tools, "threads:read", { thread_id: id });
    const { include } = readQuery(context, threadQuery);
    const thread = await findThread(id, tools, access);
    return context.json(include?.includes("ttl") ? { ...toThread(thread), ttl: toTtl(thread) } : toThread(thread));
  });
  routes.patch("/:thread_id", async (context) => {
    const id = threadId(context);
    const { metadata, ttl } = await readBody(context, threadPatch);
    const { value, access } = await callerOf(context, tools).authorize("threads:update", { thread_id: id, metadata });
    if (access !== undefined) await findThread(id, tools, access);
    const patch = {
      ...(value.metadata === undefined ? {} : { metadata: value.metadata }),
      ...(ttl === undefined ? {} : { ttl }),
    };
    const updated = await backend.threads.update(id, patch);
    if (updated === undefined) throw notFound(id);
    if (prefersMinimal(context)) return context.body(null, 204);
    return context.json(toThread(updated));
  });
  routes.delete("/:thread_id", async (context) => {
    const id = threadId(context);
    const access = await allowed(context, tools, "threads:delete", { thread_id: id });
    if (access !== undefined) await findThread(id, tools, access);
    if (!(await deleteThread(id, tools))) throw notFound(id);
    return context.body(null, 204);
  });
  routes.get("/:thread_id/size", async (context) => context.json(await sizeOf(context, tools)));
  routes.post("/:thread_id/copy", async (context) => context.json(toThread(await copyThread(context, tools))));
  return routes;
}

async function sizeOf(context: Context, tools: ServerTools) {
  const id = threadId(context);
  const access = await allowed(context, tools, "threads:read", { thread_id: id });
  await findThread(id, tools, access);
  // Nothing is revived here.
  const size = await tools.backend.checkpointer(new JsonPlusSerializer()).sizeOfThread(id);
  return { thread_id: id, ...size };
}

async function copyThread(context: Context, tools: ServerTools): Promise<ThreadRecord> {
  const id = threadId(context);
  const now = Date.now();
  const copyId = uuid7(now);
  const access = await allowed(context, tools, "threads:read", { thread_id: id });
  const original = await findThread(id, tools, access);
  const asked = { thread_id: copyId, metadata: original.metadata, if_exists: "raise" };
  const { value } = await callerOf(context, tools).authorize("threads:create", asked);
  const copy = await tools.backend.threads.copy(id, copyId, new Date(now).toISOString());
  if (copy === undefined) throw notFound(id);
  if (value.metadata === original.metadata) return copy;
  // A copy belongs to whoever made it, as the handler for its creation says.
  const metadata = { ...value.metadata, thread_id: copyId };
  return (await tools.backend.threads.update(copyId, { metadata })) ?? copy;
}

async function createThread(context: Context, tools: ServerTools): Promise<ThreadRecord> {
  const body = await readBody(context, threadCreate);
  const now = Date.now();
  const id = body.thread_id ?? uuid7(now);
  const asked = { thread_id: id, metadata: body.metadata ?? {}, if_exists: body.if_exists };
  const { value, access } = await callerOf(context, tools).authorize("threads:create", asked);
  const { metadata } = value;
  if (body.supersteps !== undefined && typeof metadata.graph_id !== "string") {
    throw new ServerError("invalid_request", `Thread ${id} has no graph ID: supersteps need metadata.graph_id`);
  }
  const created = await tools.backend.threads.create({
    threadId: id,
    metadata,
    createdAt: new Date(now).toISOString(),
    ttl: body.ttl ?? tools.threadTtl,
  });
  if (created === undefined) return existingThread(id, body.if_exists, access, tools);
  if (body.supersteps === undefined) return created;
  try {
    const origin = runOrigin(context, tools).configurable;
    await writeSupersteps(created, { supersteps: body.supersteps, origin }, tools);
  } catch (error) {
    await tools.backend.threads.delete(id);
    throw error;
  }
  return findThread(id, tools, undefined);
}

/** Whoever may not see the thread learns only that the id is taken. */
async function existingThread(
  id: string,
  ifExists: "raise" | "do_nothing",
  access: AccessFilter | undefined,
  { backend }: ServerTools,
): Promise<ThreadRecord> {
  const existing = await backend.threads.get(id);
  if (ifExists === "do_nothing" && existing !== undefined && passesAccess(existing.metadata, access)) return existing;
  throw new ServerError("conflict", `Thread already exists: ${id}; send if_exists "do_nothing" to get it`);
}

function toFilter(
  { ids, metadata, status, values }: { [K in keyof ThreadFilter]: ThreadFilter[K] | undefined },
  access: AccessFilter | undefined,
): ThreadFilter {
  return {
    ...(access === undefined ? {} : { access }),
    ...(ids === undefined ? {} : { ids }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(status === undefined ? {} : { status }),
    ...(values === undefined ? {} : { values }),
  };
}

function threadId(context: Context): string {
  return readId(context, "thread_id");
}

function notFound(id: string): ServerError {
  return new ServerError("not_found", `Thread with ID ${id} not found`);
}
