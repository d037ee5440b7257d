import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../packages/backend-postgres/package.json", import.meta.url));
const pg = require("pg");

const SERVER = process.env.HEDDLE_TEST_POSTGRES ?? "postgres://postgres@127.0.0.1:5432/test";

/** A database of its own, so that its counters count nobody else. */
export async function ownDatabase() {
  const name = `heddle_bench_${randomUUID().replaceAll("-", "")}`;
  await once(SERVER, `CREATE DATABASE ${name}`);
  const url = SERVER.replace(/\/[^/]*$/, `/${name}`);
  return {
    url,
    query: (sql, parameters) => once(url, sql, parameters),
    drop: () => once(SERVER, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function once(url, sql, parameters) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, parameters)).rows;
  } finally {
    await client.end();
  }
}
