import { join } from "node:path";
import { Client } from "@heddle/sdk";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Cluster, startCluster } from "./testing/cluster.ts";
import { collect } from "./testing/collect.ts";
import { CommandProcess } from "./testing/command-process.ts";
import { DATABASE, newSchema, POSTGRES, type TestDatabase } from "./testing/database.ts";
import { canStartPgBouncer, type PgBouncer, startPgBouncer } from "./testing/pgbouncer.ts";
import { GRAPHS_CONFIG } from "./testing/places.ts";
import { startServer } from "./testing/server.ts";
import { tempFolder } from "./testing/temp-folder.ts";
import { until } from "./testing/until.ts";

vi.setConfig({ testTimeout: 120_000 });

const canRun = canStartPgBouncer();
if (DATABASE === "postgres" && !canRun) process.stderr.write("PgBouncer: skipped, it is not installed.\n");

/** Ten looks a second: what is well below two seconds did not wait for a lease or a heartbeat. */
const SOON_MS = 2000;
/** A lease is 30 seconds; whoever looks for dead ones does so twice a second. */
const LEASE_IS_OVER_MS = 33_000;

describe.skipIf(DATABASE !== "postgres" || !canRun)("behind PgBouncer in transaction mode", () => {
  let bouncer: PgBouncer;
  let database: TestDatabase;
  let cluster: Cluster;
  let client: Client;

  // The two processes find an empty database and migrate it at once.
  beforeAll(async () => {
    bouncer = await startPgBouncer(POSTGRES, "transaction");
    database = await newSchema(POSTGRES, `${bouncer.url}?listen=false`);
    cluster = await startCluster({ config: GRAPHS_CONFIG, http: 1, workers: 1, database });
    [client] = cluster.clients as [Client];
  }, 120_000);
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
    await bouncer?.[Symbol.asyncDispose]();
  });

  /** A run that its worker holds until the folder's gate is opened. */
  async function waitingRun(folder: string): Promise<{ threadId: string; runId: string }> {
    const { thread_id: threadId } = await client.threads.create();
    const { run_id: runId } = await client.runs.create(threadId, "moods", { input: { mood: "waiting", folder } });
    await until("the run is running", async () => (await client.runs.get(threadId, runId)).status === "running");
    return { threadId, runId };
  }

  async function timed(action: () => Promise<unknown>): Promise<number> {
    const begin = performance.now();
    await action();
    return performance.now() - begin;
  }

  it("many runs at once are all done, and runs of one thread one after the other", async () => {
    const { thread_id } = await client.threads.create();
    const many = Array.from({ length: 120 }, () => client.runs.wait(null, "counter", { input: {} }));
    const queued = Array.from({ length: 10 }, () =>
      client.runs.wait(thread_id, "counter", { input: {}, multitaskStrategy: "enqueue" }),
    );
    for (const values of await Promise.all(many)) expect(values).toMatchObject({ count: 1 });
    await Promise.all(queued);
    expect((await client.threads.getState(thread_id)).values).toMatchObject({ count: 10 });
  });

  it("a stream goes from the worker to the reader live, and again from any event", async () => {
    const { thread_id } = await client.threads.create();
    const options = { streamMode: "updates", streamResumable: true } as const;
    const live = await collect(client.runs.stream(thread_id, "counter", { input: {}, ...options }));
    expect(live.map(({ event }) => event)).toEqual(["metadata", "updates", "updates"]);
    const [run] = await client.runs.list(thread_id);
    const from = (lastEventId: string) =>
      collect(client.runs.joinStream(thread_id, run?.run_id ?? "", { lastEventId }));
    expect(await from("-1")).toEqual(live);
    expect(await from(live[0]?.id ?? "")).toEqual(live.slice(1));
  });

  it("a cancel and a new run reach the run of the other process soon", async () => {
    await using folder = await tempFolder();
    const { threadId, runId } = await waitingRun(folder.path);
    const cancelMs = await timed(() => client.runs.cancel(threadId, runId, true));
    expect((await client.runs.get(threadId, runId)).status).toBe("interrupted");
    console.log(`behind PgBouncer, cancelling a run of another process: ${cancelMs.toFixed(0)} ms`);
    expect(cancelMs).toBeLessThan(SOON_MS);
    for (const multitaskStrategy of ["interrupt", "rollback"] as const) {
      const running = await waitingRun(folder.path);
      const next = () => client.runs.wait(running.threadId, "moods", { input: { mood: "fine" }, multitaskStrategy });
      expect(await timed(next)).toBeLessThan(SOON_MS);
    }
  });

  it("the run of a worker that was killed is done by another when its lease is over", async () => {
    await using folder = await tempFolder();
    await using other = await startServer({ config: GRAPHS_CONFIG, role: "worker", database });
    const [worker] = cluster.workers;
    await worker?.stop();
    const { threadId, runId } = await waitingRun(folder.path);
    await worker?.start();
    const killedMs = await timed(async () => {
      await other.kill9();
      await until("another has begun it again", async () => (await attemptOf(runId)) === 2, LEASE_IS_OVER_MS);
    });
    console.log(
      `behind PgBouncer, a run whose worker was killed is begun again after ${(killedMs / 1000).toFixed(1)} s`,
    );
    await client.runs.cancel(threadId, runId, true);
  });

  async function attemptOf(runId: string): Promise<number> {
    const { default: pg } = await import("pg");
    const url = new URL(database.args[1] ?? "");
    const direct = new pg.Client({ connectionString: POSTGRES });
    await direct.connect();
    try {
      const sql = `SELECT attempt FROM ${url.searchParams.get("schema")}.runs WHERE run_id = $1`;
      return (await direct.query(sql, [runId])).rows[0]?.attempt;
    } finally {
      await direct.end();
    }
  }

  it("heddle migrate copies into it", async () => {
    await using folder = await tempFolder();
    await using target = await newSchema(POSTGRES, `${bouncer.url}?listen=false`);
    const file = { args: ["--data-dir", folder.path], [Symbol.asyncDispose]: async () => {} };
    const { thread_id } = await withServer(file, async (from) => {
      const thread = await from.threads.create({ metadata: { kept: true } });
      await from.runs.wait(thread.thread_id, "counter", { input: {} });
      return thread;
    });
    const from = `sqlite:${join(folder.path, "heddle.db")}`;
    const migrate = new CommandProcess(["migrate", "--from", from, "--to", target.args[1] ?? ""]);
    expect([await migrate.exitCode(), migrate.output]).toEqual([0, expect.stringContaining("threads")]);
    await withServer(target, async (to) => {
      expect(await to.threads.get(thread_id)).toMatchObject({ metadata: { kept: true }, values: { count: 1 } });
      expect(await to.runs.wait(thread_id, "counter", { input: {} })).toMatchObject({ count: 2 });
    });
  });

  async function withServer<T>(of: TestDatabase, work: (client: Client) => Promise<T>): Promise<T> {
    await using server = await startServer({ config: GRAPHS_CONFIG, database: of });
    const result = await work(new Client({ apiUrl: server.url }));
    await server.stop();
    return result;
  }

  it("a process that was not told to do without LISTEN ends with one line that says so", async () => {
    const command = new CommandProcess(["serve", "--config", GRAPHS_CONFIG, "--database", bouncer.url]);
    expect(await command.exitCode()).toBe(1);
    expect(command.output).toMatch(/^heddle: PostgreSQL takes LISTEN here, .*Add "\?listen=false" .*\n$/);
  });
});

describe.skipIf(DATABASE !== "postgres" || !canRun)("behind PgBouncer in session mode", () => {
  it("nothing has to be told: processes hear each other", async () => {
    await using bouncer = await startPgBouncer(POSTGRES, "session");
    await using database = await newSchema(POSTGRES, bouncer.url);
    await using cluster = await startCluster({ config: GRAPHS_CONFIG, http: 1, workers: 1, database });
    expect(await cluster.clients[0]?.runs.wait(null, "counter", { input: {} })).toMatchObject({ count: 1 });
  });
});
