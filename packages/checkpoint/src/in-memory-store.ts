import {
  BaseStore,
  type ListNamespacesOperation,
  type Operation,
  type OperationResults,
  type PutOperation,
  type SearchOperation,
} from "./base-store.ts";
import { matchesFilter } from "./match-filter.ts";
import { matchesNamespace } from "./match-namespace.ts";
import type { Item, SearchItem } from "./store.ts";
import { bestScore, embedValue, type IndexConfig } from "./vector-index.ts";

interface StoredItem {
  item: Item;
  /** Grows with each change, because two changes can share a millisecond. */
  position: number;
  vectors: number[][];
}

/** Long-term memory in this process; with `index`, searchable by meaning. */
export class InMemoryStore extends BaseStore {
  /** Namespace labels joined by "." (which no label contains) → key → item. */
  readonly #namespaces = new Map<string, Map<string, StoredItem>>();
  readonly #index: IndexConfig | undefined;
  #lastPosition = 0;

  constructor(options: { index?: IndexConfig } = {}) {
    super();
    this.#index = options.index;
  }

  get indexConfig(): IndexConfig | undefined {
    return this.#index;
  }

  /** Reads see the items as they were before the batch. */
  async batch<Op extends readonly Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    const results: unknown[] = operations.map((operation) => (isPut(operation) ? null : this.#read(operation)));
    for (const operation of operations) if (isPut(operation)) await this.#put(operation);
    return (await Promise.all(results)) as OperationResults<Op>;
  }

  async #read(operation: Exclude<Operation, PutOperation>): Promise<unknown> {
    if ("namespacePrefix" in operation) return this.#search(operation);
    if ("key" in operation) {
      const found = this.#namespaces.get(operation.namespace.join("."))?.get(operation.key);
      return found === undefined ? null : { ...found.item };
    }
    return this.#listNamespaces(operation);
  }

  async #put({ namespace, key, value, index }: PutOperation): Promise<void> {
    const path = namespace.join(".");
    if (value === null) {
      const items = this.#namespaces.get(path);
      items?.delete(key);
      if (items?.size === 0) this.#namespaces.delete(path);
      return;
    }
    const vectors = this.#index === undefined || index === false ? [] : await embedValue(this.#index, value, index);
    const items = this.#namespaces.get(path) ?? new Map<string, StoredItem>();
    this.#namespaces.set(path, items);
    const now = new Date();
    const former = items.get(key);
    const item = { namespace, key, value, createdAt: former?.item.createdAt ?? now, updatedAt: now };
    items.set(key, { item, position: former?.position ?? ++this.#lastPosition, vectors });
  }

  async #search({ namespacePrefix, filter, limit = 10, offset = 0, query }: SearchOperation): Promise<SearchItem[]> {
    const found: StoredItem[] = [];
    for (const items of this.#namespaces.values()) {
      for (const stored of items.values()) {
        if (!matchesNamespace(stored.item.namespace, { matchType: "prefix", path: namespacePrefix })) continue;
        if (filter === undefined || matchesFilter(stored.item.value, filter)) found.push(stored);
      }
    }
    if (query !== undefined && this.#index !== undefined) {
      return nearestFirst(found, await this.#index.embeddings.embedQuery(query)).slice(offset, offset + limit);
    }
    found.sort((a, b) => a.position - b.position);
    return found.slice(offset, offset + limit).map(({ item }) => ({ ...item }));
  }

  #listNamespaces({ matchConditions = [], maxDepth, limit, offset }: ListNamespacesOperation): string[][] {
    const paths = new Set<string>();
    for (const path of this.#namespaces.keys()) {
      const namespace = path.split(".");
      if (!matchConditions.every((condition) => matchesNamespace(namespace, condition))) continue;
      paths.add(maxDepth === undefined ? path : namespace.slice(0, maxDepth).join("."));
    }
    const sorted = [...paths].map((path) => path.split(".")).sort(compareNamespaces);
    return sorted.slice(offset, offset + limit);
  }
}

/** Items without vectors come last, without a score. */
function nearestFirst(found: StoredItem[], query: number[]): SearchItem[] {
  const scored = found.map(({ item, vectors }) => ({
    item,
    score: vectors.length === 0 ? undefined : bestScore(query, vectors),
  }));
  scored.sort((a, b) => (b.score ?? Number.NEGATIVE_INFINITY) - (a.score ?? Number.NEGATIVE_INFINITY));
  return scored.map(({ item, score }) => (score === undefined ? { ...item } : { ...item, score }));
}

function compareNamespaces(a: string[], b: string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const left = a[i] ?? "";
    const right = b[i] ?? "";
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.length - b.length;
}

function isPut(operation: Operation): operation is PutOperation {
  return "value" in operation;
}
