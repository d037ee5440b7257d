import {
  assertNamespace,
  isNamespace,
  listNamespaces,
  matchesFilter,
  namespaceLabels,
  namespacePath,
} from "@heddle/backend";
import type { Item, ListNamespacesOptions, SearchItem, SearchOptions, Store } from "@heddle/checkpoint";
import type { Database } from "./database.ts";

interface ItemRow {
  namespace: string;
  key: string;
  value: string;
  created_at: number;
  updated_at: number;
  position: number;
}

/** How many items a filtered search looks at in one query. */
const BATCH = 500;

/** Long-term memory in PostgreSQL. Values are text, as they were written; filters are checked here, so they are never anything but data. */
export class PostgresStore implements Store {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  async get(namespace: string[], key: string): Promise<Item | null> {
    if (!isNamespace(namespace)) return null;
    const [row] = await this.#database.query<ItemRow>("SELECT * FROM heddle.items WHERE namespace = $1 AND key = $2", [
      namespacePath(namespace),
      key,
    ]);
    return row === undefined ? null : toItem(row);
  }

  async search(namespacePrefix: string[], options: SearchOptions = {}): Promise<SearchItem[]> {
    const { filter = {}, limit = 10, offset = 0 } = options;
    if (!isNamespace(namespacePrefix)) return [];
    const prefix = namespacePath(namespacePrefix);
    if (Object.keys(filter).length === 0) {
      return (await this.#database.query<ItemRow>(SEARCH, [prefix, below(prefix), 0, limit, offset])).map(toItem);
    }
    const items: Item[] = [];
    let after = 0;
    while (items.length < offset + limit) {
      const rows = await this.#database.query<ItemRow>(SEARCH, [prefix, below(prefix), after, BATCH, 0]);
      items.push(...rows.map(toItem).filter(({ value }) => matchesFilter(value, filter)));
      const last = rows.at(-1);
      if (last === undefined || rows.length < BATCH) break;
      after = last.position;
    }
    return items.slice(offset, offset + limit);
  }

  async put(namespace: string[], key: string, value: Record<string, unknown>): Promise<void> {
    assertNamespace(namespace);
    const nowMs = this.#now().getTime();
    await this.#database.query(PUT, [namespacePath(namespace), key, JSON.stringify(value), nowMs]);
  }

  async delete(namespace: string[], key: string): Promise<void> {
    if (!isNamespace(namespace)) return;
    await this.#database.query("DELETE FROM heddle.items WHERE namespace = $1 AND key = $2", [
      namespacePath(namespace),
      key,
    ]);
  }

  async listNamespaces(options: ListNamespacesOptions = {}): Promise<string[][]> {
    const rows = await this.#database.query<{ namespace: string }>("SELECT DISTINCT namespace FROM heddle.items");
    return listNamespaces(
      rows.map(({ namespace }) => namespaceLabels(namespace)),
      options,
    );
  }
}

const SEARCH = `SELECT * FROM heddle.items WHERE namespace >= $1 AND namespace < $2 AND position > $3
  ORDER BY position LIMIT $4 OFFSET $5`;

/** A clock that stands still or steps back must not hide a change. */
const PUT = `INSERT INTO heddle.items AS item (namespace, key, value, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
  ON CONFLICT (namespace, key) DO UPDATE
  SET value = excluded.value, updated_at = greatest(excluded.updated_at, item.updated_at + 1)`;

/** The least text that is greater than every path beginning with the prefix: dots end labels, and "/" follows ".". */
function below(prefix: string): string {
  return prefix === "" ? "\u{10ffff}" : `${prefix.slice(0, -1)}/`;
}

function toItem({ namespace, key, value, created_at, updated_at }: ItemRow): Item {
  return {
    namespace: namespaceLabels(namespace),
    key,
    value: JSON.parse(value),
    createdAt: new Date(created_at),
    updatedAt: new Date(updated_at),
  };
}
