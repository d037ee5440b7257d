import { describe, expect, onTestFinished, test } from "vitest";
import { Bench, newGate, parseEvents, useServer } from "../testing/bench.ts";
import { DATABASE, newDatabase, type TestDatabase } from "../testing/database.ts";
import { openStream } from "../testing/open-stream.ts";
import { CHECKLIST_CONFIG } from "../testing/places.ts";

const HUMAN = { role: "human", content: "foo", id: "human" };

async function open(database: TestDatabase): Promise<Bench> {
  const bench = new Bench();
  await bench.open({ config: CHECKLIST_CONFIG, database });
  onTestFinished(() => bench.close());
  return bench;
}

const waiting = (folder: string) => ({ input: { messages: [HUMAN], waits: true, folder }, stream_resumable: true });

describe("more than one process, and processes that die", () => {
  // One process holds the file of SQLite.
  test.skipIf(DATABASE === "sqlite")(
    "#183 a run of one server is joined, streamed, waited for and cancelled at another",
    async () => {
      const database = await newDatabase();
      onTestFinished(() => database[Symbol.asyncDispose]());
      const [one, two] = await Promise.all([open(database), open(database)]);
      await using gate = await newGate();
      const threadId = await one.thread();
      const { run_id } = await one.create(threadId, "conversation", waiting(gate.folder));
      await two.status(threadId, run_id, "running");
      const stream = openStream(`${two.url}/threads/${threadId}/runs/${run_id}/stream`, {
        headers: { "last-event-id": "-1" },
      });
      await stream.until(({ text }) => text.includes("begin"));
      const joined = two.client.runs.join(threadId, run_id);
      await gate.open();
      expect(parseEvents(await stream.end()).map(({ event }) => event)).toContain("values");
      expect(await joined).toMatchObject({ messages: [{}, { content: "begin" }, { content: "end" }] });
      await using other = await newGate();
      const second = await one.create(threadId, "conversation", waiting(other.folder));
      await two.status(threadId, second.run_id, "running");
      await two.client.runs.cancel(threadId, second.run_id, true);
      await one.status(threadId, second.run_id, "interrupted");
    },
  );

  const bench = useServer();

  test("#184 a run whose server is killed is finished by the next one, and its thread is idle then", async () => {
    await using gate = await newGate();
    const threadId = await bench.thread();
    const { run_id } = await bench.create(threadId, "conversation", waiting(gate.folder));
    await bench.status(threadId, run_id, "running");
    await bench.server.kill9();
    await gate.open();
    await bench.server.start();
    await bench.status(threadId, run_id, "success");
    await bench.threadStatus(threadId, "idle");
  });

  test("#185 what was pending when its server was killed is run by the next one", async () => {
    await using gate = await newGate();
    const threadId = await bench.thread();
    await bench.create(threadId, "conversation", waiting(gate.folder));
    const pending = await bench.create(threadId, "conversation", { input: { messages: [], waits: false } });
    await bench.server.kill9();
    await gate.open();
    await bench.server.start();
    await bench.status(threadId, pending.run_id, "success");
  });

  test("#187 a server that is told to stop hands its runs back, and the next one goes on with them", async () => {
    await using gate = await newGate();
    const threadId = await bench.thread();
    const { run_id } = await bench.create(threadId, "conversation", waiting(gate.folder));
    await bench.status(threadId, run_id, "running");
    const stopped = bench.server.stop();
    await gate.open();
    expect(await stopped).toBe(0);
    await bench.server.start();
    await bench.status(threadId, run_id, "success");
    const state = await bench.ask("GET", `/threads/${threadId}/state`);
    expect(state.values.messages.map(({ content }: { content: string }) => content)).toEqual(["foo", "begin", "end"]);
  });

  test("#188 what JSON has no words for, and messages, come back as what they were after a restart", async () => {
    const [threadId, agents] = [await bench.thread(), await bench.thread()];
    await bench.wait(threadId, "keeping", { input: {} });
    await bench.wait(agents, "agent", { input: { messages: [HUMAN] } });
    await bench.server.restart();
    const { kinds } = await bench.wait(threadId, "keeping", { input: {} });
    expect(kinds).toEqual(["Uint8Array", "1,2,255", "Set"]);
    const { messages } = await bench.wait(agents, "agent", { input: { messages: [{ ...HUMAN, id: "second" }] } });
    expect(messages.map(({ type }: { type: string }) => type)).toEqual([
      "human",
      "ai",
      "tool",
      "ai",
      "human",
      "ai",
      "tool",
      "ai",
    ]);
  });
});
