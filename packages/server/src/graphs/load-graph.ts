import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ServerError, toError } from "../errors.ts";
import { type GraphConfig, isGraphBuilder, isRunnableGraph, type RunnableGraph } from "./runnable-graph.ts";
import { findUserModules, type UserModules } from "./user-modules.ts";

/** A graph as `langgraph.json` names it. */
export interface GraphSource {
  graphId: string;
  /** `./file.ts:export`, relative to the configuration file. */
  path: string;
  description?: string | undefined;
}

export interface LoadedGraph {
  graphId: string;
  file: string;
  exportName: string;
  description: string | undefined;
  modules: UserModules;
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
  const { file, exportName } = locateGraph(source, root);
  const exported = await importExport(source, file, exportName);
  const graph = await toGraph(exported);
  if (graph === undefined && typeof exported !== "function") {
    throw notLoaded(
      source,
      `the export "${exportName}" is ${describe(exported)}, not a graph, a builder or a function`,
    );
  }
  const modules = await findUserModules(file, graph);
  const description = source.description;
  if (graph !== undefined) {
    return { graphId: source.graphId, file, exportName, description, modules, resolve: async () => graph };
  }
  const factory = exported as (config: GraphConfig) => unknown;
  const fromFactory = async (config: GraphConfig) => {
    const made = await toGraph(await factory(config));
    if (made !== undefined) return made;
    throw notLoaded(source, `the function "${exportName}" did not return a graph`);
  };
  return { graphId: source.graphId, file, exportName, description, modules, resolve: fromFactory };
}

function locateGraph(source: GraphSource, root: string): { file: string; exportName: string } {
  const colon = source.path.lastIndexOf(":");
  if (colon <= 1) throw notLoaded(source, `"${source.path}" is not of the form ./file.ts:export`);
  const file = resolve(root, source.path.slice(0, colon));
  if (!existsSync(file))
    throw notLoaded(source, `there is no file ${file} (looked from ${dirname(resolve(root, "x"))})`);
  return { file, exportName: source.path.slice(colon + 1) };
}

async function importExport(source: GraphSource, file: string, exportName: string): Promise<unknown> {
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (thrown) {
    throw notLoaded(source, `importing it failed: ${firstFrames(toError(thrown), file)}`, thrown);
  }
  const found = module[exportName] ?? (module.default as Record<string, unknown> | undefined)?.[exportName];
  if (found !== undefined) return await found;
  const names = Object.keys(module).filter((name) => name !== "default" && name !== "module.exports");
  throw notLoaded(source, `it has no export "${exportName}"; it exports ${names.join(", ") || "nothing by name"}`);
}

async function toGraph(value: unknown): Promise<RunnableGraph | undefined> {
  if (isRunnableGraph(value)) return value;
  if (isGraphBuilder(value)) return toGraph(value.compile());
  if (typeof value === "object" && value !== null && "graph" in value) return toGraph(value.graph);
  return undefined;
}

/** The message and the line of the user's code where it arose, which a stack of loader frames hides. */
function firstFrames(error: Error, file: string): string {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const own = frames.find((line) => line.includes(file)) ?? frames.find((line) => !line.includes("node:internal"));
  const position = /^.*?(\S+:\d+)\n/.exec(error.stack ?? "")?.[1];
  const where = own?.trim() ?? (position === undefined ? undefined : `at ${position}`);
  return `${error.name}: ${error.message}${where === undefined ? "" : ` (${where})`}`;
}

function notLoaded(source: GraphSource, why: string, cause?: unknown): ServerError {
  const message = `Graph "${source.graphId}" (${source.path}) was not loaded: ${why}`;
  return new ServerError("graph_not_loaded", message, { cause });
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return `a ${typeof value}`;
  return `an instance of ${value.constructor?.name ?? "Object"}`;
}
