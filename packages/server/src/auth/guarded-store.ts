import { type AccessFilter, type DurableStore, passesAccess, type StoreReadOptions } from "@heddle/backend";
import type { Item, ListNamespacesOptions, SearchItem, SearchOptions } from "@heddle/checkpoint";
import { ServerError } from "../errors.ts";

const PAGE = 1000;

/** Searches with a filter look at no more items than this; upstream's limit too. */
const MAX_SCANNED = 10_000;

/** What callers can do with a store. */
export type ReachableStore = Omit<DurableStore, "sweep">;

/** The store as one caller may use it: items that do not pass the filter are as if they were not there. */
export function guardStore(store: ReachableStore, access: AccessFilter | undefined): ReachableStore {
  return access === undefined ? store : new GuardedStore(store, access);
}

class GuardedStore implements ReachableStore {
  readonly #store: ReachableStore;
  readonly #access: AccessFilter;

  constructor(store: ReachableStore, access: AccessFilter) {
    this.#store = store;
    this.#access = access;
  }

  async get(namespace: string[], key: string, options?: StoreReadOptions): Promise<Item | null> {
    const item = await this.#store.get(namespace, key, options);
    return item !== null && this.#passes(item) ? item : null;
  }

  /** @throws ServerError `forbidden` when the item would not be the caller's, `not_found` when it is somebody else's now. */
  async put(namespace: string[], key: string, value: Item["value"], ...options: PutOptions): Promise<void> {
    if (!this.#passes({ namespace, key, value })) {
      throw new ServerError("forbidden", `Not authorized to put ${key} into ${JSON.stringify(namespace)}`);
    }
    await this.#assertNotForeign(namespace, key);
    await this.#store.put(namespace, key, value, ...options);
  }

  async delete(namespace: string[], key: string): Promise<void> {
    await this.#assertNotForeign(namespace, key);
    await this.#store.delete(namespace, key);
  }

  async search(
    prefix: string[],
    { limit = 10, offset = 0, ...options }: SearchOptions & StoreReadOptions = {},
  ): Promise<SearchItem[]> {
    const found: SearchItem[] = [];
    for await (const item of this.#scan(prefix, options)) {
      found.push(item);
      if (found.length >= offset + limit) break;
    }
    return found.slice(offset);
  }

  async listNamespaces({ limit = 100, offset = 0, ...options }: ListNamespacesOptions = {}): Promise<string[][]> {
    const wanted = await this.#store.listNamespaces({ ...options, limit: MAX_SCANNED, offset: 0 });
    const visible: string[][] = [];
    for (const namespace of wanted) {
      if (visible.length >= offset + limit) break;
      for await (const _ of this.#scan(namespace, { refreshTtl: false })) {
        visible.push(namespace);
        break;
      }
    }
    return visible.slice(offset);
  }

  async *#scan(prefix: string[], options: SearchOptions & StoreReadOptions): AsyncGenerator<SearchItem> {
    for (let offset = 0; offset < MAX_SCANNED; offset += PAGE) {
      const page = await this.#store.search(prefix, { ...options, limit: PAGE, offset });
      for (const item of page) if (this.#passes(item)) yield item;
      if (page.length < PAGE) return;
    }
    throw new ServerError(
      "invalid_request",
      `A store query with an auth filter looks at no more than ${MAX_SCANNED} items; narrow its namespace or its filter`,
    );
  }

  async #assertNotForeign(namespace: string[], key: string): Promise<void> {
    const existing = await this.#store.get(namespace, key, { refreshTtl: false });
    if (existing !== null && !this.#passes(existing)) {
      throw new ServerError("not_found", `Item ${key} not found in ${JSON.stringify(namespace)}`);
    }
  }

  #passes({ namespace, key, value }: Pick<Item, "namespace" | "key" | "value">): boolean {
    return passesAccess({ ...value, namespace, key }, this.#access);
  }
}

/** What `put` takes beside the item. */
type PutOptions =
  Parameters<ReachableStore["put"]> extends [string[], string, Record<string, unknown>, ...infer Options]
    ? Options
    : never;
