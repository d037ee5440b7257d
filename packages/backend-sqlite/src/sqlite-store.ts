import { GraphStore, type StoreSettings } from "@heddle/backend";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { SqliteItems } from "./items.ts";

export interface SqliteStoreOptions extends ConnectionOptions, StoreSettings {}

/**
 * Long-term memory of its own, for a graph that runs without a server.
 *
 * @example
 * await using store = new SqliteStore({ file: "memory.db" });
 * const graph = builder.compile({ store });
 */
export class SqliteStore extends GraphStore implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #items: SqliteItems;

  constructor({ index, ttl, ...options }: SqliteStoreOptions) {
    const connection = Connection.open(options);
    const items = new SqliteItems(connection, { index, ttl });
    super(items);
    this.#connection = connection;
    this.#items = items;
  }

  /** Removes items whose time is over; returns how many. */
  sweep(): Promise<number> {
    return this.#items.sweep();
  }

  /** Waits for what is under way, then closes. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
