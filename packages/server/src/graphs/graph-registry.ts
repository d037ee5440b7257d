import { ServerError } from "../errors.ts";
import { defaultAssistantId } from "../ids.ts";
import { type GraphSource, type LoadedGraph, loadGraph } from "./load-graph.ts";

/** The graphs this server serves, and those it could not load. */
export interface GraphRegistry {
  ids(): string[];
  /** The id of an assistant; for a graph's id that of its default assistant. */
  assistantId(id: string): string;
  /** @throws ServerError `not_found` for an unknown id, `graph_not_loaded` with the original reason for one that failed. */
  get(graphId: string): LoadedGraph;
  failures(): { graphId: string; error: ServerError }[];
}

/** Loads all graphs; one that fails is reported and does not keep the others from being served. */
export async function loadGraphs(sources: readonly GraphSource[], root: string): Promise<GraphRegistry> {
  const loaded = new Map<string, LoadedGraph>();
  const failed = new Map<string, ServerError>();
  for (const source of sources) {
    try {
      loaded.set(source.graphId, await loadGraph(source, root));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      failed.set(source.graphId, error);
    }
  }
  const defaultIds = new Map(
    [...loaded.keys(), ...failed.keys()].map((graphId) => [graphId, defaultAssistantId(graphId)]),
  );
  return {
    ids: () => [...loaded.keys()],
    assistantId: (id) => defaultIds.get(id) ?? id,
    get: (graphId) => {
      const graph = loaded.get(graphId);
      if (graph !== undefined) return graph;
      const failure = failed.get(graphId);
      if (failure !== undefined) throw failure;
      const known = [...loaded.keys()].join(", ");
      throw new ServerError("not_found", `Graph "${graphId}" not found; this server has ${known || "no graphs"}`);
    },
    failures: () => [...failed].map(([graphId, error]) => ({ graphId, error })),
  };
}
