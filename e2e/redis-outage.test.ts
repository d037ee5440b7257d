import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@heddle/sdk";
import { describe, expect, it, vi } from "vitest";
import { startCluster } from "./testing/cluster.ts";
import { collect } from "./testing/collect.ts";
import { DATABASE } from "./testing/database.ts";
import { GRAPHS_CONFIG } from "./testing/places.ts";
import { canStartRedis, startRedis } from "./testing/redis-server.ts";
import { startServer } from "./testing/server.ts";
import { TcpProxy } from "./testing/tcp-proxy.ts";
import { tempFolder } from "./testing/temp-folder.ts";
import { until } from "./testing/until.ts";

vi.setConfig({ testTimeout: 60_000 });

const canRun = process.env.CI !== undefined || canStartRedis();
const RESUMABLE = { streamMode: "updates", streamResumable: true } as const;
const ALL_STEPS = ["one", "two", "three", "four"];

type Event = { event: string; data: unknown };

function stepsIn(events: Event[]): string[] {
  return events.filter(({ event }) => event === "updates").flatMap(({ data }) => Object.keys(data as object));
}

/** What a run says, as it is read. */
function read(client: Client, threadId: string, folder: string): { seen: Event[]; reading: Promise<void> } {
  const seen: Event[] = [];
  const collecting = async () => {
    for await (const event of client.runs.stream(threadId, "steps", { input: { folder }, ...RESUMABLE })) {
      seen.push(event);
    }
  };
  return { seen, reading: collecting() };
}

function hasBegun(folder: string, step: string): boolean {
  const file = join(folder, "effects");
  return existsSync(file) && readFileSync(file, "utf8").includes(`begin ${step}`);
}

function times(text: string, part: string): number {
  return text.split(part).length - 1;
}

describe.skipIf(!canRun)("when Redis dies during a run", () => {
  it("the run ends, its reader misses nothing, late readers get an end, and new runs work before and after it is back", async () => {
    await using redis = await startRedis();
    await using folder = await tempFolder();
    await using server = await startServer({ config: GRAPHS_CONFIG, args: ["--redis", redis.url] });
    const client = new Client({ apiUrl: server.url });
    const { thread_id } = await client.threads.create();
    const reading = collect(client.runs.stream(thread_id, "steps", { input: { folder: folder.path }, ...RESUMABLE }));
    await until("step three has begun", () => hasBegun(folder.path, "three"));
    await redis.kill();
    await writeFile(join(folder.path, "open"), "");

    expect(stepsIn(await reading)).toEqual(ALL_STEPS);
    const [run] = await client.runs.list(thread_id);
    expect(run?.status).toBe("success");
    const replay = (runId: string) => collect(client.runs.joinStream(thread_id, runId, { lastEventId: "-1" }));
    // What Redis had is gone with it, but for what was on its way there.
    expect(stepsIn(await replay(run?.run_id ?? "")).slice(-2)).toEqual(["three", "four"]);

    const during = await collect(client.runs.stream(thread_id, "counter", { input: {}, ...RESUMABLE }));
    expect(during.map(({ event }) => event)).toEqual(["metadata", "updates", "updates"]);

    await redis.start();
    await until("it is back", () => server.output().includes("Redis answers again"));
    const after = await collect(client.runs.stream(thread_id, "counter", { input: {}, ...RESUMABLE }));
    const [last, middle] = await client.runs.list(thread_id);
    expect(await replay(last?.run_id ?? "")).toEqual(after);
    expect(await replay(middle?.run_id ?? "")).toEqual(during);
    expect(times(server.output(), "Redis does not answer")).toBe(1);
    expect(server.output()).not.toMatch(/unhandled|settled by someone else/i);
  });

  it("without a word, because the network drops packets, the run ends as well", async () => {
    await using redis = await startRedis();
    await using proxy = await TcpProxy.to({ host: "127.0.0.1", port: Number(new URL(redis.url).port) });
    await using folder = await tempFolder();
    const args = ["--redis", `redis://127.0.0.1:${proxy.port}`];
    await using server = await startServer({ config: GRAPHS_CONFIG, args });
    const client = new Client({ apiUrl: server.url });
    const { thread_id } = await client.threads.create();
    const input = { folder: folder.path };
    const reading = collect(client.runs.stream(thread_id, "steps", { input, ...RESUMABLE }));
    await until("step three has begun", () => hasBegun(folder.path, "three"));
    proxy.blacken();
    await writeFile(join(folder.path, "open"), "");
    expect(stepsIn(await reading)).toEqual(ALL_STEPS);
    proxy.lighten();
    await until("it is back", () => server.output().includes("Redis answers again"));
    const [run] = await client.runs.list(thread_id);
    const replay = await collect(client.runs.joinStream(thread_id, run?.run_id ?? "", { lastEventId: "-1" }));
    expect(stepsIn(replay)).toEqual(ALL_STEPS);
  });

  it.skipIf(DATABASE !== "postgres").each([
    ["and stays away, a reader at another process gets what follows, and the end", false],
    ["and is back soon, runs and readers wait for it", true],
  ])("%s", async (_, isBackSoon) => {
    await using redis = await startRedis();
    await using folder = await tempFolder();
    const args = ["--redis", redis.url];
    await using cluster = await startCluster({ config: GRAPHS_CONFIG, http: 1, workers: 1, args });
    const [client] = cluster.clients as [Client];
    const { thread_id } = await client.threads.create();
    const { seen, reading } = read(client, thread_id, folder.path);
    await until("steps one and two were read", () => stepsIn(seen).includes("two"));
    await redis.kill();
    if (isBackSoon) await redis.start();
    await writeFile(join(folder.path, "open"), "");
    await reading;
    expect(stepsIn(seen)).toEqual(ALL_STEPS);
    expect(await client.runs.wait(null, "counter", { input: {} })).toMatchObject({ count: 1 });
  });
});
