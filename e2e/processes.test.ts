import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@heddle/sdk";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Cluster, startCluster } from "./testing/cluster.ts";
import { collect } from "./testing/collect.ts";
import { DATABASE } from "./testing/database.ts";
import { GRAPHS_CONFIG } from "./testing/places.ts";
import { startServer } from "./testing/server.ts";
import { tempFolder } from "./testing/temp-folder.ts";
import { until } from "./testing/until.ts";

vi.setConfig({ testTimeout: 120_000 });

/** Who waits for what no news tells looks around every two seconds; what is well below was told. */
const TOLD_MS = 500;

describe.skipIf(DATABASE !== "postgres")("two processes that answer and two that work", () => {
  let cluster: Cluster;
  let a: Client;
  let b: Client;

  beforeAll(async () => {
    cluster = await startCluster({ config: GRAPHS_CONFIG, http: 2, workers: 2, args: ["--n-jobs-per-worker", "4"] });
    [a, b] = cluster.clients as [Client, Client];
  }, 120_000);
  afterAll(() => cluster[Symbol.asyncDispose]());

  async function threadOf(client: Client): Promise<string> {
    return (await client.threads.create()).thread_id;
  }

  function statusOf(threadId: string, runId: string): Promise<string> {
    return b.runs.get(threadId, runId).then(({ status }) => status);
  }

  /** A run that a worker holds until the folder's gate is opened. */
  async function waitingRun(folder: string): Promise<{ threadId: string; runId: string }> {
    const threadId = await threadOf(a);
    const { run_id: runId } = await a.runs.create(threadId, "moods", { input: { mood: "waiting", folder } });
    await until("the run is running", async () => (await statusOf(threadId, runId)) === "running");
    return { threadId, runId };
  }

  /** Ids of interrupts are of their thread. */
  function idsOf(values: object): unknown {
    const asked = (values as { __interrupt__?: { id?: string; value: unknown }[] }).__interrupt__;
    return asked?.map(({ id, ...rest }) => ({ ...rest, id: typeof id }));
  }

  function median(values: number[]): number {
    return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
  }

  async function timed(action: () => Promise<unknown>): Promise<number> {
    const begin = performance.now();
    await action();
    return performance.now() - begin;
  }

  it("a run asked for at one is done by a worker, and both hear of it at once", async () => {
    const threadId = await threadOf(a);
    const times: number[] = [];
    for (let n = 1; n <= 15; n++) {
      times.push(await timed(() => (n % 2 === 0 ? a : b).runs.wait(threadId, "counter", { input: {} })));
    }
    expect((await b.threads.getState(threadId)).values).toMatchObject({ count: 15 });
    console.log(`a run of two steps from one process to another and back: ${median(times).toFixed(1)} ms (median)`);
    expect(median(times)).toBeLessThan(TOLD_MS);
  });

  it("a stream is read at the process that did not start it, whole and without a repeated id", async () => {
    const threadId = await threadOf(a);
    const options = { streamMode: "updates", streamResumable: true } as const;
    const { run_id } = await a.runs.create(threadId, "counter", { input: {}, ...options });
    const events = await collect(b.runs.joinStream(threadId, run_id, { lastEventId: "-1" }));
    expect(events.map(({ event }) => event)).toEqual(["metadata", "updates", "updates"]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(await collect(a.runs.joinStream(threadId, run_id, { lastEventId: events[0]?.id ?? "" }))).toEqual(
      events.slice(1),
    );
  });

  it("whoever waits hears what a single server answers: of a run that leaves no thread, of one that asks, of one that fails", async () => {
    await using one = await startServer({ config: GRAPHS_CONFIG });
    const answers = async (client: Client) => {
      const asking = await client.runs.wait(await threadOf(client), "heddle-story", { input: { topic: "looms" } });
      return {
        stateless: await client.runs.wait(null, "counter", { input: {} }),
        asking: { ...asking, messages: undefined, __interrupt__: idsOf(asking) },
        failing: await client.runs.wait(null, "moods", { input: { mood: "failing" } }).catch(String),
        streamed: (await collect(client.runs.stream(null, "counter", { input: {}, streamMode: "values" }))).map(
          ({ event, data }) => [event, event === "metadata" ? undefined : data],
        ),
      };
    };
    expect(await answers(a)).toEqual(await answers(new Client({ apiUrl: one.url })));
  });

  it("a cancel reaches the worker of another process at once", async () => {
    await using folder = await tempFolder();
    const times: number[] = [];
    for (let n = 0; n < 7; n++) {
      const { threadId, runId } = await waitingRun(folder.path);
      times.push(await timed(() => b.runs.cancel(threadId, runId, true)));
      expect(await statusOf(threadId, runId)).toBe("interrupted");
      expect((await a.threads.get(threadId)).status).toBe("idle");
    }
    console.log(`cancelling a run of another process, until it has stopped: ${median(times).toFixed(1)} ms (median)`);
    expect(median(times)).toBeLessThan(TOLD_MS);
  });

  it("a new run interrupts or rolls back that of another process and starts at once", async () => {
    await using folder = await tempFolder();
    for (const multitaskStrategy of ["interrupt", "rollback"] as const) {
      const { threadId, runId } = await waitingRun(folder.path);
      const input = { mood: "fine" };
      expect(await timed(() => b.runs.wait(threadId, "moods", { input, multitaskStrategy }))).toBeLessThan(TOLD_MS * 2);
      const runs = await a.runs.list(threadId);
      expect(runs.map((run) => [run.run_id === runId, run.status])).toEqual(
        multitaskStrategy === "interrupt"
          ? [
              [false, "success"],
              [true, "interrupted"],
            ]
          : [[false, "success"]],
      );
    }
  });

  it("runs of one thread are done one after the other, in the order in which they were asked for", async () => {
    const threadId = await threadOf(a);
    for (let n = 0; n < 12; n++) {
      await (n % 2 === 0 ? a : b).runs.create(threadId, "counter", { input: {}, multitaskStrategy: "enqueue" });
    }
    await until("all are done", async () => (await b.threads.get(threadId)).status === "idle");
    const { log } = (await b.threads.getState(threadId)).values as { log: string[] };
    expect(log).toEqual(Array.from({ length: 12 }, (_, index) => `count is ${index + 1}`));
  });

  it("a worker that is told to stop hands its run back at the end of the step, and another goes on", async () => {
    await using folder = await tempFolder();
    await using gone = await startServer({ config: GRAPHS_CONFIG, role: "worker", database: cluster.database });
    const lines = () => {
      const file = join(folder.path, "effects");
      return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    };
    const runs = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const threadId = await threadOf(a);
        const { run_id } = await a.runs.create(threadId, "steps", { input: { folder: folder.path } });
        return { threadId, runId: run_id };
      }),
    );
    await until("all are in step three", () => lines().filter((line) => line === "begin three").length === 8 + 4);
    const stopped = gone.stop();
    await writeFile(join(folder.path, "open"), "");
    expect(await stopped).toBe(0);
    for (const { threadId, runId } of runs) {
      await until("the run has ended", async () => (await statusOf(threadId, runId)) === "success");
    }
    const counts = new Map<string, number>();
    for (const line of lines()) counts.set(line, (counts.get(line) ?? 0) + 1);
    expect([...new Set(counts.values())]).toEqual([12]);
  });
});

describe("roles", () => {
  it.skipIf(DATABASE === "postgres")("a SQLite file is for one process", async () => {
    await expect(startServer({ config: GRAPHS_CONFIG, role: "http" })).rejects.toThrow(
      "--role http needs a PostgreSQL",
    );
  });

  it("an unknown role is refused", async () => {
    await expect(startServer({ config: GRAPHS_CONFIG, args: ["--role", "boss"] })).rejects.toThrow(
      '--role has to be one of http, worker, all, not "boss"',
    );
  });
});
