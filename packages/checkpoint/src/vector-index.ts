import { getTextAtPath } from "./text-path.ts";

/** How a store embeds its items for semantic search. */
export interface IndexConfig {
  /** Length of an embedding. */
  dims: number;
  /** Fits `Embeddings` of core. */
  embeddings: { embedDocuments(texts: string[]): Promise<number[][]>; embedQuery(text: string): Promise<number[]> };
  /** Paths of the texts to embed. @default ["$"], the whole value */
  fields?: string[];
}

/** Embeds the texts of a value, one vector per text. */
export function embedValue(config: IndexConfig, value: unknown, fields: string[] | undefined): Promise<number[][]> {
  const texts = (fields ?? config.fields ?? ["$"]).flatMap((path) => getTextAtPath(value, path));
  return texts.length === 0 ? Promise.resolve([]) : config.embeddings.embedDocuments(texts);
}

/** Similarity of the best of an item's vectors, −1 to 1. */
export function bestScore(query: number[], vectors: number[][]): number {
  return Math.max(...vectors.map((vector) => cosine(query, vector)));
}

function cosine(a: number[], b: number[]): number {
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    dot += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return squaresA === 0 || squaresB === 0 ? 0 : dot / Math.sqrt(squaresA * squaresB);
}
