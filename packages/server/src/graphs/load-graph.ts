import { join } from "node:path";
import { type ImportedExport, importExport } from "../config/import-export.ts";
import { ServerError } from "../errors.ts";
import { type GraphConfig, isGraphBuilder, isRunnableGraph, type RunnableGraph } from "./runnable-graph.ts";
import { findUserModules, type UserModules } from "./user-modules.ts";

/** A graph as `langgraph.json` names it, or as a program hands it over. */
export interface GraphSource {
  graphId: string;
  /** `./file.ts:export`, relative to the configuration file; or the graph, builder or function itself. */
  from: string | { graph: unknown };
  description?: string | undefined;
}

export interface LoadedGraph {
  graphId: string;
  file: string;
  exportName: string;
  description: string | undefined;
  modules: UserModules;
  /** The graph itself; undefined when a factory makes it. */
  graph: RunnableGraph | undefined;
  /** The graph to call with this configuration. A factory is asked anew each time, so that users never share its product. */
  resolve(config: GraphConfig): Promise<RunnableGraph>;
}

/**
 * Imports the file and takes the export: a compiled graph, a builder (compiled here), a promise of either, an object that wraps a
 * graph as `.graph`, or a function of a configuration that returns one of these.
 *
 * @throws ServerError `graph_not_loaded` that names file and export and says why.
 */
export async function loadGraph(source: GraphSource, root: string): Promise<LoadedGraph> {
  const { file, exportName, value: exported } = await locateGraph(source, root);
  const graph = await toGraph(exported);
  if (graph === undefined && typeof exported !== "function") {
    throw notLoaded(
      source,
      `the export "${exportName}" is ${describe(exported)}, not a graph, a builder or a function`,
    );
  }
  const modules = await findUserModules(file, graph);
  const loaded = { graphId: source.graphId, file, exportName, description: source.description, modules, graph };
  if (graph !== undefined) return { ...loaded, resolve: async () => graph };
  const factory = exported as (config: GraphConfig) => unknown;
  const fromFactory = async (config: GraphConfig) => {
    const made = await toGraph(await factory(config));
    if (made !== undefined) return made;
    throw notLoaded(source, `the function "${exportName}" did not return a graph`);
  };
  return { ...loaded, resolve: fromFactory };
}

/** What a program hands over looks for its modules from the root of the project. */
async function locateGraph(source: GraphSource, root: string): Promise<ImportedExport> {
  const { graphId, from } = source;
  if (typeof from !== "string") return { file: join(root, "graph.js"), exportName: graphId, value: await from.graph };
  return importExport(from, root).catch((error: Error) => {
    throw notLoaded(source, error.message, error.cause);
  });
}

async function toGraph(value: unknown): Promise<RunnableGraph | undefined> {
  if (isRunnableGraph(value)) return value;
  if (isGraphBuilder(value)) return toGraph(value.compile());
  if (typeof value === "object" && value !== null && "graph" in value) return toGraph(value.graph);
  return undefined;
}

function notLoaded(source: GraphSource, why: string, cause?: unknown): ServerError {
  const place = typeof source.from === "string" ? ` (${source.from})` : "";
  const message = `Graph "${source.graphId}"${place} was not loaded: ${why}`;
  return new ServerError("graph_not_loaded", message, { cause });
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return `a ${typeof value}`;
  return `an instance of ${value.constructor?.name ?? "Object"}`;
}
