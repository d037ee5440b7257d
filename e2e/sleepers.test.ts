import { Client } from "@heddle/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GRAPHS_CONFIG } from "./testing/places.ts";
import { startServer, type TestServer } from "./testing/server.ts";
import { until } from "./testing/until.ts";

let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startServer({ config: GRAPHS_CONFIG });
  client = new Client({ apiUrl: server.url });
});
afterAll(() => server?.[Symbol.asyncDispose]());

async function asleep(ms: number): Promise<{ threadId: string; wakeAt: number }> {
  const { thread_id: threadId } = await client.threads.create();
  await client.runs.wait(threadId, "sleeper", { input: { ms } });
  const { status, interrupts } = await client.threads.get(threadId);
  const value = Object.values(interrupts).flat()[0]?.value as { type: string; until: string };
  expect([status, value.type]).toEqual(["interrupted", "sleep"]);
  return { threadId, wakeAt: Date.parse(value.until) };
}

function awake(threadId: string): Promise<string> {
  return until("the sleeper has woken", async () => {
    const { status, values } = await client.threads.get(threadId);
    return status === "idle" && (values as { woke?: string }).woke;
  });
}

describe("a run whose graph sleeps", () => {
  it("is woken in time, by a run that waits for it", async () => {
    const { threadId, wakeAt } = await asleep(400);
    expect((await client.runs.list(threadId)).map(({ status }) => status)).toEqual(["pending", "interrupted"]);
    expect(Date.parse(await awake(threadId))).toBeGreaterThanOrEqual(wakeAt);
    expect((await client.runs.list(threadId)).map(({ status }) => status)).toEqual(["success", "interrupted"]);
  });

  it("is woken after a restart", async () => {
    const { threadId } = await asleep(1500);
    await server.restart();
    await awake(threadId);
  });

  it("is not woken when its thread went another way", async () => {
    const { threadId } = await asleep(600);
    await client.runs.wait(threadId, "sleeper", { input: { ms: 0 } });
    const before = await client.threads.getState(threadId);
    const [, waking] = await client.runs.list(threadId);
    const runId = waking?.run_id ?? "";
    await until(
      "the run to wake it has ended",
      async () => (await client.runs.get(threadId, runId)).status === "success",
    );
    expect(await client.threads.getState(threadId)).toEqual(before);
  });
});
