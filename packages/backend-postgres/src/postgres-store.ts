import { GraphStore, type StoreSettings } from "@heddle/backend";
import type { Database } from "./database.ts";
import { PostgresItems } from "./items.ts";
import { type OpenDatabaseOptions, openDatabase } from "./open-database.ts";

export interface PostgresStoreOptions extends OpenDatabaseOptions, StoreSettings {}

/**
 * Long-term memory of its own, for a graph that runs without a server.
 *
 * @example
 * await using store = await PostgresStore.open({ url: "postgres://localhost/agents" });
 * const graph = builder.compile({ store });
 */
export class PostgresStore extends GraphStore implements AsyncDisposable {
  readonly #database: Database;
  readonly #items: PostgresItems;

  private constructor(database: Database, items: PostgresItems) {
    super(items);
    this.#database = database;
    this.#items = items;
  }

  /** Makes the tables if they are missing. */
  static async open({ index, ttl, ...options }: PostgresStoreOptions): Promise<PostgresStore> {
    const database = await openDatabase(options);
    const items = new PostgresItems({ database, settings: { index, ttl }, now: () => new Date() });
    return new PostgresStore(database, items);
  }

  /** Removes items whose time is over; returns how many. */
  sweep(): Promise<number> {
    return this.#items.sweep();
  }

  /** Waits for what is under way, then closes. */
  close(): Promise<void> {
    return this.#database.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
