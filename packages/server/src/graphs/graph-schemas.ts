import type { GraphSchema } from "@heddle/protocol";
import type { LoadedGraph } from "./load-graph.ts";
import type { RunnableGraph } from "./runnable-graph.ts";

type JsonSchema = Record<string, unknown>;

const GETTERS = {
  state_schema: "getStateTypeSchema",
  input_schema: "getInputTypeSchema",
  output_schema: "getOutputTypeSchema",
  config_schema: "getConfigTypeSchema",
} as const;

/**
 * The JSON schemas of a graph. Graphs whose state is declared by a schema library are asked through their engine's own
 * `/zod/schema`; of the others only the names of the state's keys can be known when the program runs.
 */
export async function graphSchema(loaded: LoadedGraph, graph: RunnableGraph): Promise<Omit<GraphSchema, "graph_id">> {
  const { engineName, load } = loaded.modules;
  const module = engineName === undefined ? undefined : await load(`${engineName}/zod/schema`);
  const read = (key: keyof typeof GETTERS): JsonSchema | undefined => {
    const getter = module?.[GETTERS[key]];
    return typeof getter === "function" ? (getter(graph) as JsonSchema | undefined) : undefined;
  };
  const byNames = schemaOfKeys(graph);
  const state = read("state_schema") ?? byNames;
  const config = read("config_schema") ?? { type: "object", $schema: DRAFT };
  return {
    state_schema: state,
    input_schema: read("input_schema") ?? state,
    output_schema: read("output_schema") ?? state,
    config_schema: config,
    context_schema: config,
  };
}

/** Namespace → schemas of the subgraphs; nested ones, joined by `|`, with `recurse`. */
export async function subgraphSchemas(
  loaded: LoadedGraph,
  graph: RunnableGraph,
  namespace: string | undefined,
  recurse: boolean,
): Promise<Record<string, unknown>> {
  const schemas: Record<string, unknown> = {};
  for await (const [name, subgraph] of graph.getSubgraphsAsync(namespace, recurse)) {
    schemas[name] = await graphSchema(loaded, subgraph as RunnableGraph);
  }
  return schemas;
}

const DRAFT = "http://json-schema.org/draft-07/schema#";

function schemaOfKeys(graph: RunnableGraph): JsonSchema {
  const { streamChannels } = graph as { streamChannels?: unknown };
  const keys = Array.isArray(streamChannels) ? streamChannels.map(String) : [];
  return { type: "object", properties: Object.fromEntries(keys.map((key) => [key, {}])), $schema: DRAFT };
}
