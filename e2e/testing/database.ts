import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

/** Where the data of servers under test lies; removed when they are done with. */
export interface TestDatabase extends AsyncDisposable {
  /** The flags that name it. */
  args: string[];
}

/** Which database the tests run on: sqlite, or postgres. */
export const DATABASE = process.env.HEDDLE_E2E_DATABASE ?? "sqlite";

/** Where the PostgreSQL of the tests is. */
export const POSTGRES = process.env.HEDDLE_TEST_POSTGRES ?? "postgres://postgres@127.0.0.1:5432/test";

/** An empty database of the kind the tests run on. */
export function newDatabase(): Promise<TestDatabase> {
  return DATABASE === "postgres" ? newSchema() : newFile();
}

async function newFile(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "heddle-e2e-"));
  return {
    args: ["--data-dir", folder],
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A schema of its own on a PostgreSQL; `seenAs` is the address that the servers use. */
export async function newSchema(url = POSTGRES, seenAs = url): Promise<TestDatabase> {
  const schema = `heddle_e2e_${randomUUID().replaceAll("-", "")}`;
  return {
    args: ["--database", `${seenAs}${seenAs.includes("?") ? "&" : "?"}schema=${schema}`],
    [Symbol.asyncDispose]: () => query(url, `DROP SCHEMA IF EXISTS ${schema} CASCADE`),
  };
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
