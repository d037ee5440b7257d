/** One item of long-term memory. */
export interface Item {
  namespace: string[];
  key: string;
  // biome-ignore lint/suspicious/noExplicitAny: users put values of their own here, upstream types it so
  value: Record<string, any>;
  createdAt: Date;
  updatedAt: Date;
}

export interface SearchItem extends Item {
  /** Similarity to the query, greater is nearer; only for semantic search. */
  score?: number;
}

export interface SearchOptions {
  /** Values that must be equal, or objects of `$eq $ne $gt $gte $lt $lte $in $nin`. */
  filter?: Record<string, unknown>;
  /** @default 10 */
  limit?: number;
  offset?: number;
  /** Text for semantic search; needs an index. */
  query?: string;
}

export interface ListNamespacesOptions {
  prefix?: string[];
  suffix?: string[];
  /** Namespaces are cut to this many labels, then listed once each. */
  maxDepth?: number;
  /** @default 100 */
  limit?: number;
  offset?: number;
}

/**
 * Long-term memory across threads: the structural contract of `BaseStore` of `@langchain/langgraph-checkpoint`.
 * A namespace is a list of labels; a label is not empty and has no ".". "*" in prefix or suffix stands for any label.
 */
export interface Store {
  /** The item, or null. */
  get(namespace: string[], key: string): Promise<Item | null>;
  /** Items below the namespace prefix, in the order in which they were first written (nearest first with a query). */
  search(namespacePrefix: string[], options?: SearchOptions): Promise<SearchItem[]>;
  /** Writes the item; `createdAt` of an existing one stays. `index: false` keeps it out of semantic search. */
  put(namespace: string[], key: string, value: Record<string, unknown>, index?: false | string[]): Promise<void>;
  /** Removes the item if it is there. */
  delete(namespace: string[], key: string): Promise<void>;
  /** Distinct namespaces, sorted. */
  listNamespaces(options?: ListNamespacesOptions): Promise<string[][]>;
}
