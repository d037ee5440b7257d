import { type AccessFilter, type AssistantRecord, passesAccess } from "@heddle/backend";
import { type Context, Hono } from "hono";
import type { AuthEvent } from "../../auth/auth-event.ts";
import { ServerError } from "../../errors.ts";
import { uuid7 } from "../../ids.ts";
import type { ServerTools } from "../../server-tools.ts";
import { deleteThreads } from "../../threads/delete-threads.ts";
import { select, toAssistant, toAssistantVersion } from "../assistant-json.ts";
import { allowed, callerOf } from "../caller-of.ts";
import { pageHeaders } from "../page-headers.ts";
import { prefersMinimal } from "../prefers-minimal.ts";
import { readBody, readQuery } from "../request-input.ts";
import {
  assistantCount,
  assistantCreate,
  assistantDelete,
  assistantLatest,
  assistantPatch,
  assistantSearch,
  assistantVersions,
} from "../schemas/assistants.ts";

/** `/assistants`: a graph's id stands for its default assistant wherever an assistant's id is asked for. */
export function assistantRoutes(tools: ServerTools): Hono {
  const { backend, graphs } = tools;
  const routes = new Hono();

  routes.post("/", async (context) => context.json(toAssistant(await createAssistant(context, tools))));
  routes.post("/search", async (context) => {
    const query = await readBody(context, assistantSearch);
    const { limit, offset, sort_by, sort_order } = query;
    const access = await allowed(context, tools, "assistants:search", { ...query });
    const page = await backend.assistants.search({
      ...toFilter(query, access),
      limit,
      offset,
      sortBy: sort_by ?? "created_at",
      sortOrder: sort_order,
    });
    const body = page.items.map((item) => select(toAssistant(item), query.select));
    return context.json(body, 200, pageHeaders(page, query));
  });
  routes.post("/count", async (context) => {
    const query = await readBody(context, assistantCount);
    const access = await allowed(context, tools, "assistants:search", { ...query, limit: 0, offset: 0 });
    return context.json(await backend.assistants.count(toFilter(query, access)));
  });
  routes.get("/:assistant_id", async (context) =>
    context.json(toAssistant(await findAssistantOf(context, "assistants:read", tools))),
  );
  routes.patch("/:assistant_id", async (context) => {
    const { graph_id, ...patch } = await readBody(context, assistantPatch);
    if (graph_id !== undefined) graphs.get(graph_id);
    const id = idOf(context, tools);
    const asked = { assistant_id: id, graph_id, ...patch };
    const { value, access } = await callerOf(context, tools).authorize("assistants:update", asked);
    await findAssistant(id, access, tools);
    const changes = { ...patch, metadata: value.metadata, graphId: graph_id };
    const defined = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const updated = found(await backend.assistants.update(id, defined), id);
    return prefersMinimal(context) ? context.body(null, 204) : context.json(toAssistant(updated));
  });
  routes.delete("/:assistant_id", async (context) => {
    const { delete_threads: withThreads = false } = readQuery(context, assistantDelete);
    const { assistantId } = await findAssistantOf(context, "assistants:delete", tools);
    await deleteAssistant(context, assistantId, withThreads, tools);
    return context.json([assistantId]);
  });
  routes.post("/:assistant_id/latest", async (context) => {
    const { version } = await readBody(context, assistantLatest);
    const assistant = await findAssistantOf(context, "assistants:update", tools, { version });
    const latest = await backend.assistants.setLatest(assistant.assistantId, version);
    if (latest !== undefined) return context.json(toAssistant(latest));
    throw new ServerError(
      "not_found",
      `Assistant version not found: ${assistant.assistantId} has no version ${version}`,
    );
  });
  routes.post("/:assistant_id/versions", async (context) => {
    const { limit, offset, metadata } = await readBody(context, assistantVersions);
    const assistant = await findAssistantOf(context, "assistants:read", tools, { metadata });
    const filter = metadata === undefined ? {} : { metadata };
    const versions = await backend.assistants.versions(assistant.assistantId, { limit, offset, ...filter });
    return context.json(versions.map(toAssistantVersion));
  });
  return routes;
}

async function createAssistant(context: Context, tools: ServerTools): Promise<AssistantRecord> {
  const { backend, graphs } = tools;
  const body = await readBody(context, assistantCreate);
  graphs.get(body.graph_id);
  const now = Date.now();
  const assistantId = body.assistant_id ?? uuid7(now);
  const asked = { ...body, assistant_id: assistantId, metadata: body.metadata ?? {} };
  const { value, access } = await callerOf(context, tools).authorize("assistants:create", asked);
  const created = await backend.assistants.create({
    assistantId,
    graphId: body.graph_id,
    name: body.name ?? "Untitled",
    description: body.description ?? null,
    config: body.config ?? {},
    context: body.context ?? {},
    metadata: value.metadata,
    createdAt: new Date(now).toISOString(),
  });
  if (created !== undefined) return created;
  const existing = await backend.assistants.get(assistantId);
  const isSeen = existing !== undefined && passesAccess(existing.metadata, access);
  if (body.if_exists === "do_nothing" && isSeen) return existing;
  throw new ServerError("conflict", `Assistant already exists: ${assistantId}; send if_exists "do_nothing" to get it`);
}

/** With its threads go only those which the caller may delete. */
async function deleteAssistant(
  context: Context,
  assistantId: string,
  withThreads: boolean,
  tools: ServerTools,
): Promise<void> {
  const { backend, auth } = tools;
  if (withThreads && auth !== undefined) {
    const metadata = { assistant_id: assistantId };
    const access = await allowed(context, tools, "threads:delete", { metadata });
    await deleteThreads({ metadata, ...(access === undefined ? {} : { access }) }, tools);
  }
  const isDeleted = await backend.assistants.delete(assistantId, { deleteThreads: withThreads && auth === undefined });
  if (!isDeleted) throw notFound(assistantId);
}

function toFilter(
  body: {
    metadata?: Record<string, unknown> | undefined;
    graph_id?: string | undefined;
    name?: string | undefined;
  },
  access: AccessFilter | undefined,
) {
  return {
    ...(access === undefined ? {} : { access }),
    ...(body.metadata === undefined ? {} : { metadata: body.metadata }),
    ...(body.graph_id === undefined ? {} : { graphId: body.graph_id }),
    ...(body.name === undefined ? {} : { name: body.name }),
  };
}

/** The assistant of the path, if the caller may do this with it. */
export async function findAssistantOf(
  context: Context,
  event: AuthEvent,
  tools: ServerTools,
  asked: object = {},
): Promise<AssistantRecord> {
  const id = idOf(context, tools);
  return findAssistant(id, await allowed(context, tools, event, { assistant_id: id, ...asked }), tools);
}

async function findAssistant(
  id: string,
  access: AccessFilter | undefined,
  { backend }: ServerTools,
): Promise<AssistantRecord> {
  const assistant = await backend.assistants.get(id);
  return found(assistant !== undefined && passesAccess(assistant.metadata, access) ? assistant : undefined, id);
}

function idOf(context: Context, { graphs }: ServerTools): string {
  return graphs.assistantId(context.req.param("assistant_id") ?? "");
}

function found(assistant: AssistantRecord | undefined, id: string): AssistantRecord {
  if (assistant === undefined) throw notFound(id);
  return assistant;
}

function notFound(id: string): ServerError {
  return new ServerError("not_found", `Assistant not found: ${id}`);
}
