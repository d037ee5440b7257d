import {
  assertNamespace,
  type DurableStore,
  embedItem,
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
import type { Database } from "./database.ts";
import { ITEM_COLUMNS, type ItemRow, ItemSearches } from "./item-search.ts";

export interface ItemsOptions {
  database: Database;
  settings: StoreSettings;
  now: () => Date;
}

/** How many rows one statement reads of a search whose rows the program checks once more. */
const BATCH = 200;
const SWEEP_BATCH = 500;
const MINUTE_MS = 60_000;

/** Long-term memory in PostgreSQL. Values are text, as they were written; filters look at what jsonb makes of it. */
export class PostgresItems implements DurableStore {
  readonly #database: Database;
  readonly #settings: StoreSettings;
  readonly #searches: ItemSearches;
  readonly #now: () => Date;

  constructor({ database, settings, now }: ItemsOptions) {
    this.#database = database;
    this.#settings = settings;
    this.#searches = new ItemSearches(database, settings);
    this.#now = now;
  }

  async get(namespace: string[], key: string, options: StoreReadOptions = {}): Promise<Item | null> {
    if (!isNamespace(namespace)) return null;
    const [row] = await this.#database.query<ItemRow>(GET, [namespacePath(namespace), key, this.#nowMs()]);
    if (row === undefined) return null;
    await this.#touch([row], options);
    return toItem(row);
  }

  async search(namespacePrefix: string[], options: SearchOptions & StoreReadOptions = {}): Promise<SearchItem[]> {
    const { filter = {}, limit = 10, offset = 0, query } = options;
    const terms = toFilterTerms(filter);
    if (!isNamespace(namespacePrefix)) return [];
    const prefix = namespacePath(namespacePrefix);
    const read = await this.#searches.prepare({ prefix, terms, query, nowMs: this.#nowMs() });
    const found: ItemRow[] = [];
    let seen = 0;
    for (let first = 0; found.length < limit; first += BATCH) {
      const rows = await read(BATCH, first);
      for (const row of rows) {
        if (!matchesTerms(JSON.parse(row.value), terms)) continue;
        if (seen++ >= offset && found.length < limit) found.push(row);
      }
      if (rows.length < BATCH) break;
    }
    await this.#touch(found, options);
    return found.map((row) => (row.score === null ? toItem(row) : { ...toItem(row), score: row.score }));
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
    await this.#database.query("SELECT heddle.put_item($1, $2, $3, $4, $5, $6)", [
      namespacePath(namespace),
      key,
      text,
      this.#nowMs(),
      ttlMinutes,
      JSON.stringify(vectors),
    ]);
  }

  async delete(namespace: string[], key: string): Promise<void> {
    if (!isNamespace(namespace)) return;
    const sql = "DELETE FROM heddle.items WHERE namespace = $1 AND key = $2";
    await this.#database.query(sql, [namespacePath(namespace), key]);
  }

  async listNamespaces(options: ListNamespacesOptions = {}): Promise<string[][]> {
    const rows = await this.#database.query<{ namespace: string }>(NAMESPACES, [this.#nowMs()]);
    return listNamespaces(
      rows.map(({ namespace }) => namespaceLabels(namespace)),
      options,
    );
  }

  async sweep(): Promise<number> {
    for (let total = 0; ; ) {
      const { count } = await this.#database.queryOne<{ count: number }>(SWEEP, [this.#nowMs(), SWEEP_BATCH]);
      total += count;
      if (count < SWEEP_BATCH) return total;
    }
  }

  /** The time of items that end by themselves begins anew. */
  async #touch(rows: readonly ItemRow[], { refreshTtl }: StoreReadOptions): Promise<void> {
    const positions = rows.filter(({ ttl_minutes }) => ttl_minutes !== null).map(({ position }) => position);
    if (positions.length === 0 || !(refreshTtl ?? this.#settings.ttl?.refreshOnRead ?? true)) return;
    await this.#database.query(TOUCH, [this.#nowMs(), positions]);
  }

  #nowMs(): number {
    return this.#now().getTime();
  }
}

const GET = `SELECT ${ITEM_COLUMNS}, NULL AS score FROM heddle.items i
  WHERE namespace = $1 AND key = $2 AND (expires_at IS NULL OR expires_at > $3)`;

const NAMESPACES = "SELECT DISTINCT namespace FROM heddle.items WHERE expires_at IS NULL OR expires_at > $1";

/** No flush: what is lost with the power ends a little earlier. */
const TOUCH = `UPDATE heddle.items i SET expires_at = $1 + ttl_minutes * ${MINUTE_MS}
  FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unflushed WHERE position = ANY ($2::bigint[])`;

const SWEEP = `WITH gone AS (DELETE FROM heddle.items WHERE position IN (
    SELECT position FROM heddle.items WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING 1)
  SELECT count(*) AS count FROM gone`;

function toItem({ namespace, key, value, created_at, updated_at }: ItemRow): Item {
  return {
    namespace: namespaceLabels(namespace),
    key,
    value: JSON.parse(value),
    createdAt: new Date(created_at),
    updatedAt: new Date(updated_at),
  };
}
