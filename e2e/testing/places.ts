import { existsSync } from "node:fs";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

export const EXAMPLE_CONFIG = resolve(ROOT, "examples/configurable-agent/langgraph.json");
export const GRAPHS_CONFIG = resolve(ROOT, "e2e/graphs/langgraph.json");

/** A file that lies beside the repository where it is developed; undefined in a clone. */
export function shared(path: string): string | undefined {
  const file = resolve(ROOT, "../shared", path);
  return existsSync(file) ? file : undefined;
}
