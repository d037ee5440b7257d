import { type Context, Hono } from "hono";
import { graphSchema, subgraphSchemas } from "../../graphs/graph-schemas.ts";
import type { LoadedGraph } from "../../graphs/load-graph.ts";
import type { GraphConfig } from "../../graphs/runnable-graph.ts";
import type { ServerTools } from "../../server-tools.ts";
import { readQuery } from "../request-input.ts";
import { runOrigin } from "../run-origin.ts";
import { graphQuery, subgraphQuery } from "../schemas/assistants.ts";
import { findAssistantOf } from "./assistants.ts";

/** `/assistants/:id/graph`, `/schemas` and `/subgraphs`: what an assistant's graph looks like. */
export function assistantGraphRoutes(tools: ServerTools): Hono {
  const routes = new Hono();

  routes.get("/:assistant_id/graph", async (context) => {
    const { xray } = readQuery(context, graphQuery);
    const { graph, config } = await graphOf(context, tools);
    const drawing = await (await graph.resolve(config)).getGraphAsync({ ...config, xray: xray ?? false });
    return context.json(drawing.toJSON() as object);
  });
  routes.get("/:assistant_id/schemas", async (context) => {
    const { graph, config } = await graphOf(context, tools);
    return context.json({ graph_id: graph.graphId, ...(await graphSchema(graph, await graph.resolve(config))) });
  });
  for (const path of ["/:assistant_id/subgraphs", "/:assistant_id/subgraphs/:namespace"]) {
    routes.get(path, async (context) => {
      const { recurse } = readQuery(context, subgraphQuery);
      const { graph, config } = await graphOf(context, tools);
      const namespace = context.req.param("namespace");
      return context.json(await subgraphSchemas(graph, await graph.resolve(config), namespace, recurse ?? false));
    });
  }
  return routes;
}

async function graphOf(context: Context, tools: ServerTools): Promise<{ graph: LoadedGraph; config: GraphConfig }> {
  const assistant = await findAssistantOf(context, "assistants:read", tools);
  const configurable = { ...assistant.config.configurable, ...runOrigin(context, tools).configurable };
  return { graph: tools.graphs.get(assistant.graphId), config: { configurable } };
}
