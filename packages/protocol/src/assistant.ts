import type { Dict } from "./json.ts";

/** The configuration of an assistant, a thread or a run. Unknown keys are kept. */
export interface Config {
  tags?: string[] | undefined;
  /** How many supersteps a run may take. */
  recursion_limit?: number | undefined;
  configurable?: Dict | undefined;
  [key: string]: unknown;
}

/** One version of an assistant: a graph with a configuration. */
export interface AssistantVersion {
  assistant_id: string;
  graph_id: string;
  name: string;
  description: string | null;
  /** Counts from 1; never used twice. */
  version: number;
  config: Config;
  context: unknown;
  metadata: Dict;
  created_at: string;
}

export interface Assistant extends AssistantVersion {
  updated_at: string;
}

export type AssistantSortBy = "assistant_id" | "graph_id" | "name" | "created_at" | "updated_at";

/** What happens when the thing to create exists: an error (409), or the existing one is the answer. */
export type IfExists = "raise" | "do_nothing";

/** JSON schemas of a graph; null where the graph declares none. */
export interface GraphSchema {
  graph_id?: string;
  input_schema: Dict | null;
  output_schema: Dict | null;
  state_schema: Dict | null;
  config_schema: Dict | null;
  context_schema: Dict | null;
}

/** The drawing of a graph. */
export interface GraphDrawing {
  nodes: { id: string | number; type?: string; name?: string; data?: unknown; metadata?: unknown }[];
  edges: { source: string; target: string; data?: string; conditional?: boolean }[];
}
