import { embedValue, type IndexConfig } from "@heddle/checkpoint";
import { StoreQueryError } from "./store-query-error.ts";

/**
 * The embeddings of an item, each of length 1: their product with that of a query is the cosine of their angle.
 *
 * @throws Error when the embedding is not as long as the index says.
 */
export async function embedItem(
  index: IndexConfig | undefined,
  value: Record<string, unknown>,
  fields: false | string[] | undefined,
): Promise<number[][]> {
  if (index === undefined || fields === false) return [];
  return (await embedValue(index, value, fields)).map((vector) => toUnit(vector, index));
}

/** The embedding of a query, as those of items. */
export async function embedQuery(index: IndexConfig | undefined, query: string): Promise<number[]> {
  if (index === undefined) {
    throw new StoreQueryError(
      `There is no index to search "${query.slice(0, 80)}" by meaning; configure one ("store": {"index": …} in langgraph.json).`,
    );
  }
  return toUnit(await index.embeddings.embedQuery(query), index);
}

function toUnit(vector: readonly number[], { dims }: IndexConfig): number[] {
  if (vector.length !== dims) {
    throw new Error(`The embedding has ${vector.length} dimensions, but the index of the store says ${dims}.`);
  }
  const length = Math.hypot(...vector);
  return vector.map((x) => (length === 0 ? 0 : x / length));
}
