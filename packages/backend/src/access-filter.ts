type Dict = Readonly<Record<string, unknown>>;

export type AccessScalar = string | number | boolean | null;

/**
 * Which resources somebody may see, said of their metadata. It comes from the authorization of a request, so that a search
 * finds nothing that its asker may not read; backends apply it in their query.
 *
 * equals: the key has exactly this value · contains: the key has a list that holds all these values · all, any: of filters.
 * A missing key passes nothing.
 */
export type AccessFilter =
  | { type: "equals"; key: string; value: AccessScalar }
  | { type: "contains"; key: string; values: readonly AccessScalar[] }
  | { type: "all"; filters: readonly AccessFilter[] }
  | { type: "any"; filters: readonly AccessFilter[] };

/** Whether a resource with this metadata may be seen; without a filter every one may. */
export function passesAccess(metadata: Dict, filter: AccessFilter | undefined): boolean {
  if (filter === undefined) return true;
  switch (filter.type) {
    case "equals":
      return Object.hasOwn(metadata, filter.key) && metadata[filter.key] === filter.value;
    case "contains": {
      const held = Object.hasOwn(metadata, filter.key) ? metadata[filter.key] : undefined;
      return Array.isArray(held) && filter.values.every((value) => held.includes(value));
    }
    case "all":
      return filter.filters.every((part) => passesAccess(metadata, part));
    case "any":
      return filter.filters.some((part) => passesAccess(metadata, part));
  }
}
