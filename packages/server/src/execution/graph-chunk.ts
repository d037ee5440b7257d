/** An event without its id. */
export interface EventDraft {
  event: string;
  data: unknown;
}

/** A chunk of the engine, taken apart. */
export interface GraphChunk {
  namespace: readonly string[];
  mode: string;
  data: unknown;
}

/** Chunks come as `[mode, data]`, with subgraphs as `[namespace, mode, data]`. */
export function readChunk(chunk: unknown, subgraphs: boolean): GraphChunk {
  const parts = chunk as unknown[];
  if (subgraphs) return { namespace: parts[0] as string[], mode: parts[1] as string, data: parts[2] };
  return { namespace: [], mode: parts[0] as string, data: parts[1] };
}
