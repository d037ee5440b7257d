import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Backend, Lease } from "@heddle/backend";
import { newRun } from "@heddle/conformance";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { breakListening } from "../testing/break-listening.ts";
import { describeOnPostgres, type TestSchema } from "../testing/test-schema.ts";
import { openPostgresBackend } from "./open-postgres-backend.ts";

const LEASE_MS = 600_000;

await describeOnPostgres("a process that died", (postgres: TestSchema) => {
  const { signal } = new AbortController();

  // The child runs the build.
  beforeAll(() => {
    const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
    execFileSync(process.execPath, [tsc, "-b", fileURLToPath(new URL("..", import.meta.url))]);
  }, 60_000);
  beforeEach(() => postgres.empty());

  function open(options: { listen?: boolean } = {}): Promise<Backend> {
    return openPostgresBackend({ url: postgres.url, schema: postgres.schema, poolSize: 2, ...options });
  }

  function lease(backend: Backend): Promise<Lease | undefined> {
    return backend.queue.lease({ workerId: "w", leaseMs: LEASE_MS, signal });
  }

  /** What a pool of workers does all the time. */
  async function sweepUntil<T>(backend: Backend, done: Promise<T>): Promise<T> {
    const sweeper = setInterval(() => void backend.queue.sweep({ maxAttempts: 3 }), 100);
    try {
      return await done;
    } finally {
      clearInterval(sweeper);
    }
  }

  test("loses its run to another at once, long before its lease is over", async () => {
    await using backend = await open();
    const script = fileURLToPath(new URL("../testing/hold-run.js", import.meta.url));
    const child = spawn(process.execPath, [script, postgres.url, postgres.schema], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const run = newRun();
    const held = once(child.stdout, "data");
    await backend.queue.offer(run);
    expect(String((await held)[0])).toBe(`${run.runId}\n`);
    const again = lease(backend);
    child.kill("SIGKILL");
    const killedAt = performance.now();
    expect(await sweepUntil(backend, again)).toMatchObject({ attempt: 2, run: { runId: run.runId } });
    expect(performance.now() - killedAt).toBeLessThan(2000);
  });

  test("and came back before the second look keeps its run", async () => {
    await using a = await open();
    await using b = await open();
    await a.queue.offer(newRun());
    const held = await lease(a);
    await b.queue.sweep({ maxAttempts: 3 });
    const former = await numberOf(postgres, held);
    expect(await breakListening(postgres, former)).toBe(1);
    await b.queue.sweep({ maxAttempts: 3 });
    await expect.poll(() => numberOf(postgres, held)).toBeGreaterThan(former);
    await b.queue.sweep({ maxAttempts: 3 });
    await b.queue.sweep({ maxAttempts: 3 });
    expect(held && (await a.queue.renew(held, LEASE_MS))).toEqual({ status: "held" });
  });

  test("that does not listen finds by looking that a run of its own is to be cancelled", async () => {
    await using a = await open({ listen: false });
    await using b = await open();
    await a.queue.offer(newRun());
    const held = await lease(a);
    const heard = new Promise((resolve) => a.queue.onCancel((runId, action) => resolve([runId, action])));
    const runId = held?.run.runId ?? "";
    expect(await b.queue.cancel([runId], "rollback")).toEqual([{ runId, status: "cancelling" }]);
    expect(await heard).toEqual([runId, "rollback"]);
  });

  test("that never listened is known by its lease only", async () => {
    await using a = await open({ listen: false });
    await using b = await open();
    await a.queue.offer(newRun());
    const held = await lease(a);
    await b.queue.sweep({ maxAttempts: 3 });
    await b.queue.sweep({ maxAttempts: 3 });
    expect(held && (await a.queue.renew(held, 0))).toEqual({ status: "held" });
    const again = lease(b);
    await b.queue.sweep({ maxAttempts: 3 });
    expect(await again).toMatchObject({ attempt: 2 });
  });
});

/** The number of the process that holds the run. */
async function numberOf(postgres: TestSchema, held: Lease | undefined): Promise<number> {
  const sql = `SELECT process_id FROM ${postgres.schema}.runs WHERE run_id = $1`;
  return (await postgres.query(sql, [held?.run.runId])).rows[0].process_id;
}
