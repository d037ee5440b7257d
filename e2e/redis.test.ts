import type { Client } from "@heddle/sdk";
import { describe, expect, it } from "vitest";
import { startCluster } from "./testing/cluster.ts";
import { collect } from "./testing/collect.ts";
import { CommandProcess } from "./testing/command-process.ts";
import { DATABASE } from "./testing/database.ts";
import { GRAPHS_CONFIG } from "./testing/places.ts";
import { canConnect } from "./testing/reachable.ts";

const REDIS = process.env.HEDDLE_TEST_REDIS ?? "redis://127.0.0.1:6379";
const canRun = process.env.CI !== undefined || (await canConnect(REDIS, 6379));

describe.skipIf(DATABASE !== "postgres" || !canRun)("with --redis", () => {
  it("streams go from a worker through Redis to readers at other processes, and again from their beginning", async () => {
    await using cluster = await startCluster({ config: GRAPHS_CONFIG, http: 2, workers: 1, args: ["--redis", REDIS] });
    const [a, b] = cluster.clients as [Client, Client];
    const { thread_id } = await a.threads.create();
    const options = { streamMode: ["updates", "values"] as ("updates" | "values")[], streamResumable: true };
    const beganAt = performance.now();
    const live = await collect(a.runs.stream(thread_id, "counter", { input: {}, ...options }));
    const [run] = await b.runs.list(thread_id);
    const again = await collect(b.runs.joinStream(thread_id, run?.run_id ?? "", { lastEventId: "-1" }));
    console.log(`a stream through Redis, and again: ${(performance.now() - beganAt).toFixed(0)} ms`);
    expect(again).toEqual(live);
    expect(live.map(({ event }) => event)).toEqual(["metadata", "updates", "values", "updates", "values"]);
    expect(new Set(live.map(({ id }) => id)).size).toBe(live.length);
  });
});

it("a Redis that does not answer ends the command with one line", async () => {
  const command = new CommandProcess(["serve", "--config", GRAPHS_CONFIG, "--redis", "redis://127.0.0.1:1"]);
  expect(await command.exitCode()).toBe(1);
  expect(command.output).toMatch(/^heddle: Redis at redis:\/\/127\.0\.0\.1:1 does not answer\..*\n$/);
});
