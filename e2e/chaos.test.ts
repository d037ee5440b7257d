import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "@heddle/sdk";
import { describe, expect, it, vi } from "vitest";
import { startCluster } from "./testing/cluster.ts";
import { DATABASE, newDatabase, newSchema } from "./testing/database.ts";
import { payAndRead, persistently, readAgain, type SeenRun } from "./testing/paying-client.ts";
import { RECEIPTS_CONFIG } from "./testing/places.ts";
import { canStartPostgres, PostgresCluster } from "./testing/postgres-cluster.ts";
import { startServer, type TestServer } from "./testing/server.ts";
import { TcpProxy } from "./testing/tcp-proxy.ts";
import { tempFolder } from "./testing/temp-folder.ts";

vi.setConfig({ testTimeout: 600_000 });

/** All of them in CI; elsewhere fewer, for the sake of whoever waits. */
const RUNS = Number(process.env.HEDDLE_CHAOS_RUNS ?? (process.env.CI ? 500 : 60));
const CLIENTS = 32;
const NODES = ["one", "two", "three", "four"];
/** Processes die all the time here; no run is to be given up for it. */
const ARGS = ["--n-jobs-per-worker", "8", "--max-attempts", "100"];

interface Progress {
  seen: SeenRun[];
}

/** Lets the clients ask for runs and read them, as many at a time as there are clients. */
async function load(clients: readonly Client[], folder: string, progress: Progress): Promise<void> {
  let left = RUNS;
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, index) => {
      const client = clients[index % clients.length] as Client;
      while (left-- > 0) progress.seen.push(await payAndRead(client, folder));
    }),
  );
}

