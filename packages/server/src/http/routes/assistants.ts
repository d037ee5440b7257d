import type { AssistantRecord } from "@heddle/backend";
import { type Context, Hono } from "hono";
import { ServerError } from "../../errors.ts";
import { graphSchema, subgraphSchemas } from "../../graphs/graph-schemas.ts";
import type { LoadedGraph } from "../../graphs/load-graph.ts";
import type { GraphConfig } from "../../graphs/runnable-graph.ts";
import { uuid7 } from "../../ids.ts";
import type { ServerTools } from "../../server-tools.ts";
import { select, toAssistant, toAssistantVersion } from "../assistant-json.ts";
import { pageHeaders } from "../page-headers.ts";
import { readBody, readQuery } from "../request-input.ts";
import {
  assistantCount,
  assistantCreate,
  assistantLatest,
  assistantPatch,
  assistantSearch,
  assistantVersions,
  graphQuery,
  subgraphQuery,
} from "../schemas/assistants.ts";

/** `/assistants`: a graph's id stands for its default assistant wherever an assistant's id is asked for. */
export function assistantRoutes(tools: ServerTools): Hono {
  const { backend, graphs } = tools;
  const routes = new Hono();

  routes.post("/", async (context) => context.json(toAssistant(await createAssistant(context, tools))));
  routes.post("/search", async (context) => {
    const query = await readBody(context, assistantSearch);
    const { limit, offset, sort_by, sort_order } = query;
    const page = await backend.assistants.search({
      ...toFilter(query),
      limit,
      offset,
      sortBy: sort_by ?? "created_at",
      sortOrder: sort_order,
    });
    const body = page.items.map((item) => select(toAssistant(item), query.select));
    return context.json(body, 200, pageHeaders(page, query));
  });
  routes.post("/count", async (context) => {
    return context.json(await backend.assistants.count(toFilter(await readBody(context, assistantCount))));
  });
  routes.get("/:id", async (context) => context.json(toAssistant(await find(context, tools))));
  routes.patch("/:id", async (context) => {
    const { graph_id, ...patch } = await readBody(context, assistantPatch);
    if (graph_id !== undefined) graphs.get(graph_id);
    const changes = { ...patch, ...(graph_id === undefined ? {} : { graphId: graph_id }) };
    const defined = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    return context.json(
      toAssistant(found(await backend.assistants.update(idOf(context, tools), defined), idOf(context, tools))),
    );
  });
  routes.delete("/:id", async (context) => {
    const id = idOf(context, tools);
    const deleteThreads = /^(true|1|yes)$/i.test(context.req.query("delete_threads") ?? "");
    if (!(await backend.assistants.delete(id, { deleteThreads }))) throw notFound(id);
    return context.json([id]);
  });
  routes.post("/:id/latest", async (context) => {
    const { version } = await readBody(context, assistantLatest);
    const assistant = await find(context, tools);
    const latest = await backend.assistants.setLatest(assistant.assistantId, version);
    if (latest !== undefined) return context.json(toAssistant(latest));
    throw new ServerError(
      "not_found",
      `Assistant version not found: ${assistant.assistantId} has no version ${version}`,
    );
  });
  routes.post("/:id/versions", async (context) => {
    const { limit, offset, metadata } = await readBody(context, assistantVersions);
    const assistant = await find(context, tools);
    const filter = metadata === undefined ? {} : { metadata };
    const versions = await backend.assistants.versions(assistant.assistantId, { limit, offset, ...filter });
    return context.json(versions.map(toAssistantVersion));
  });
  routes.get("/:id/graph", async (context) => {
    const { xray } = readQuery(context, graphQuery);
    const { graph, config } = await graphOf(context, tools);
    const drawing = await (await graph.resolve(config)).getGraphAsync({ ...config, xray: xray ?? false });
    return context.json(drawing.toJSON() as object);
  });
  routes.get("/:id/schemas", async (context) => {
    const { graph, config } = await graphOf(context, tools);
    return context.json({ graph_id: graph.graphId, ...(await graphSchema(graph, await graph.resolve(config))) });
  });
  for (const path of ["/:id/subgraphs", "/:id/subgraphs/:namespace"]) {
    routes.get(path, async (context) => {
      const { recurse } = readQuery(context, subgraphQuery);
      const { graph, config } = await graphOf(context, tools);
      const namespace = context.req.param("namespace");
      return context.json(await subgraphSchemas(graph, await graph.resolve(config), namespace, recurse ?? false));
    });
  }
  return routes;
}

async function createAssistant(context: Context, { backend, graphs }: ServerTools): Promise<AssistantRecord> {
  const body = await readBody(context, assistantCreate);
  graphs.get(body.graph_id);
  const now = Date.now();
  const assistantId = body.assistant_id ?? uuid7(now);
  const created = await backend.assistants.create({
    assistantId,
    graphId: body.graph_id,
    name: body.name ?? "Untitled",
    description: body.description ?? null,
    config: body.config ?? {},
    context: body.context ?? {},
    metadata: body.metadata ?? {},
    createdAt: new Date(now).toISOString(),
  });
  if (created !== undefined) return created;
  const existing = await backend.assistants.get(assistantId);
  if (body.if_exists === "do_nothing" && existing !== undefined) return existing;
  throw new ServerError("conflict", `Assistant already exists: ${assistantId}; send if_exists "do_nothing" to get it`);
}

function toFilter(body: {
  metadata?: Record<string, unknown> | undefined;
  graph_id?: string | undefined;
  name?: string | undefined;
}) {
  return {
    ...(body.metadata === undefined ? {} : { metadata: body.metadata }),
    ...(body.graph_id === undefined ? {} : { graphId: body.graph_id }),
    ...(body.name === undefined ? {} : { name: body.name }),
  };
}

async function graphOf(context: Context, tools: ServerTools): Promise<{ graph: LoadedGraph; config: GraphConfig }> {
  const assistant = await find(context, tools);
  return { graph: tools.graphs.get(assistant.graphId), config: { configurable: assistant.config.configurable ?? {} } };
}

async function find(context: Context, tools: ServerTools): Promise<AssistantRecord> {
  return found(await tools.backend.assistants.get(idOf(context, tools)), idOf(context, tools));
}

function idOf(context: Context, { graphs }: ServerTools): string {
  return graphs.assistantId(context.req.param("id") ?? "");
}

function found(assistant: AssistantRecord | undefined, id: string): AssistantRecord {
  if (assistant === undefined) throw notFound(id);
  return assistant;
}

function notFound(id: string): ServerError {
  return new ServerError("not_found", `Assistant not found: ${id}`);
}
