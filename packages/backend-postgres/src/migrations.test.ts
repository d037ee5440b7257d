import { expect, test } from "vitest";
import { describeOnPostgres } from "../testing/test-schema.ts";
import { VERSION } from "./migrations.ts";
import { openDatabase } from "./open-database.ts";
import { openPostgresBackend } from "./open-postgres-backend.ts";

await describeOnPostgres("migrations", ({ url, schema, query }) => {
  test("many processes may open a new schema at once; it is migrated once", async () => {
    const databases = await Promise.all([1, 2, 3, 4].map(() => openDatabase({ url, schema })));
    await Promise.all(databases.map((database) => database.close()));
    expect((await query(`SELECT version FROM ${schema}.migrations ORDER BY 1`)).rows).toEqual(
      Array.from({ length: VERSION }, (_, index) => ({ version: index + 1 })),
    );
  });

  test("a schema that a newer version has written is refused", async () => {
    await query(`INSERT INTO ${schema}.migrations VALUES (99)`);
    await expect(openPostgresBackend({ url, schema })).rejects.toThrow(
      new RegExp(`has version 99.*knows only ${VERSION}.*newer version`, "s"),
    );
    await query(`DELETE FROM ${schema}.migrations WHERE version = 99`);
  });

  test("functions of another program are replaced, and functions of others are left alone", async () => {
    await query(`CREATE FUNCTION ${schema}.of_somebody_else() RETURNS INTEGER LANGUAGE sql AS 'SELECT 7'`);
    await query(
      `CREATE OR REPLACE FUNCTION ${schema}.delete_thread(of_thread_id TEXT) RETURNS TEXT[] LANGUAGE sql AS 'SELECT NULL::text[]'`,
    );
    await query(`CREATE FUNCTION ${schema}.of_an_older_program(n INTEGER) RETURNS INTEGER LANGUAGE sql AS 'SELECT n'`);
    await query(`UPDATE ${schema}.functions SET fingerprint = 'other'`);
    await query(`INSERT INTO ${schema}.functions VALUES ('${schema}.of_an_older_program(integer)', 'other')`);
    await using backend = await openPostgresBackend({ url, schema });
    await backend.threads.create({ threadId: "t", metadata: {}, createdAt: new Date().toISOString() });
    expect(await backend.threads.delete("t")).toBe(true);
    expect((await query(`SELECT ${schema}.of_somebody_else() AS n`)).rows).toEqual([{ n: 7 }]);
    await expect(query(`SELECT ${schema}.of_an_older_program(1)`)).rejects.toThrow("does not exist");
  });

  test("a schema whose functions were never noted gets those of this program", async () => {
    await query(`DELETE FROM ${schema}.functions`);
    await (await openDatabase({ url, schema })).close();
    const { rows } = await query(
      `SELECT count(*)::int AS n, count(DISTINCT fingerprint)::int AS prints FROM ${schema}.functions`,
    );
    expect(rows).toEqual([{ n: expect.any(Number), prints: 1 }]);
    expect(rows[0].n).toBeGreaterThan(20);
  });

  test("the name of the schema is data", async () => {
    const name = `${schema} "quoted"; DROP SCHEMA ${schema} CASCADE; --`.slice(0, 63);
    await using backend = await openPostgresBackend({ url, schema: name });
    await backend.store.put(["a"], "k", { n: 1 });
    expect((await backend.store.get(["a"], "k"))?.value).toEqual({ n: 1 });
    const quoted = `"${name.replaceAll('"', '""')}"`;
    expect((await query(`SELECT count(*)::int AS n FROM ${quoted}.items`)).rows).toEqual([{ n: 1 }]);
    await query(`DROP SCHEMA ${quoted} CASCADE`);
    expect((await query(`SELECT count(*)::int AS n FROM ${schema}.items`)).rows).toEqual([{ n: 0 }]);
  });

  test("a database that does not answer is tried as often as said, then named without its password", async () => {
    const opening = openPostgresBackend({ url: "postgres://me:secret@127.0.0.1:1/none", maxAttempts: 1 });
    await expect(opening).rejects.toThrow(
      /^PostgreSQL at postgres:\/\/me@127.0.0.1:1\/none does not answer; gave up after 1 attempts/,
    );
    await expect(opening).rejects.not.toThrow("secret");
  });

  test("a database that is not there is no reason to wait", async () => {
    await expect(openDatabase({ url: url.replace(/\/\w+$/, "/no_such_database") })).rejects.toThrow("no_such_database");
  });
});
