import { expect, test } from "vitest";
import { describeOnPostgres } from "../testing/test-schema.ts";
import { openDatabase } from "./open-database.ts";
import { openPostgresBackend } from "./open-postgres-backend.ts";

await describeOnPostgres("migrations", ({ url, schema, query }) => {
  test("many processes may open a new schema at once; it is migrated once", async () => {
    const databases = await Promise.all([1, 2, 3, 4].map(() => openDatabase({ url, schema })));
    await Promise.all(databases.map((database) => database.close()));
    expect((await query(`SELECT version FROM ${schema}.migrations ORDER BY 1`)).rows).toEqual(
      Array.from({ length: 4 }, (_, index) => ({ version: index + 1 })),
    );
  });

  test("a schema that a newer version has written is refused", async () => {
    await query(`INSERT INTO ${schema}.migrations VALUES (99)`);
    await expect(openPostgresBackend({ url, schema })).rejects.toThrow(/has version 99.*knows only 4.*newer version/s);
    await query(`DELETE FROM ${schema}.migrations WHERE version = 99`);
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
