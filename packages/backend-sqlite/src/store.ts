import {
  assertNamespace,
  isNamespace,
  listNamespaces,
  matchesFilter,
  namespaceLabels,
  namespacePath,
} from "@heddle/backend";
import type { Item, ListNamespacesOptions, SearchItem, SearchOptions, Store } from "@heddle/checkpoint";
import type { Connection } from "./connection.ts";
import { matchingIds } from "./matching-ids.ts";

type ItemRow = [namespace: string, key: string, value: string, createdAt: number, updatedAt: number];

/** Long-term memory in SQLite. */
export class SqliteStore implements Store {
  readonly #connection: Connection;
  #lastPosition: number;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#lastPosition = connection.database.get<[number | null]>("SELECT max(position) FROM items")?.[0] ?? 0;
  }

  async get(namespace: string[], key: string): Promise<Item | null> {
    return this.#connection.read(() => {
      const row = this.#connection.database.get<ItemRow>(
        "SELECT namespace, key, value, created_at, updated_at FROM items WHERE namespace = ? AND key = ?",
        [namespacePath(namespace), key],
      );
      return row !== undefined && isNamespace(namespace) ? toItem(row) : null;
    });
  }

  async search(namespacePrefix: string[], options: SearchOptions = {}): Promise<SearchItem[]> {
    const { filter = {}, limit = 10, offset = 0 } = options;
    if (!isNamespace(namespacePrefix)) return [];
    const { database } = this.#connection;
    const prefix = namespacePath(namespacePrefix);
    const parameters = [prefix, below(prefix)];
    if (Object.keys(filter).length === 0) {
      return this.#connection.read(() =>
        database.all<ItemRow>(`${SEARCH} LIMIT ? OFFSET ?`, [...parameters, limit, offset]).map(toItem),
      );
    }
    const candidates = await this.#connection.read(() => database.all<[number]>(SEARCH_IDS, parameters));
    const ids = await matchingIds(
      candidates.map(([id]) => String(id)),
      (some) => database.all<[string, string]>(ITEM_VALUES, [JSON.stringify(some.map(Number))]),
      ([, value]) => matchesFilter(JSON.parse(value), filter),
    );
    const page = JSON.stringify(ids.slice(offset, offset + limit).map(Number));
    return this.#connection.read(() => database.all<ItemRow>(ITEMS_BY_ID, [page]).map(toItem));
  }

  async put(namespace: string[], key: string, value: Record<string, unknown>): Promise<void> {
    assertNamespace(namespace);
    const text = JSON.stringify(value);
    const nowMs = this.#connection.now().getTime();
    await this.#connection.write("disk", () => {
      // A clock that stands still or steps back must not hide a change.
      this.#connection.database.run(
        `INSERT INTO items (namespace, key, value, created_at, updated_at, position) VALUES (?1, ?2, ?3, ?4, ?4, ?5)
         ON CONFLICT DO UPDATE SET value = excluded.value, updated_at = max(excluded.updated_at, updated_at + 1)`,
        [namespacePath(namespace), key, text, nowMs, ++this.#lastPosition],
      );
    });
  }

  async delete(namespace: string[], key: string): Promise<void> {
    if (!isNamespace(namespace)) return;
    await this.#connection.write("disk", () => {
      this.#connection.database.run("DELETE FROM items WHERE namespace = ? AND key = ?", [
        namespacePath(namespace),
        key,
      ]);
    });
  }

  listNamespaces(options: ListNamespacesOptions = {}): Promise<string[][]> {
    return this.#connection.read(() => {
      const rows = this.#connection.database.all<[string]>("SELECT DISTINCT namespace FROM items");
      return listNamespaces(
        rows.map(([path]) => namespaceLabels(path)),
        options,
      );
    });
  }
}

// "+position" keeps SQLite from walking all items in that order to find the few below a prefix.
const SEARCH = `SELECT namespace, key, value, created_at, updated_at FROM items
  WHERE namespace >= ? AND namespace < ? ORDER BY +position`;

const SEARCH_IDS = "SELECT rowid FROM items WHERE namespace >= ? AND namespace < ? ORDER BY +position";

const ITEM_VALUES = `SELECT CAST(i.rowid AS TEXT), i.value FROM json_each(?) wanted
  JOIN items i ON i.rowid = wanted.value ORDER BY wanted.key`;

const ITEMS_BY_ID = `SELECT i.namespace, i.key, i.value, i.created_at, i.updated_at FROM json_each(?) wanted
  JOIN items i ON i.rowid = wanted.value ORDER BY wanted.key`;

/** The least text that is greater than every path beginning with the prefix: dots end labels, and "/" follows ".". */
function below(prefix: string): string {
  return prefix === "" ? "\u{10ffff}" : `${prefix.slice(0, -1)}/`;
}

function toItem([namespace, key, value, createdAt, updatedAt]: ItemRow): Item {
  return {
    namespace: namespaceLabels(namespace),
    key,
    value: JSON.parse(value),
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
  };
}
