import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoadedGraph } from "../load-graph.ts";
import type { DeclaredSchemas } from "./read-declared-types.ts";

const TIMEOUT_MS = 30_000;

const CHILD = fileURLToPath(new URL("./child.js", import.meta.url));

const known = new WeakMap<LoadedGraph, Promise<DeclaredSchemas>>();

/** The schemas which the types of a graph's source declare; empty where they cannot be read. Read once per graph. */
export function declaredSchemas(graph: LoadedGraph): Promise<DeclaredSchemas> {
  let schemas = known.get(graph);
  if (schemas === undefined) {
    schemas = /\.[cm]?tsx?$/.test(graph.file) ? read(graph) : Promise.resolve({});
    known.set(graph, schemas);
  }
  return schemas;
}

function read({ file, exportName }: LoadedGraph): Promise<DeclaredSchemas> {
  return new Promise((resolve) => {
    // What makes it fail it says on stderr itself.
    const child = fork(CHILD, [file, exportName], {
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      timeout: TIMEOUT_MS,
    });
    child.once("message", (schemas: DeclaredSchemas) => resolve(schemas));
    child.once("error", () => resolve({}));
    child.once("exit", () => resolve({}));
  });
}
