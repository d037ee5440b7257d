import { embedQuery, type FilterTerm, type StoreSettings } from "@heddle/backend";
import { Conditions } from "./conditions.ts";
import type { Database } from "./database.ts";
import { addFilter } from "./filter-conditions.ts";

export interface ItemRow {
  position: number;
  namespace: string;
  key: string;
  value: string;
  created_at: number;
  updated_at: number;
  ttl_minutes: number | null;
  score: number | null;
}

export interface ItemSearch {
  /** The path of the namespace; see namespacePath. */
  prefix: string;
  terms: readonly FilterTerm[];
  query: string | undefined;
  nowMs: number;
}

export const ITEM_COLUMNS = "i.position, i.namespace, i.key, i.value, i.created_at, i.updated_at, i.ttl_minutes";

/** Statements that find items in their order, page by page. What they find has to be checked by the terms once more. */
export class ItemSearches {
  readonly #database: Database;
  readonly #settings: StoreSettings;
  #vectorSchema: Promise<string | undefined> | undefined;

  constructor(database: Database, settings: StoreSettings) {
    this.#database = database;
    this.#settings = settings;
  }

  /** A reader of pages: rows from the first on. */
  async prepare({
    prefix,
    terms,
    query,
    nowMs,
  }: ItemSearch): Promise<(limit: number, first: number) => Promise<ItemRow[]>> {
    const where = new Conditions();
    where.add("i.namespace >= ?", prefix);
    where.add("i.namespace < ?", endOf(prefix));
    where.add("(i.expires_at IS NULL OR i.expires_at > ?)", nowMs);
    addFilter(where, terms);
    const select = query === undefined ? IN_ORDER : await this.#nearestFirst(where, query);
    const [limitPlace, offsetPlace] = [where.parameters.length + 1, where.parameters.length + 2];
    const sql = `${select.replace("WHERE", () => `WHERE ${where}`)} LIMIT $${limitPlace} OFFSET $${offsetPlace}`;
    return (limit, first) => this.#database.query<ItemRow>(sql, [...where.parameters, limit, first]);
  }

  async #nearestFirst(where: Conditions, query: string): Promise<string> {
    const wanted = await embedQuery(this.#settings.index, query);
    const score = await this.#similarity(where.bind(wanted));
    return `SELECT ${ITEM_COLUMNS}, max(${score}) AS score FROM heddle.items i
      LEFT JOIN heddle.item_vectors v ON v.position = i.position AND v.dims = ${where.bind(wanted.length)} WHERE
      GROUP BY i.position, i.namespace, i.key ORDER BY score DESC NULLS LAST, i.position`;
  }

  /** By pgvector, wherever its extension is installed; else in plain SQL, which gives the same and takes longer. */
  async #similarity(place: string): Promise<string> {
    this.#vectorSchema ??= this.#findVectorSchema();
    const schema = await this.#vectorSchema;
    if (schema === undefined) return `heddle.dot_product(v.embedding, ${place}::real[])`;
    return `-(v.embedding::${schema}.vector OPERATOR(${schema}.<#>) ${place}::real[]::${schema}.vector)`;
  }

  async #findVectorSchema(): Promise<string | undefined> {
    const sql = `SELECT quote_ident(n.nspname) AS name FROM pg_catalog.pg_extension e
      JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'`;
    return (await this.#database.query<{ name: string }>(sql))[0]?.name;
  }
}

const IN_ORDER = `SELECT ${ITEM_COLUMNS}, NULL AS score FROM heddle.items i WHERE ORDER BY i.position`;

/** The least text that is greater than every path beginning with the prefix: dots end labels, and "/" follows ".". */
function endOf(prefix: string): string {
  return prefix === "" ? "\u{10ffff}" : `${prefix.slice(0, -1)}/`;
}
