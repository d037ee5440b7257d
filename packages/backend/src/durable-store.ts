import type { IndexConfig, Item, SearchItem, SearchOptions, Store } from "@heddle/checkpoint";

/** How a store is to work. */
export interface StoreSettings {
  /** Makes items searchable by meaning; absent: a query is an error. */
  index?: IndexConfig | undefined;
  ttl?: StoreTtl | undefined;
}

/** How long items live. */
export interface StoreTtl {
  /** Minutes an item lives that does not say so itself; absent: for ever. */
  defaultMinutes?: number | undefined;
  /**
   * Whether reading an item lets its time begin anew, unless the reader says otherwise.
   * @default true
   */
  refreshOnRead?: boolean | undefined;
}

export interface StoreReadOptions {
  /** Lets the time of what is found begin anew. @default as the settings say */
  refreshTtl?: boolean | undefined;
}

export interface StorePutOptions {
  /** Minutes the item lives from now on; null: for ever; absent: as the settings say. */
  ttlMinutes?: number | null | undefined;
}

/** A store whose items survive the process and may end by themselves. Items whose time is over are not found, swept or not. */
export interface DurableStore extends Store {
  get(namespace: string[], key: string, options?: StoreReadOptions): Promise<Item | null>;
  /**
   * With `query` nearest first, those without an embedding last and without a score.
   *
   * @throws StoreQueryError for an unknown operator in the filter, and for a query where there is no index.
   */
  search(namespacePrefix: string[], options?: SearchOptions & StoreReadOptions): Promise<SearchItem[]>;
  /** Writes the item, with its embeddings if there is an index, all or nothing. */
  put(
    namespace: string[],
    key: string,
    value: Record<string, unknown>,
    index?: false | string[],
    options?: StorePutOptions,
  ): Promise<void>;
  /** Removes items whose time is over; returns how many. */
  sweep(): Promise<number>;
}
