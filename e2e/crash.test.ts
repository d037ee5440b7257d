import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@heddle/sdk";
import { afterAll, beforeAll, describe, expect, it, onTestFailed, vi } from "vitest";
import { collect } from "./testing/collect.ts";
import { GRAPHS_CONFIG } from "./testing/places.ts";
import { startServer, type TestServer } from "./testing/server.ts";
import { type TempFolder, tempFolder } from "./testing/temp-folder.ts";
import { until } from "./testing/until.ts";

vi.setConfig({ testTimeout: 120_000 });

/** All tests kill the same one. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ config: GRAPHS_CONFIG });
});
afterAll(() => server[Symbol.asyncDispose]());

interface World extends AsyncDisposable {
  server: TestServer;
  client: Client;
  folder: string;
  /** The lines that the steps have written. */
  effects(): string[];
  openGate(): Promise<void>;
}

async function world(): Promise<World> {
  const folder: TempFolder = await tempFolder();
  onTestFailed(() => console.error(`The server wrote:\n${server.output()}`));
  const file = join(folder.path, "effects");
  return {
    server,
    client: new Client({ apiUrl: server.url }),
    folder: folder.path,
    effects: () => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : []),
    openGate: () => writeFile(join(folder.path, "open"), ""),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** The third step has begun and the two before it are saved. */
async function untilInStepThree({ client, effects }: World, threadId: string): Promise<void> {
  await until("step three has begun", () => effects().includes("begin three"));
  await until("step two is saved", async () => (await client.threads.getState(threadId)).next[0] === "three");
}

function untilSuccess({ client }: World, threadId: string, runId: string): Promise<unknown> {
  return until("the run has ended", async () => {
    const { status } = await client.runs.get(threadId, runId);
    if (status === "error" || status === "timeout" || status === "interrupted")
      throw new Error(`The run is ${status}.`);
    return status === "success";
  });
}

const EVERY_STEP_ONCE_BUT_THE_BROKEN_ONE = [
  "begin one",
  "end one",
  "begin two",
  "end two",
  "begin three",
  "begin three",
  "end three",
  "begin four",
  "end four",
];

describe("after kill -9 in the middle of a run", () => {
  it("the run goes on from its last checkpoint, and its thread is idle and usable", async () => {
    await using w = await world();
    const { thread_id } = await w.client.threads.create();
    const { run_id } = await w.client.runs.create(thread_id, "steps", { input: { folder: w.folder } });
    await untilInStepThree(w, thread_id);

    await w.server.kill9();
    await w.server.start();
    await w.openGate();
    await untilSuccess(w, thread_id, run_id);

    expect(w.effects()).toEqual(EVERY_STEP_ONCE_BUT_THE_BROKEN_ONE);
    const thread = await w.client.threads.get(thread_id);
    expect(thread).toMatchObject({ status: "idle", values: { done: ["one", "two", "three", "four"] } });
    const again = await w.client.runs.wait(thread_id, "steps", { input: {} });
    expect(again.done).toHaveLength(8);
    expect(await w.client.runs.list(thread_id)).toHaveLength(2);
  });

  it("nothing that was acknowledged is lost", async () => {
    await using w = await world();
    const { client } = w;
    const assistant = await client.assistants.create({ graphId: "counter", context: { step: 5 }, name: "Five" });
    const updated = await client.assistants.update(assistant.assistant_id, { context: { step: 6 } });
    const thread = await client.threads.create({ metadata: { owner: "me" } });
    await client.runs.wait(thread.thread_id, assistant.assistant_id, { input: {} });
    await client.store.putItem(["memories", "me"], "colour", { is: "blue" });
    const look = async (): Promise<unknown> => ({
      assistant: await client.assistants.get(assistant.assistant_id),
      versions: await client.assistants.getVersions(assistant.assistant_id),
      thread: await client.threads.get(thread.thread_id),
      state: await client.threads.getState(thread.thread_id),
      history: await client.threads.getHistory(thread.thread_id),
      runs: await client.runs.list(thread.thread_id),
      item: await client.store.getItem(["memories", "me"], "colour"),
    });
    const before = await look();
    expect(before).toMatchObject({
      assistant: updated,
      thread: { values: { count: 6 } },
      item: { value: { is: "blue" } },
    });

    await w.server.restart();

    expect(await look()).toEqual(before);
  });

  it("a run that waited in the queue is done too, after the one before it", async () => {
    await using w = await world();
    const { thread_id } = await w.client.threads.create();
    const first = await w.client.runs.create(thread_id, "steps", { input: { folder: w.folder } });
    await untilInStepThree(w, thread_id);
    const second = await w.client.runs.create(thread_id, "steps", { input: {}, multitaskStrategy: "enqueue" });

    await w.server.restart();
    await w.openGate();

    await untilSuccess(w, thread_id, first.run_id);
    await untilSuccess(w, thread_id, second.run_id);
    expect((await w.client.threads.get(thread_id)).values?.done).toHaveLength(8);
  });

  it("a thread that waits for a human still can be answered", async () => {
    await using w = await world();
    const { thread_id } = await w.client.threads.create();
    await w.client.runs.wait(thread_id, "heddle-story", { input: { topic: "looms" } });
    const { interrupts } = await w.client.threads.get(thread_id);

    await w.server.restart();

    expect(await w.client.threads.get(thread_id)).toMatchObject({ status: "interrupted", interrupts });
    const values = await w.client.runs.wait(thread_id, "heddle-story", { command: { resume: "yes" } });
    expect(values).toMatchObject({ verdict: "yes", notes: expect.arrayContaining(["published"]) });
  });
});

describe("a reader of a stream whose server is killed", () => {
  function stepsIn(events: { event: string; data: unknown }[]): unknown[] {
    return events.filter(({ event }) => event === "updates").flatMap(({ data }) => Object.keys(data as object));
  }

  it("goes on by itself and misses nothing", async () => {
    await using w = await world();
    const { thread_id } = await w.client.threads.create();
    const stream = w.client.runs.stream(thread_id, "steps", {
      input: { folder: w.folder },
      streamMode: "updates",
      streamResumable: true,
      onDisconnect: "continue",
    });
    const reading = collect(stream);
    await untilInStepThree(w, thread_id);

    await w.server.restart();
    await w.openGate();

    const events = await reading;
    expect(stepsIn(events)).toEqual(["one", "two", "three", "four"]);
    const ids = events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("that comes back with Last-Event-ID gets what it has not seen, and nothing twice", async () => {
    await using w = await world();
    const { thread_id } = await w.client.threads.create();
    const options = { streamMode: "updates", streamResumable: true } as const;
    const { run_id } = await w.client.runs.create(thread_id, "steps", { input: { folder: w.folder }, ...options });
    await untilInStepThree(w, thread_id);
    const seen: { id?: string; event: string; data: unknown }[] = [];
    for await (const event of w.client.runs.joinStream(thread_id, run_id, { lastEventId: "-1" })) {
      seen.push(event);
      if (stepsIn(seen).includes("two")) break;
    }

    await w.server.restart();
    await w.openGate();

    const lastEventId = seen.at(-1)?.id ?? "-1";
    const rest = await collect(w.client.runs.joinStream(thread_id, run_id, { lastEventId }));
    expect(stepsIn([...seen, ...rest])).toEqual(["one", "two", "three", "four"]);
    const replay = await collect(w.client.runs.joinStream(thread_id, run_id, { lastEventId: "-1" }));
    expect(replay).toEqual([...seen, ...rest]);
  });
});

it("a server that is told to stop lets its port and its data go, and the run goes on at the next start", async () => {
  await using w = await world();
  const { thread_id } = await w.client.threads.create();
  const { run_id } = await w.client.runs.create(thread_id, "steps", { input: { folder: w.folder } });
  await untilInStepThree(w, thread_id);

  expect(await w.server.stop()).toBe(0);
  await w.server.start();
  await w.openGate();
  await untilSuccess(w, thread_id, run_id);

  expect(w.effects()).toEqual(EVERY_STEP_ONCE_BUT_THE_BROKEN_ONE);
});
