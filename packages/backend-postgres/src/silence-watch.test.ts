import { once } from "node:events";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeOnPostgres } from "../testing/test-schema.ts";
import { SilenceWatch } from "./silence-watch.ts";

await describeOnPostgres("a connection on which nothing comes", ({ url }) => {
  let pool: pg.Pool;
  let watch: SilenceWatch;

  beforeEach(() => {
    pool = new pg.Pool({ connectionString: url, max: 3 });
    const often = { patienceMs: 20, lookEveryMs: 20 };
    watch = new SilenceWatch(pool, () => new pg.Client({ connectionString: url }), often);
  });
  afterEach(async () => {
    await pool.end();
    watch.close();
  });

  test("is left alone while the server is at work for it, however long that takes", async () => {
    expect((await pool.query("SELECT 1 AS one FROM pg_sleep(0.5)")).rows).toEqual([{ one: 1 }]);
  });

  test("is left alone within a transaction", async () => {
    const client = await pool.connect();
    await client.query("BEGIN");
    await pool.query("SELECT pg_sleep(0.5)");
    expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await client.query("COMMIT");
    client.release();
  });

  test("is closed when the server has nothing to do for it, and so are those beside it", async () => {
    const beside = await Promise.all([pool.connect(), pool.connect()]);
    const removed = once(pool, "remove");
    const held = await pool.connect();
    for (const client of beside) client.release();
    const ended = once(held, "end");
    await Promise.all([ended, removed]);
    held.release(true);
    await expect.poll(() => pool.totalCount).toBe(0);
  });
});
