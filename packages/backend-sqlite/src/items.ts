import {
  assertNamespace,
  type DurableStore,
  embedItem,
  embedQuery,
  isNamespace,
  listNamespaces,
  matchesTerms,
  namespaceLabels,
  namespacePath,
  type StorePutOptions,
  type StoreReadOptions,
  type StoreSettings,
  toFilterTerms,
} from "@heddle/backend";
import type { Item, ListNamespacesOptions, SearchItem, SearchOptions } from "@heddle/checkpoint";
import { allOf, type Condition } from "./condition.ts";
import type { Connection } from "./connection.ts";
import type { SqlValue } from "./database.ts";
import { filterCondition } from "./filter-conditions.ts";

type ItemRow = [
  position: number,
  namespace: string,
  key: string,
  value: string,
  createdAt: number,
  updatedAt: number,
  ttlMinutes: number | null,
  score: number | null,
];

/** How many rows one statement reads of a search whose rows the program checks once more. */
const BATCH = 200;
const SWEEP_BATCH = 500;
const MINUTE_MS = 60_000;

/** Long-term memory in SQLite. */
export class SqliteItems implements DurableStore {
  readonly #connection: Connection;
  readonly #settings: StoreSettings;
  #lastPosition: number;

  constructor(connection: Connection, settings: StoreSettings) {
    this.#connection = connection;
    this.#settings = settings;
    this.#lastPosition = connection.database.get<[number | null]>("SELECT max(position) FROM items")?.[0] ?? 0;
  }

