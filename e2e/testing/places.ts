import { existsSync } from "node:fs";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

export const EXAMPLE_CONFIG = resolve(ROOT, "examples/configurable-agent/langgraph.json");
/** Graphs on our engine; starts faster than the one below. */
export const GRAPHS_CONFIG = resolve(ROOT, "e2e/graphs/langgraph.json");
/** A server that knows its users, by an Auth of the official SDK or by API keys. */
/** Only the graph of chaos, whose processes are started again and again. */
export const RECEIPTS_CONFIG = resolve(ROOT, "e2e/graphs/receipts.json");
export const AUTH_CONFIG = resolve(ROOT, "e2e/graphs/auth/langgraph.json");
export const UNDECIDED_CONFIG = resolve(ROOT, "e2e/graphs/auth/undecided.json");
export const API_KEYS_CONFIG = resolve(ROOT, "e2e/graphs/auth/api-keys.json");
export const FILTERS_CONFIG = resolve(ROOT, "e2e/graphs/auth/filters.json");
/** Servers with a Hono app of the project. */
export const CUSTOM_APP_CONFIG = resolve(ROOT, "e2e/graphs/custom-app/langgraph.json");
export const GUARDED_APP_CONFIG = resolve(ROOT, "e2e/graphs/custom-app/guarded.json");
/** Graphs for the checklist of behaviours. */
export const CHECKLIST_CONFIG = resolve(ROOT, "e2e/graphs/checklist/langgraph.json");
export const TWO_ENGINES_CONFIG = resolve(ROOT, "e2e/graphs/two-engines.json");

/** A file that lies beside the repository where it is developed; undefined in a clone. */
export function shared(path: string): string | undefined {
  const file = resolve(ROOT, "../shared", path);
  return existsSync(file) ? file : undefined;
}
