import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@heddle/sdk";
import { describe, expect, it, vi } from "vitest";
import { collect } from "./testing/collect.ts";
import { CommandProcess } from "./testing/command-process.ts";
import { DATABASE, newDatabase, newSchema, POSTGRES } from "./testing/database.ts";
import { GRAPHS_CONFIG } from "./testing/places.ts";
import { startServer } from "./testing/server.ts";
import { TcpProxy } from "./testing/tcp-proxy.ts";
import { tempFolder } from "./testing/temp-folder.ts";
import { until } from "./testing/until.ts";

vi.setConfig({ testTimeout: 120_000 });

/** How long it may take until a network that drops packets is noticed. */
const NOTICED_MS = 15_000;

function effectsIn(folder: string): string[] {
  const file = join(folder, "effects");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

const EVERY_STEP_ONCE = ["one", "two", "three", "four"].flatMap((name) => [`begin ${name}`, `end ${name}`]);

describe.skipIf(DATABASE !== "postgres")("when the connection to PostgreSQL is lost", () => {
  async function world() {
    const { hostname: host, port, pathname, username } = new URL(POSTGRES);
    const proxy = await TcpProxy.to({ host, port: Number(port || 5432) });
    const database = await newSchema(POSTGRES, `postgres://${username}@127.0.0.1:${proxy.port}${pathname}`);
    const server = await startServer({ config: GRAPHS_CONFIG, database });
    const folder = await tempFolder();
    return {
      proxy,
      database,
      server,
      folder: folder.path,
      client: new Client({ apiUrl: server.url }),
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        for (const each of [proxy, database, folder]) await each[Symbol.asyncDispose]();
      },
    };
  }

  it("without a word, requests are told to come again within 15 seconds, and are answered when it is back", async () => {
    await using w = await world();
    const { thread_id } = await w.client.threads.create({ metadata: { kept: true } });
    w.proxy.blacken();
    const beganAt = performance.now();
    const ask = (method: string, path: string) =>
      fetch(`${w.server.url}${path}`, { method, ...(method === "POST" ? { body: "{}" } : {}) });
    const many = Array.from({ length: 15 }, () => ask("GET", `/threads/${thread_id}`));
    for (const response of await Promise.all([...many, ask("POST", "/threads")])) {
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    }
    const noticedMs = performance.now() - beganAt;
    console.log(`a network that drops packets: requests were refused after ${(noticedMs / 1000).toFixed(1)} s`);
    expect(noticedMs).toBeLessThan(NOTICED_MS);
    w.proxy.lighten();
    const found = await until("the thread is answered", () => w.client.threads.get(thread_id).catch(() => undefined));
    expect(found.metadata).toMatchObject({ kept: true });
    expect(await w.client.runs.wait(thread_id, "counter", { input: {} })).toMatchObject({ count: 1 });
  });

  it("without a word, a run goes on when it is back, no step is repeated, and its reader misses nothing", async () => {
    await using w = await world();
    const { thread_id } = await w.client.threads.create();
    const input = { folder: w.folder };
    const options = { input, streamMode: "updates", streamResumable: true } as const;
    const reading = collect(w.client.runs.stream(thread_id, "steps", options));
    await until("step three has begun", () => effectsIn(w.folder).includes("begin three"));
    w.proxy.blacken();
    await writeFile(join(w.folder, "open"), "");
    // It says so with the next look of its workers, which on a busy machine comes later than its requests are refused.
    await until("the process has noticed", () => w.server.output().includes("workers wait for it"), 2 * NOTICED_MS);
    w.proxy.lighten();
    const updates = (await reading).filter(({ event }) => event === "updates");
    expect(effectsIn(w.folder)).toEqual(EVERY_STEP_ONCE);
    expect(updates.flatMap(({ data }) => Object.keys(data as object))).toEqual(["one", "two", "three", "four"]);
    expect((await w.client.threads.get(thread_id)).status).toBe("idle");
    expect(w.server.output().match(/workers wait for it/g)).toHaveLength(1);
  });

  it("without a word on the connections there are, others take their place within 15 seconds", async () => {
    await using w = await world();
    await using other = await startServer({ config: GRAPHS_CONFIG, database: w.database, role: "http" });
    const client = new Client({ apiUrl: other.url });
    expect(await client.runs.wait(null, "counter", { input: {} })).toMatchObject({ count: 1 });
    w.proxy.forget();
    const beganAt = performance.now();
    // The worker is deaf now, on the connection that listens and on those of its pool.
    expect(await client.runs.wait(null, "counter", { input: {} })).toMatchObject({ count: 1 });
    const mendedMs = performance.now() - beganAt;
    console.log(`connections that were forgotten: a run was done after ${(mendedMs / 1000).toFixed(1)} s`);
    expect(mendedMs).toBeLessThan(NOTICED_MS);
    await until("news is heard again", async () => {
      const askedAt = performance.now();
      await client.runs.wait(null, "counter", { input: {} });
      return performance.now() - askedAt < 500;
    });
  });

  it("requests are told to come again, and are answered when it is back", async () => {
    await using w = await world();
    const thread = await w.client.threads.create({ metadata: { kept: true } });
    await w.proxy.cut();
    for (const [method, path, body] of [
      ["GET", `/threads/${thread.thread_id}`, undefined],
      ["POST", "/threads", "{}"],
      ["POST", `/threads/${thread.thread_id}/runs`, '{"assistant_id": "counter", "input": {}}'],
      ["POST", "/runs/wait", '{"assistant_id": "counter", "input": {}}'],
    ] as const) {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${w.server.url}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      expect([path, response.status, response.headers.get("retry-after")]).toEqual([path, 503, "1"]);
      expect(await response.json()).toMatchObject({ code: "database_unavailable" });
    }
    expect((await fetch(`${w.server.url}/ok`)).status).toBe(200);
    await w.proxy.mend();
    const found = await until("the thread is answered", () =>
      w.client.threads.get(thread.thread_id).catch(() => undefined),
    );
    expect(found.metadata).toMatchObject({ kept: true });
    expect(await w.client.runs.wait(null, "counter", { input: {} })).toMatchObject({ count: 1 });
  });

  it("a run goes on when it is back, no step is repeated, and its reader misses nothing", async () => {
    await using w = await world();
    const { thread_id } = await w.client.threads.create();
    const reading = collect(
      w.client.runs.stream(thread_id, "steps", {
        input: { folder: w.folder },
        streamMode: "updates",
        streamResumable: true,
      }),
    );
    await until("step three has begun", () => effectsIn(w.folder).includes("begin three"));
    await w.proxy.cut();
    await writeFile(join(w.folder, "open"), "");
    await until("step three is done", () => effectsIn(w.folder).includes("end three"));
    await w.proxy.mend();

    const events = await reading;
    expect(effectsIn(w.folder)).toEqual(EVERY_STEP_ONCE);
    const updates = events.filter(({ event }) => event === "updates");
    expect(updates.flatMap(({ data }) => Object.keys(data as object))).toEqual(["one", "two", "three", "four"]);
    const { status, values } = await w.client.threads.get(thread_id);
    expect([status, values]).toMatchObject(["idle", { done: ["one", "two", "three", "four"] }]);
    expect(w.server.output().match(/workers wait for it/g)?.length ?? 0).toBeLessThanOrEqual(1);
  });
});

