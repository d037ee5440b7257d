import type { Dict, Item, SearchItem } from "@heddle/protocol";
import type { Signalled } from "../signalled.ts";
import type { HttpTransport } from "../transport/http-transport.ts";

/** An item of the store; its times also under the names that the official client gives them. */
export type StoreItem<Wire extends Item = Item> = Wire & { createdAt: string; updatedAt: string };

export interface ItemSearchOptions extends Signalled {
  /** Field → value, or `{ $gt: value }` and the like. */
  filter?: Dict;
  limit?: number;
  offset?: number;
  /** Text to find items by their meaning. */
  query?: string;
  refreshTtl?: boolean | null;
}

export interface NamespaceOptions extends Signalled {
  prefix?: string[];
  suffix?: string[];
  /** Cut namespaces to this length. */
  maxDepth?: number;
  limit?: number;
  offset?: number;
}

/** Items kept beyond threads, in namespaces. */
export class StoreClient {
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  /** `index`: fields to find the item by, false for none. `ttl`: minutes to live, null for ever. */
  async putItem(
    namespace: string[],
    key: string,
    value: Dict,
    options: Signalled & { index?: false | string[] | null; ttl?: number | null } = {},
  ): Promise<void> {
    checkLabels(namespace);
    const json = { namespace, key, value, index: options.index, ttl: options.ttl };
    await this.#transport.json({ method: "PUT", path: "/store/items", json, signal: options.signal });
  }

  /** null when there is none. */
  async getItem(
    namespace: string[],
    key: string,
    options: Signalled & { refreshTtl?: boolean | null } = {},
  ): Promise<StoreItem | null> {
    checkLabels(namespace);
    const query = { namespace: namespace.join("."), key, refresh_ttl: options.refreshTtl };
    const request = { path: "/store/items", query, signal: options.signal };
    const item = await this.#transport.json<Item | null | undefined>(request);
    return item ? withOfficialNames(item) : null;
  }

  async deleteItem(namespace: string[], key: string, options: Signalled = {}): Promise<void> {
    checkLabels(namespace);
    const json = { namespace, key };
    await this.#transport.json({ method: "DELETE", path: "/store/items", json, signal: options.signal });
  }

  /** Items below a namespace. */
  async searchItems(
    namespacePrefix: string[],
    options: ItemSearchOptions = {},
  ): Promise<{ items: StoreItem<SearchItem>[] }> {
    const { filter, limit = 10, offset = 0, query, refreshTtl } = options;
    const json = { namespace_prefix: namespacePrefix, filter, limit, offset, query, refresh_ttl: refreshTtl };
    const { items } = await this.#ask<{ items: SearchItem[] }>("/store/items/search", json, options);
    return { items: items.map(withOfficialNames) };
  }

  listNamespaces(options: NamespaceOptions = {}): Promise<{ namespaces: string[][] }> {
    const { prefix, suffix, maxDepth, limit = 100, offset = 0 } = options;
    return this.#ask("/store/namespaces", { prefix, suffix, max_depth: maxDepth, limit, offset }, options);
  }

  #ask<T>(path: string, json: Dict, { signal }: Signalled): Promise<T> {
    return this.#transport.json({ method: "POST", path, json, signal, isRepeatable: true });
  }
}

/** Namespaces are joined with dots in queries; a label with one would reach another namespace. */
function checkLabels(namespace: string[]): void {
  const wrong = namespace.find((label) => label.includes("."));
  if (wrong !== undefined) throw new Error(`Invalid namespace label "${wrong}": labels cannot contain a period.`);
}

function withOfficialNames<Wire extends Item>(item: Wire): StoreItem<Wire> {
  return { ...item, createdAt: item.created_at, updatedAt: item.updated_at };
}
