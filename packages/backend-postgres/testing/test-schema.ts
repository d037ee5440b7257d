import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe } from "vitest";

const URL = process.env.HEDDLE_TEST_POSTGRES ?? "postgres://postgres@127.0.0.1:5432/test";

/** A schema of its own for a test file. */
export interface TestSchema {
  readonly url: string;
  readonly schema: string;
  /** Removes all rows. */
  empty(): Promise<void>;
  query(sql: string, parameters?: unknown[]): Promise<pg.QueryResult>;
}

/**
 * A block of tests on a real PostgreSQL, in a schema that is dropped afterwards. Skipped when none answers at
 * HEDDLE_TEST_POSTGRES, unless the variable CI is set.
 */
export async function describeOnPostgres(name: string, tests: (schema: TestSchema) => void): Promise<void> {
  const schema = `heddle_test_${randomUUID().replaceAll("-", "")}`;
  const pool = new pg.Pool({ connectionString: URL, max: 1, connectionTimeoutMillis: 5000 });
  const problem = await pool.query("SELECT 1").then(
    () => undefined,
    (error: unknown) => error,
  );
  if (problem !== undefined && process.env.CI === undefined) {
    await pool.end();
    process.stderr.write(`${name}: skipped, no PostgreSQL answers at ${URL} (${String(problem)}).\n`);
    describe.skip(name, () => tests({ url: URL, schema, empty: unavailable, query: unavailable }));
    return;
  }
  describe(name, () => {
    beforeAll(() => {
      if (problem !== undefined) throw problem;
    });
    afterAll(async () => {
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await pool.end();
    });
    tests({ url: URL, schema, empty: () => empty(pool, schema), query: (sql, values) => pool.query(sql, values) });
  });
}

/** DELETE, not TRUNCATE: the tables are small, and new files for each test would take longer. */
async function empty(pool: pg.Pool, schema: string): Promise<void> {
  const { rows } = await pool.query<{ sql: string | null }>(
    `SELECT string_agg(format('DELETE FROM %I.%I', schemaname, tablename), ';' ORDER BY tablename DESC) AS sql
     FROM pg_tables WHERE schemaname = $1 AND tablename NOT IN ('migrations', 'functions')`,
    [schema],
  );
  if (rows[0]?.sql) await pool.query(rows[0].sql);
}

function unavailable(): Promise<never> {
  return Promise.reject(new Error(`No PostgreSQL answers at ${URL}.`));
}
