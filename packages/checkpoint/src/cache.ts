import { JsonPlusSerializer, type SerializerProtocol } from "./json-plus-serializer.ts";

export type CacheNamespace = string[];
export type CacheFullKey = [namespace: CacheNamespace, key: string];

/** Keeps the results of nodes and tasks, by namespace and key. */
export abstract class BaseCache<V = unknown> {
  serde: SerializerProtocol;

  constructor(serde?: SerializerProtocol) {
    this.serde = serde ?? new JsonPlusSerializer();
  }

  /** The entries that exist and have not expired. */
  abstract get(keys: CacheFullKey[]): Promise<{ key: CacheFullKey; value: V }[]>;

  /** Stores entries; `ttl` is in seconds. */
  abstract set(pairs: { key: CacheFullKey; value: V; ttl?: number }[]): Promise<void>;

  /** Removes the entries of the namespaces; all entries when the list is empty. */
  abstract clear(namespaces: CacheNamespace[]): Promise<void>;
}

const SECOND_MS = 1000;

/** A cache in this process; entries are kept serialized, so that later changes to a result do not reach them. */
export class InMemoryCache<V = unknown> extends BaseCache<V> {
  readonly #entries = new Map<string, Map<string, { type: string; data: Uint8Array; expiresAt: number }>>();

  async get(keys: CacheFullKey[]): Promise<{ key: CacheFullKey; value: V }[]> {
    const found: { key: CacheFullKey; value: V }[] = [];
    for (const key of keys) {
      const entry = this.#entries.get(key[0].join(","))?.get(key[1]);
      if (entry === undefined || entry.expiresAt <= Date.now()) continue;
      found.push({ key, value: await this.serde.loadsTyped(entry.type, entry.data) });
    }
    return found;
  }

  async set(pairs: { key: CacheFullKey; value: V; ttl?: number }[]): Promise<void> {
    for (const { key, value, ttl } of pairs) {
      const [type, data] = await this.serde.dumpsTyped(value);
      const namespace = key[0].join(",");
      const entries = this.#entries.get(namespace) ?? new Map();
      this.#entries.set(namespace, entries);
      entries.set(key[1], {
        type,
        data,
        expiresAt: ttl === undefined ? Number.POSITIVE_INFINITY : Date.now() + ttl * SECOND_MS,
      });
    }
  }

  async clear(namespaces: CacheNamespace[]): Promise<void> {
    if (namespaces.length === 0) this.#entries.clear();
    for (const namespace of namespaces) this.#entries.delete(namespace.join(","));
  }
}
