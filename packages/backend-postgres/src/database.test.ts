import { DatabaseUnavailableError } from "@heddle/backend";
import { newRun } from "@heddle/conformance";
import { expect, test } from "vitest";
import { describeOnPostgres } from "../testing/test-schema.ts";
import { openDatabase } from "./open-database.ts";
import { openPostgresBackend } from "./open-postgres-backend.ts";

await describeOnPostgres("the database", ({ url, schema }) => {
  test("says which text PostgreSQL cannot hold, and goes on", async () => {
    await using backend = await openPostgresBackend({ url, schema });
    await expect(backend.queue.offer(newRun({ runMetadata: { bad: "\0" } }))).rejects.toThrow("U+0000");
    await expect(backend.store.put(["a"], "bad\0key", {})).rejects.toThrow("U+0000");
    expect(await backend.threads.count({})).toBe(0);
  });

  test("a filter may ask for text that cannot be stored, and for values beside such text", async () => {
    await using backend = await openPostgresBackend({ url, schema });
    const thread = { threadId: "t", metadata: { n: 1 }, createdAt: new Date().toISOString() };
    await backend.threads.create(thread);
    const valuesJson = JSON.stringify({ text: "a\0b", broken: "\ud800", n: 1 });
    await backend.threads.setState("t", { valuesJson, interrupts: {}, status: "idle" });
    expect(await backend.threads.count({ metadata: { n: "\0" } })).toBe(0);
    expect(await backend.threads.count({ values: { n: 1 } })).toBe(1);
    expect(await backend.threads.count({ values: { text: "a\0b" } })).toBe(1);
    expect((await backend.threads.get("t"))?.values).toEqual(JSON.parse(valuesJson));
  });

  test("a connection that breaks within a transaction is the transaction's failure alone", async () => {
    const database = await openDatabase({ url, schema });
    const broken = database.transaction(async (query) => {
      const { rows } = await query("SELECT pg_backend_pid() AS pid");
      // It ends, and this process hears of it, while no statement of the transaction is under way.
      await database.query("SELECT pg_terminate_backend($1, 5000)", [rows[0].pid]);
      await database.query("SELECT 1");
      await query("SELECT 1");
    });
    await expect(broken).rejects.toThrow(DatabaseUnavailableError);
    expect(await database.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await database.close();
  });

  test("refuses statements once it is closed, and may be closed twice", async () => {
    const database = await openDatabase({ url, schema });
    const underWay = database.query("SELECT 1 AS one");
    await Promise.all([database.close(), database.close()]);
    expect(await underWay).toEqual([{ one: 1 }]);
    await expect(database.query("SELECT 1")).rejects.toThrow("closed");
  });
});
