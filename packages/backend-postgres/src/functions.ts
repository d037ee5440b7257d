import { createHash } from "node:crypto";
import type { QueryResult } from "pg";
import { ASSISTANT_FUNCTIONS } from "./assistant-functions.ts";
import { CHECKPOINT_FUNCTIONS } from "./checkpoint-functions.ts";
import { CHECKPOINT_REMOVAL_FUNCTIONS } from "./checkpoint-removal-functions.ts";
import { CRON_FUNCTIONS } from "./cron-functions.ts";
import { END_FUNCTIONS } from "./end-functions.ts";
import { ITEM_FUNCTIONS } from "./item-functions.ts";
import { QUEUE_FUNCTIONS } from "./queue-functions.ts";
import { THREAD_FUNCTIONS } from "./thread-functions.ts";

/** All functions that live in the database. They are edited in place, like any code of this package. */
const FUNCTIONS = [
  ASSISTANT_FUNCTIONS,
  CHECKPOINT_FUNCTIONS,
  CHECKPOINT_REMOVAL_FUNCTIONS,
  QUEUE_FUNCTIONS,
  END_FUNCTIONS,
  ITEM_FUNCTIONS,
  THREAD_FUNCTIONS,
  CRON_FUNCTIONS,
].join("\n");

const FINGERPRINT = createHash("sha256").update(FUNCTIONS).digest("hex");

type Query = (sql: string, parameters?: unknown[]) => Promise<QueryResult>;

/**
 * The functions of one schema are code, not data: they are dropped before and created after the numbered migrations whenever
 * their text is not that of this program. Which ones are ours is noted in a table of the schema; others are left alone.
 */
export class Functions {
  readonly #query: Query;
  readonly #schema: string;

  constructor(query: Query, schema: string) {
    this.#query = query;
    this.#schema = schema;
  }

  /** Whether the database has exactly these functions. */
  async areCurrent(): Promise<boolean> {
    const { rows } = await this.#query(
      "SELECT count(*) AS n FROM (SELECT DISTINCT fingerprint FROM heddle.functions) f WHERE fingerprint = $1",
      [FINGERPRINT],
    );
    return rows[0].n === 1;
  }

  /** The first schemas had functions that were not noted. */
  async noteUnnoted(): Promise<void> {
    const { rows } = await this.#query("SELECT EXISTS (SELECT 1 FROM heddle.functions) AS are_noted");
    if (!rows[0].are_noted) await this.#note("unknown");
  }

  async drop(): Promise<void> {
    const { rows } = await this.#query("DELETE FROM heddle.functions RETURNING signature");
    for (const { signature } of rows) await this.#query(`DROP FUNCTION IF EXISTS ${signature}`);
  }

  async create(): Promise<void> {
    // Functions may name each other before they are there.
    await this.#query("SET LOCAL check_function_bodies = off");
    await this.#query(FUNCTIONS);
    await this.#note(FINGERPRINT);
  }

  /** Of the functions in the schema those that our text names. */
  async #note(fingerprint: string): Promise<void> {
    // With the search path empty, a signature names all schemas.
    const { rows } = await this.#query(
      "SELECT current_setting('search_path') AS path, set_config('search_path', '', true)",
    );
    await this.#query(
      `INSERT INTO heddle.functions (signature, fingerprint)
       SELECT p.oid::regprocedure::text, $1 FROM pg_catalog.pg_proc p
       WHERE p.pronamespace = to_regnamespace($2)::oid AND p.proname = ANY ($3)`,
      [fingerprint, this.#schema, namesOf(FUNCTIONS)],
    );
    await this.#query("SELECT set_config('search_path', $1, true)", [rows[0].path]);
  }
}

function namesOf(sql: string): string[] {
  return [...sql.matchAll(/^CREATE FUNCTION heddle\.(\w+)/gm)].map((match) => match[1] ?? "");
}