it("a database that does not answer at the start is tried for a while, then the command ends with one line", async () => {
  const command = new CommandProcess([
    "serve",
    "--config",
    GRAPHS_CONFIG,
    "--database",
    "postgres://me:secret@127.0.0.1:1/x",
  ]);
  expect(await command.exitCode()).toBe(1);
  expect(command.output).toMatch(
    /^heddle: PostgreSQL at postgres:\/\/me@127\.0\.0\.1:1\/x does not answer; gave up after 6 attempts \(.*\)\. Is it running, and is the address right\?\n$/,
  );
});

const canLimitFiles = spawnSync("prlimit", ["--version"]).status === 0;

describe.skipIf(DATABASE !== "sqlite" || !canLimitFiles)("when the disk is full", () => {
  /** No file of the process may grow beyond this any more. */
  function limitFiles(pid: number, bytes: number | "unlimited"): void {
    execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]);
  }

  it("writing is refused with the reason, reading goes on, and all works again when there is room", async () => {
    await using database = await newDatabase();
    await using server = await startServer({ config: GRAPHS_CONFIG, database });
    const client = new Client({ apiUrl: server.url });
    const { thread_id } = await client.threads.create({ metadata: { before: true } });
    limitFiles(server.pid, 1);
    const refused = await fetch(`${server.url}/threads`, { method: "POST", body: "{}" });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(((await refused.json()) as { message: string }).message).toMatch(/^Nothing was written: .* Try again\.$/);
    expect((await client.threads.get(thread_id)).metadata).toMatchObject({ before: true });
    limitFiles(server.pid, "unlimited");
    expect(await client.runs.wait(thread_id, "counter", { input: {} })).toMatchObject({ count: 1 });
  });

  it("a run waits for room and goes on from its last step", async () => {
    await using database = await newDatabase();
    await using server = await startServer({ config: GRAPHS_CONFIG, database });
    await using folder = await tempFolder();
    const client = new Client({ apiUrl: server.url });
    const { thread_id } = await client.threads.create();
    const { run_id } = await client.runs.create(thread_id, "steps", { input: { folder: folder.path } });
    await until("step three has begun", () => effectsIn(folder.path).includes("begin three"));
    await until("step two is saved", async () => (await client.threads.getState(thread_id)).next[0] === "three");
    limitFiles(server.pid, 4096); // Room for what the steps note themselves, none for the database.
    await writeFile(join(folder.path, "open"), "");
    await until("step three is done", () => effectsIn(folder.path).includes("end three"));
    const refused = await fetch(`${server.url}/threads`, { method: "POST", body: "{}" });
    expect([refused.status, (await client.runs.get(thread_id, run_id)).status]).toEqual([503, "running"]);
    limitFiles(server.pid, "unlimited");
    await until("the run has ended", async () => (await client.runs.get(thread_id, run_id)).status === "success");
    expect((await client.threads.get(thread_id)).values).toMatchObject({ done: ["one", "two", "three", "four"] });
    expect(effectsIn(folder.path)).toEqual(EVERY_STEP_ONCE);
  });
});
