import { validateNamespace } from "./namespace.ts";
import type { Item, ListNamespacesOptions, SearchItem, SearchOptions, Store } from "./store.ts";

export interface GetOperation {
  namespace: string[];
  key: string;
}

export interface SearchOperation extends SearchOptions {
  namespacePrefix: string[];
}

export interface PutOperation {
  namespace: string[];
  key: string;
  /** null deletes. */
  // biome-ignore lint/suspicious/noExplicitAny: users put values of their own here, upstream types it so
  value: Record<string, any> | null;
  index?: false | string[];
}

/** A path of labels; "*" stands for any label. */
export type NameSpacePath = (string | "*")[];
export type NamespaceMatchType = "prefix" | "suffix";

export interface MatchCondition {
  matchType: NamespaceMatchType;
  path: NameSpacePath;
}

export interface ListNamespacesOperation {
  matchConditions?: MatchCondition[];
  maxDepth?: number;
  limit: number;
  offset: number;
}

export type Operation = GetOperation | SearchOperation | PutOperation | ListNamespacesOperation;

export type OperationResults<Tuple extends readonly Operation[]> = {
  [K in keyof Tuple]: Tuple[K] extends PutOperation
    ? // biome-ignore lint/suspicious/noConfusingVoidType: upstream's type of a put, which subclasses must fit
      void
    : Tuple[K] extends SearchOperation
      ? SearchItem[]
      : Tuple[K] extends GetOperation
        ? Item | null
        : Tuple[K] extends ListNamespacesOperation
          ? string[][]
          : never;
};

/** Base class for stores: a store implements `batch`, the named methods are single-operation batches. */
export abstract class BaseStore implements Store {
  /** Runs the operations and gives their results in the same order. */
  abstract batch<Op extends readonly Operation[]>(operations: Op): Promise<OperationResults<Op>>;

  async get(namespace: string[], key: string): Promise<Item | null> {
    const [item] = await this.batch<[GetOperation]>([{ namespace, key }]);
    return item;
  }

  async search(namespacePrefix: string[], options: SearchOptions = {}): Promise<SearchItem[]> {
    const { filter, limit = 10, offset = 0, query } = options;
    const operation: SearchOperation = { namespacePrefix, limit, offset };
    if (filter !== undefined) operation.filter = filter;
    if (query !== undefined) operation.query = query;
    const [items] = await this.batch<[SearchOperation]>([operation]);
    return items;
  }

  async put(namespace: string[], key: string, value: Record<string, unknown>, index?: false | string[]): Promise<void> {
    validateNamespace(namespace);
    await this.batch<[PutOperation]>([
      index === undefined ? { namespace, key, value } : { namespace, key, value, index },
    ]);
  }

  async delete(namespace: string[], key: string): Promise<void> {
    await this.batch<[PutOperation]>([{ namespace, key, value: null }]);
  }

  async listNamespaces(options: ListNamespacesOptions = {}): Promise<string[][]> {
    const { prefix, suffix, maxDepth, limit = 100, offset = 0 } = options;
    const matchConditions: MatchCondition[] = [];
    if (prefix !== undefined) matchConditions.push({ matchType: "prefix", path: prefix });
    if (suffix !== undefined) matchConditions.push({ matchType: "suffix", path: suffix });
    const operation: ListNamespacesOperation = { limit, offset };
    if (matchConditions.length > 0) operation.matchConditions = matchConditions;
    if (maxDepth !== undefined) operation.maxDepth = maxDepth;
    const [namespaces] = await this.batch<[ListNamespacesOperation]>([operation]);
    return namespaces;
  }

  /** For stores that work in the background; called when a run begins. */
  start(): void | Promise<void> {}

  /** Ends what `start` began. */
  stop(): void | Promise<void> {}
}