  async get(namespace: string[], key: string, options: StoreReadOptions = {}): Promise<Item | null> {
    if (!isNamespace(namespace)) return null;
    const row = await this.#connection.read(() =>
      this.#connection.database.get<ItemRow>(
        `SELECT ${COLUMNS}, NULL FROM items i WHERE namespace = ? AND key = ? AND ${ALIVE}`,
        [namespacePath(namespace), key, this.#nowMs()],
      ),
    );
    if (row === undefined) return null;
    await this.#touch([row], options);
    return toItem(row);
  }

  async search(namespacePrefix: string[], options: SearchOptions & StoreReadOptions = {}): Promise<SearchItem[]> {
    const { filter = {}, limit = 10, offset = 0, query } = options;
    const terms = toFilterTerms(filter);
    if (!isNamespace(namespacePrefix)) return [];
    const prefix = namespacePath(namespacePrefix);
    const below: Condition = { sql: "i.namespace >= ? AND i.namespace < ?", parameters: [prefix, endOf(prefix)] };
    const alive: Condition = { sql: ALIVE, parameters: [this.#nowMs()] };
    const statement = await this.#toStatement(allOf([below, alive, filterCondition(terms)]), query);
    const found: ItemRow[] = [];
    let seen = 0;
    for (let first = 0; found.length < limit; first += BATCH) {
      const rows = await this.#connection.read(() =>
        this.#connection.database.all<ItemRow>(statement.sql, [...statement.parameters, BATCH, first]),
      );
      for (const row of rows) {
        if (!matchesTerms(JSON.parse(row[3]), terms)) continue;
        if (seen++ >= offset && found.length < limit) found.push(row);
      }
      if (rows.length < BATCH) break;
    }
    await this.#touch(found, options);
    return found.map((row) => (row[7] === null ? toItem(row) : { ...toItem(row), score: row[7] }));
  }

  async put(
    namespace: string[],
    key: string,
    value: Record<string, unknown>,
    index?: false | string[],
    { ttlMinutes = this.#settings.ttl?.defaultMinutes ?? null }: StorePutOptions = {},
  ): Promise<void> {
    assertNamespace(namespace);
    const text = JSON.stringify(value);
    // Without an index nothing is waited for: what is begun before closing is done.
    const vectors = this.#settings.index === undefined ? [] : await embedItem(this.#settings.index, value, index);
    const nowMs = this.#nowMs();
    const expiresAt = ttlMinutes === null ? null : nowMs + ttlMinutes * MINUTE_MS;
    const path = namespacePath(namespace);
    await this.#connection.write("disk", () => {
      const { database } = this.#connection;
      // One that has ended is another item.
      database.run("DELETE FROM items WHERE namespace = ? AND key = ? AND expires_at <= ?", [path, key, nowMs]);
      const parameters = [path, key, text, nowMs, ++this.#lastPosition, ttlMinutes, expiresAt];
      const position = database.get<[number]>(PUT, parameters)?.[0] ?? 0;
      database.run("DELETE FROM item_vectors WHERE position = ?", [position]);
      for (const [n, vector] of vectors.entries()) {
        database.run("INSERT INTO item_vectors (position, n, dims, embedding) VALUES (?, ?, ?, vector32(?))", [
          position,
          n,
          vector.length,
          JSON.stringify(vector),
        ]);
      }
    });
  }

  async delete(namespace: string[], key: string): Promise<void> {
    if (!isNamespace(namespace)) return;
    await this.#connection.write("disk", () => {
      const sql = "DELETE FROM items WHERE namespace = ? AND key = ?";
      this.#connection.database.run(sql, [namespacePath(namespace), key]);
    });
  }

  listNamespaces(options: ListNamespacesOptions = {}): Promise<string[][]> {
    return this.#connection.read(() => {
      const sql = `SELECT DISTINCT namespace FROM items i WHERE ${ALIVE}`;
      const rows = this.#connection.database.all<[string]>(sql, [this.#nowMs()]);
      return listNamespaces(
        rows.map(([path]) => namespaceLabels(path)),
        options,
      );
    });
  }

  async sweep(): Promise<number> {
    for (let total = 0; ; ) {
      const count = await this.#connection.write("process", () =>
        this.#connection.database.run(
          "DELETE FROM items WHERE position IN (SELECT position FROM items WHERE expires_at <= ? LIMIT ?)",
          [this.#nowMs(), SWEEP_BATCH],
        ),
      );
      total += count;
      if (count < SWEEP_BATCH) return total;
    }
  }

  /** The items in their order, page by page. */
  async #toStatement(where: Condition, query: string | undefined): Promise<{ sql: string; parameters: SqlValue[] }> {
    if (query === undefined) {
      // "+position" keeps SQLite from walking all items in that order to find the few below a prefix.
      const sql = `SELECT ${COLUMNS}, NULL FROM items i WHERE ${where.sql} ORDER BY +position LIMIT ? OFFSET ?`;
      return { sql, parameters: where.parameters };
    }
    const wanted = await embedQuery(this.#settings.index, query);
    const sql = `SELECT ${COLUMNS}, max(coalesce(1 - vector_distance_cos(v.embedding, vector32(?)), 0)) FILTER (WHERE v.n IS NOT NULL) AS score
      FROM items i LEFT JOIN item_vectors v ON v.position = i.position AND v.dims = ? WHERE ${where.sql}
      GROUP BY i.position ORDER BY score DESC NULLS LAST, i.position LIMIT ? OFFSET ?`;
    return { sql, parameters: [JSON.stringify(wanted), wanted.length, ...where.parameters] };
  }

  /** The time of items that end by themselves begins anew. */
  async #touch(rows: readonly ItemRow[], { refreshTtl }: StoreReadOptions): Promise<void> {
    const ending = rows.filter(([, , , , , , ttlMinutes]) => ttlMinutes !== null);
    if (ending.length === 0 || !(refreshTtl ?? this.#settings.ttl?.refreshOnRead ?? true)) return;
    const positions = JSON.stringify(ending.map(([position]) => position));
    await this.#connection.write("process", () => {
      this.#connection.database.run(
        `UPDATE items SET expires_at = ? + ttl_minutes * ${MINUTE_MS} WHERE position IN (SELECT value FROM json_each(?))`,
        [this.#nowMs(), positions],
      );
    });
  }

  #nowMs(): number {
    return this.#connection.now().getTime();
  }
}

const COLUMNS = "i.position, i.namespace, i.key, i.value, i.created_at, i.updated_at, i.ttl_minutes";

const ALIVE = "(i.expires_at IS NULL OR i.expires_at > ?)";

/** A clock that stands still or steps back must not hide a change. */
const PUT = `INSERT INTO items (namespace, key, value, created_at, updated_at, position, ttl_minutes, expires_at)
  VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)
  ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value, updated_at = max(excluded.updated_at, updated_at + 1),
    ttl_minutes = excluded.ttl_minutes, expires_at = excluded.expires_at RETURNING position`;

/** The least text that is greater than every path beginning with the prefix: dots end labels, and "/" follows ".". */
function endOf(prefix: string): string {
  return prefix === "" ? "\u{10ffff}" : `${prefix.slice(0, -1)}/`;
}

function toItem([, namespace, key, value, createdAt, updatedAt]: ItemRow): Item {
  return {
    namespace: namespaceLabels(namespace),
    key,
    value: JSON.parse(value),
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
  };
}
