import {
  BaseStore,
  type ListNamespacesOperation,
  type ListNamespacesOptions,
  type Operation,
  type OperationResults,
  type Store,
} from "@heddle/checkpoint";

/** A store as graphs take it: those of the official engine hand over their operations in batches. */
export class GraphStore extends BaseStore {
  readonly #store: Store;

  constructor(store: Store) {
    super();
    this.#store = store;
  }

  override async batch<Op extends readonly Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    const results: unknown[] = [];
    for (const operation of operations) results.push(await this.#do(operation));
    return results as OperationResults<Op>;
  }

  #do(operation: Operation): Promise<unknown> {
    if ("namespacePrefix" in operation) {
      const { namespacePrefix, ...options } = operation;
      return this.#store.search(namespacePrefix, options);
    }
    if ("value" in operation) {
      const { namespace, key, value, index } = operation;
      return value === null ? this.#store.delete(namespace, key) : this.#store.put(namespace, key, value, index);
    }
    if ("namespace" in operation) return this.#store.get(operation.namespace, operation.key);
    return this.#store.listNamespaces(toListOptions(operation));
  }
}

function toListOptions({ matchConditions, maxDepth, limit, offset }: ListNamespacesOperation): ListNamespacesOptions {
  const options: ListNamespacesOptions = { limit, offset };
  if (maxDepth !== undefined) options.maxDepth = maxDepth;
  for (const { matchType, path } of matchConditions ?? []) options[matchType] = path;
  return options;
}
