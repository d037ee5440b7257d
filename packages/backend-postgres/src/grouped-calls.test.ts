import { newRun } from "@heddle/conformance";
import { expect, test } from "vitest";
import { describeOnPostgres } from "../testing/test-schema.ts";
import type { Database } from "./database.ts";
import { GroupedCalls } from "./grouped-calls.ts";
import { openDatabase } from "./open-database.ts";
import { openPostgresBackend } from "./open-postgres-backend.ts";

interface Answer {
  n: number;
  /** The transaction that answered. */
  tx: number;
  is_locked?: boolean;
}

const ECHO = `SELECT (call ->> 'n')::int AS n, txid_current() AS tx, false AS is_locked FROM json_array_elements($1) AS call`;

await describeOnPostgres("grouped calls", ({ url, schema, query }) => {
  const echo = (database: Database) => new GroupedCalls<Answer>({ database, sql: ECHO });

  test("calls of one turn are one statement, and each gets its own answer", async () => {
    const database = await openDatabase({ url, schema });
    const calls = echo(database);
    const first = await Promise.all([1, 2, 3].map((n) => calls.call({ n })));
    expect(first.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(new Set(first.map(({ tx }) => tx)).size).toBe(1);
    expect((await calls.call({ n: 4 })).tx).not.toBe(first[0]?.tx);
    await database.close();
  });

  test("calls that come while a statement is under way go together in the next, those of one group side by side", async () => {
    const database = await openDatabase({ url, schema });
    const order = "row_number() OVER () AS is_nth";
    const calls = new GroupedCalls<Answer & { is_nth: number }>({
      database,
      sql: ECHO.replace("FROM", `, ${order} FROM`),
    });
    const first = calls.call({ n: 0 });
    await new Promise((resolve) => setImmediate(resolve));
    const [a, b, a2] = await Promise.all([
      calls.call({ n: 1 }, { group: "a" }),
      calls.call({ n: 2 }, { group: "b" }),
      calls.call({ n: 3 }, { group: "a" }),
    ]);
    expect([a.n, b.n, a2.n]).toEqual([1, 2, 3]);
    expect([a.is_nth, a2.is_nth, b.is_nth]).toEqual([1, 2, 3]);
    expect(new Set([a.tx, b.tx, a2.tx]).size).toBe(1);
    expect((await first).tx).not.toBe(a.tx);
    await database.close();
  });

  test("one that fails fails for itself only", async () => {
    const database = await openDatabase({ url, schema });
    const calls = echo(database);
    const results = await Promise.allSettled([calls.call({ n: 1 }), calls.call({ n: "x" }), calls.call({ n: 3 })]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    await database.close();
  });

  test("more than one statement can carry are several", async () => {
    const database = await openDatabase({ url, schema });
    const calls = echo(database);
    const answers = await Promise.all(Array.from({ length: 450 }, (_, n) => calls.call({ n })));
    expect(answers.map(({ n }) => n)).toEqual(Array.from({ length: 450 }, (_, n) => n));
    expect(new Set(answers.map(({ tx }) => tx)).size).toBe(3);
    await database.close();
  });

  test("a group goes whole in one statement if it fits in any, and goes on in its order if not", async () => {
    const database = await openDatabase({ url, schema });
    const calls = echo(database);
    const group = (name: string, size: number) =>
      Promise.all(Array.from({ length: size }, (_, n) => calls.call({ n }, { group: name })));
    const [large, a, b] = await Promise.all([group("large", 250), group("a", 120), group("b", 120)]);
    const statements = (answers: Answer[]) => [...new Set(answers.map(({ tx }) => Number(tx)))];
    expect(statements(a)).toHaveLength(1);
    expect(statements(b)).toHaveLength(1);
    const [first = 0, second = 0] = statements(large);
    expect(first).toBeLessThan(second);
    expect(large.map(({ tx }) => Number(tx))).toEqual([...Array(200).fill(first), ...Array(50).fill(second)]);
    await database.close();
  });

  test("closing waits for calls that are not sent yet", async () => {
    const database = await openDatabase({ url, schema });
    const call = echo(database).call({ n: 1 });
    await database.close();
    expect((await call).n).toBe(1);
    await expect(echo(database).call({ n: 2 })).rejects.toThrow("closed");
  });

  test("a thread that somebody else has locked holds up its own run only", async () => {
    await using backend = await openPostgresBackend({ url, schema });
    await backend.queue.offer(newRun({ threadId: "locked" }));
    await query("BEGIN");
    await query(`SELECT 1 FROM ${schema}.threads WHERE thread_id = 'locked' FOR UPDATE`);
    const [locked, free] = [backend.queue.offer(newRun({ threadId: "locked" })), backend.queue.offer(newRun())];
    expect((await free).status).toBe("accepted");
    const first = await Promise.race([locked, backend.queue.depth().then(() => "still waits")]);
    expect(first).toBe("still waits");
    await query("ROLLBACK");
    expect((await locked).status).toBe("accepted");
  });
});
