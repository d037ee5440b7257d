import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { resolve as resolveImport } from "import-meta-resolve";
import type { RunnableGraph } from "./runnable-graph.ts";

type Module = Record<string, unknown>;
// biome-ignore lint/suspicious/noExplicitAny: each message class takes fields of its own
type Class = new (fields: any) => unknown;

/**
 * The classes of the user's own packages which a graph must be handed: the engine's `Command`, `Send` and `RunControl`, and the
 * message classes of `@langchain/core`. They come from the copies the graph file itself imports, because instances of a second
 * copy are not recognised by `instanceof`.
 */
export interface UserModules {
  engine: EngineModule | undefined;
  /** Name of the engine's package, to import its other entry points. */
  engineName: string | undefined;
  messageClasses: Record<string, Class>;
  /** Imports a module as the graph file would; undefined when the user does not have it. */
  load(specifier: string): Promise<Module | undefined>;
}

export interface EngineModule {
  Command: new (fields: { resume?: unknown; update?: unknown; goto?: unknown }) => unknown;
  Send: new (node: string, input: unknown) => unknown;
  RunControl?: new () => { requestDrain(reason?: string): void };
}

const ENGINES = ["@heddle/langgraph", "@langchain/langgraph"];

/** Finds the modules that belong to a graph, seen from the file that made it. */
export async function findUserModules(graphFile: string, graph: RunnableGraph | undefined): Promise<UserModules> {
  const load = (specifier: string) => importFrom(graphFile, specifier);
  const engineName = await findEngine(load, graph);
  const engine = engineName === undefined ? undefined : await load(engineName);
  const messages = (await load("@langchain/core/messages")) ?? {};
  return {
    engine: engine as EngineModule | undefined,
    engineName,
    messageClasses: messageClassesOf(messages),
    load,
  };
}

/** Imports what the graphs are made with, before somebody asks for it. What fails here fails again for whoever needs it. */
export async function importEngine(graphs: readonly { from: unknown }[], root: string): Promise<void> {
  const path = graphs.map(({ from }) => from).find((from) => typeof from === "string");
  const file = resolve(root, path ?? "graph.js");
  try {
    for (const name of ENGINES) if ((await importFrom(file, name)) !== undefined) break;
    await importFrom(file, "@langchain/core/messages");
  } catch {
    // Said when a graph is loaded.
  }
}

/** The engine whose `Pregel` the graph is an instance of; for factories the first one there is. */
async function findEngine(load: UserModules["load"], graph: RunnableGraph | undefined): Promise<string | undefined> {
  const present: string[] = [];
  for (const name of ENGINES) {
    const module = await load(`${name}/pregel`);
    if (module === undefined) continue;
    present.push(name);
    const { Pregel } = module;
    if (graph !== undefined && typeof Pregel === "function" && graph instanceof Pregel) return name;
  }
  return present[0];
}

/** Imports a module as the file would; undefined when it is not installed there. */
export async function importFrom(file: string, specifier: string): Promise<Module | undefined> {
  const url = locate(file, specifier);
  return url === undefined ? undefined : ((await import(url)) as Module);
}

function locate(file: string, specifier: string): string | undefined {
  try {
    const url = resolveImport(specifier, pathToFileURL(file).href);
    if (existsSync(new URL(url))) return url;
  } catch {
    // Not there as an ES module: perhaps for `require`, see below.
  }
  try {
    return pathToFileURL(createRequire(file).resolve(specifier)).href;
  } catch {
    return undefined;
  }
}

function messageClassesOf(module: Module): Record<string, Class> {
  const entries = Object.entries(module).filter(([name, value]) => /Message(Chunk)?$/.test(name) && isClass(value));
  return Object.fromEntries(entries) as Record<string, Class>;
}

function isClass(value: unknown): boolean {
  return typeof value === "function" && /^[A-Z]/.test(value.name);
}
