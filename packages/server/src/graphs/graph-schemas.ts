import type { GraphSchema } from "@heddle/protocol";
import { declaredSchemas } from "./declared-types/declared-schemas.ts";
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
 * `/zod/schema`; of the others the types in the source are read, and where there are none (a graph in JavaScript, a subgraph)
 * the names of the state's keys.
 */
export async function graphSchema(loaded: LoadedGraph, graph: RunnableGraph): Promise<Schemas> {
  const asked = await askEngine(loaded, graph);
  if (asked.state_schema !== undefined) return complete(asked, schemaOfKeys(graph));
  const { state, input, output, context } = await declaredSchemas(loaded);
  const declared = { state_schema: state, input_schema: input, output_schema: output, config_schema: context };
  return complete({ ...declared, ...asked }, schemaOfKeys(graph));
}

type Schemas = Omit<GraphSchema, "graph_id">;
type Known = { -readonly [Key in keyof typeof GETTERS]?: JsonSchema | undefined };

async function askEngine(loaded: LoadedGraph, graph: RunnableGraph): Promise<Known> {
  const { engineName, load } = loaded.modules;
  const module = engineName === undefined ? undefined : await load(`${engineName}/zod/schema`);
  const known: Known = {};
  for (const [key, name] of Object.entries(GETTERS) as [keyof Known, string][]) {
    const getter = module?.[name];
    const schema: unknown = typeof getter === "function" ? getter(graph) : undefined;
    if (schema !== undefined) known[key] = schema as JsonSchema;
  }
  return known;
}

function complete({ state_schema, input_schema, output_schema, config_schema }: Known, byKeys: JsonSchema): Schemas {
  const state = state_schema ?? byKeys;
  const config = config_schema ?? { type: "object", $schema: DRAFT };
  return {
    state_schema: state,
    input_schema: input_schema ?? state,
    output_schema: output_schema ?? state,
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
    schemas[name] = complete(
      await askEngine(loaded, subgraph as RunnableGraph),
      schemaOfKeys(subgraph as RunnableGraph),
    );
  }
  return schemas;
}

const DRAFT = "http://json-schema.org/draft-07/schema#";

function schemaOfKeys(graph: RunnableGraph): JsonSchema {
  const { streamChannels } = graph as { streamChannels?: unknown };
  const keys = Array.isArray(streamChannels) ? streamChannels.map(String) : [];
  return { type: "object", properties: Object.fromEntries(keys.map((key) => [key, {}])), $schema: DRAFT };
}