/** What must hold of every run, whatever happened; and how much happened. */
async function check(client: Client, folder: string, { seen }: Progress): Promise<Record<string, number>> {
  const files = readdirSync(folder);
  const receipts = new Map(
    files.filter((name) => name.startsWith("paid-")).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
  const paid = new Set(receipts.values());
  let resumed = 0;
  let repeatedUpdates = 0;
  let seenBeforeLogged = 0;
  for (const run of seen) {
    const thread = await persistently(() => client.threads.get(run.threadId));
    expect(thread.status).toBe("idle");
    expect((await persistently(() => client.runs.list(run.threadId))).map(({ status }) => status)).toEqual(["success"]);
    // Each step was done once, and what the run knows of it is what was done.
    const known = (thread.values as { receipts: string[] }).receipts;
    expect(known.map((receipt) => receipt.split(" ")[0])).toEqual(NODES);
    for (const receipt of known) expect(paid.has(receipt.split(" ")[1] ?? "")).toBe(true);
    // No id is missed or repeated: what was read live, piece by piece, is what the log holds. A reader in the process that
    // was killed may have seen events that had not reached the log; their step was done again, under new ids.
    const ids = run.events.map(({ id }) => Number(id));
    expect(ids).toEqual([...new Set(ids)].sort((left, right) => left - right));
    const logged = await persistently(() => readAgain(client, run));
    const loggedIds = new Set(logged.map(({ id }) => id));
    expect(run.events.filter(({ id }) => loggedIds.has(id))).toEqual(logged);
    seenBeforeLogged += run.events.length - logged.length;
    const updates = run.events
      .filter(({ event }) => event === "updates")
      .flatMap(({ data }) => Object.keys(data as object));
    // A step that is taken over says so once more, as __metadata__.
    const nodes = updates.filter((name) => !name.startsWith("__"));
    expect([...new Set(nodes)]).toEqual(NODES);
    repeatedUpdates += nodes.length - NODES.length;
    if (run.events.filter(({ event }) => event === "metadata").length > 1) resumed++;
  }
  expect(receipts.size).toBe(RUNS * NODES.length);
  const again = files.includes("asked-again")
    ? readFileSync(join(folder, "asked-again"), "utf8").trim().split("\n").length
    : 0;
  return {
    runs: seen.length,
    resumed,
    sideEffects: receipts.size,
    askedAgain: again,
    repeatedUpdates,
    seenBeforeLogged,
  };
}

/** Kills one process after another with -9 and starts it again, until told to stop. */
async function killOneByOne(servers: readonly TestServer[], everyMs: number, signal: AbortSignal): Promise<number> {
  let kills = 0;
  const restarts = new Set<Promise<void>>();
  const isUp = new Set(servers);
  for (let turn = 0; !signal.aborted; turn++) {
    await wait(everyMs, undefined, { signal }).catch(() => {});
    const server = servers[turn % servers.length] as TestServer;
    if (signal.aborted || !isUp.delete(server)) continue;
    await server.kill9();
    kills++;
    const restart = server.start().then(() => {
      isUp.add(server);
      restarts.delete(restart);
    });
    restarts.add(restart);
  }
  await Promise.all(restarts);
  return kills;
}

/** Kills the only process with -9 whenever it has lived for so long, and starts it again, until told to stop. */
async function killAgainAndAgain(server: TestServer, lifeMs: number, signal: AbortSignal): Promise<number> {
  for (let kills = 0; ; kills++) {
    await wait(lifeMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return kills;
    await server.restart();
  }
}

/** Waits for a share of the runs, or until the loading has failed. */
async function until(progress: Progress, share: number, loading: Promise<void>): Promise<void> {
  let hasFailed = false;
  loading.catch(() => {
    hasFailed = true;
  });
  while (!hasFailed && progress.seen.length < RUNS * share) await wait(20);
}

const canRun = process.env.CI !== undefined || (await canStartPostgres());

describe.skipIf(DATABASE !== "postgres" || !canRun)("chaos on PostgreSQL", () => {
  it("every run ends once, every side effect happens once, no stream misses or repeats an event", async () => {
    await using folder = await tempFolder();
    await using postgres = await PostgresCluster.start();
    await using proxy = await TcpProxy.to({ host: "127.0.0.1", port: postgres.port });
    await using database = await newSchema(postgres.url);
    const throughProxy = {
      ...database,
      args: database.args.map((arg) => arg.replace(`:${postgres.port}/`, `:${proxy.port}/`)),
    };
    const options = { config: RECEIPTS_CONFIG, args: ARGS, http: 1, workers: 1 };
    await using direct = await startCluster({ ...options, database });
    await using behind = await startCluster({ ...options, database: throughProxy });
    const clients = [...direct.clients, ...behind.clients];
    const progress: Progress = { seen: [] };
    const done = new AbortController();
    const killing = killOneByOne([...direct.workers, ...behind.workers], 1000, done.signal);
    const beganAt = Date.now();
    const loading = load(clients, folder.path, progress);
    await until(progress, 1 / 3, loading);
    await postgres.restart();
    await until(progress, 2 / 3, loading);
    await proxy.cut();
    await wait(2000);
    await proxy.mend();
    await loading;
    const seconds = (Date.now() - beganAt) / 1000;
    done.abort();
    const kills = await killing;
    const counts = await check(clients[0] as Client, folder.path, progress);
    // Readers are in other processes than workers: they read the log only.
    expect(counts.seenBeforeLogged).toBe(0);
    console.log(
      "chaos on PostgreSQL:",
      JSON.stringify({ ...counts, kills, databaseRestarts: 1, networkCuts: 1, seconds }),
    );
  });
});

describe.skipIf(DATABASE !== "sqlite")("chaos on SQLite", () => {
  it("every run ends once, every side effect happens once, no stream misses or repeats an event", async () => {
    await using folder = await tempFolder();
    await using database = await newDatabase();
    await using server = await startServer({ config: RECEIPTS_CONFIG, database, args: ARGS });
    const client = new Client({ apiUrl: server.url });
    const progress: Progress = { seen: [] };
    const done = new AbortController();
    // There is no other process that works while this one starts.
    const killing = killAgainAndAgain(server, 1000, done.signal);
    const beganAt = Date.now();
    await load([client], folder.path, progress);
    const seconds = (Date.now() - beganAt) / 1000;
    done.abort();
    const kills = await killing;
    const counts = await check(client, folder.path, progress);
    console.log("chaos on SQLite:", JSON.stringify({ ...counts, kills, seconds }));
  });
});
