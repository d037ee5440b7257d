import { JsonPlusSerializer } from "@heddle/checkpoint";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeOnPostgres, type TestSchema } from "../testing/test-schema.ts";
import { CheckpointTables } from "./checkpoint-tables.ts";
import { PostgresCheckpointer } from "./checkpointer.ts";
import type { Database } from "./database.ts";
import { openDatabase } from "./open-database.ts";

const METADATA = { source: "loop", step: 0, parents: {} } as const;

await describeOnPostgres("checkpoint storage", (postgres: TestSchema) => {
  let database: Database;

  beforeEach(async () => {
    database = await openDatabase({ url: postgres.url, schema: postgres.schema });
    await postgres.empty();
  });
  afterEach(() => database.close());

  /** As in a process that has just started: nothing is kept in memory. */
  function newProcess(): PostgresCheckpointer {
    const tables = new CheckpointTables(database, false);
    return new PostgresCheckpointer({ database, tables, serializer: new JsonPlusSerializer() });
  }

  /** Stores step n of a chat, which has n messages; the step before it is its parent unless told. */
  async function put(checkpointer: PostgresCheckpointer, threadId: string, n: number, step: Partial<Step> = {}) {
    const { id = stepId(n), parentId = n === 1 ? undefined : stepId(n - 1), last = "message", ns = "" } = step;
    const messages = [...messagesOf(n - 1), { type: "human", content: `${last} ${n} `.repeat(20) }];
    const parent = parentId === undefined ? {} : { checkpoint_id: parentId };
    await checkpointer.put(
      { configurable: { thread_id: threadId, checkpoint_ns: ns, ...parent } },
      {
        v: 4,
        id,
        ts: "",
        channel_values: { messages, next: null },
        channel_versions: { messages: n, next: n },
        versions_seen: {},
      },
      { ...METADATA, run_id: `run-${n}` },
      { messages: n, next: n },
    );
    return messages;
  }

  async function chat(checkpointer: PostgresCheckpointer, threadId: string, from: number, to: number) {
    for (let n = from; n <= to; n++) await put(checkpointer, threadId, n);
    return messagesOf(to);
  }

  async function storedBytes(): Promise<number> {
    const { bytes } = await database.queryOne<{ bytes: number }>(
      `SELECT (SELECT coalesce(sum(length(text)), 0) FROM heddle.channel_values)
         + (SELECT coalesce(sum(length(head) + length(metadata) + length(channel_values)), 0) FROM heddle.checkpoints) AS bytes`,
    );
    return bytes;
  }

  async function read(checkpointer: PostgresCheckpointer, threadId: string, id?: string): Promise<unknown> {
    const named = id === undefined ? {} : { checkpoint_id: id };
    const tuple = await checkpointer.getTuple({ configurable: { thread_id: threadId, ...named } });
    return tuple?.checkpoint.channel_values.messages;
  }

  test("checkpoints that are put at once are one statement, though those of a subgraph stand between them", async () => {
    const process = newProcess();
    await put(process, "thread", 1);
    await Promise.all([
      put(process, "thread", 2),
      put(process, "thread", 1, { ns: "sub" }),
      put(process, "thread", 3),
      put(process, "thread", 2, { ns: "sub" }),
    ]);
    const sql = "SELECT count(DISTINCT xmin::text)::int AS count FROM heddle.checkpoints";
    expect((await database.queryOne<{ count: number }>(sql)).count).toBe(2);
    expect(await read(newProcess(), "thread")).toEqual(messagesOf(3));
  });

  test("what is written before a checkpoint is sent belongs to its row, what comes later has rows of its own", async () => {
    const process = newProcess();
    const write = (n: number, task: string) =>
      process.putWrites({ configurable: { thread_id: "thread", checkpoint_id: stepId(n) } }, [["a", n]], task);
    await Promise.all([put(process, "thread", 1), write(1, "quick"), put(process, "thread", 2), write(2, "quick")]);
    await write(2, "slow");
    const rows = await database.query("SELECT checkpoint_id, task_id FROM heddle.checkpoint_writes");
    expect(rows).toEqual([{ checkpoint_id: stepId(2), task_id: "slow" }]);
    const tuple = await newProcess().getTuple({ configurable: { thread_id: "thread" } });
    expect(tuple?.pendingWrites).toEqual([
      ["quick", "a", 2],
      ["slow", "a", 2],
    ]);
  });

  test("a chat of N messages costs O(N) bytes", async () => {
    const process = newProcess();
    await chat(process, "short", 1, 25);
    const short = await storedBytes();
    const stored = await chat(process, "long", 1, 100);
    expect((await storedBytes()) - short).toBeLessThan(short * 4.5);
    expect(await read(newProcess(), "long")).toEqual(stored);
    expect(await read(newProcess(), "long", stepId(50))).toEqual(messagesOf(50));
  });

  test("a process goes on with a list that another has begun, once it has read it", async () => {
    await chat(newProcess(), "t", 1, 20);
    const before = await storedBytes();
    const other = newProcess();
    await read(other, "t");
    const stored = await chat(other, "t", 21, 22);
    expect((await storedBytes()) - before).toBeLessThan(before / 5);
    expect(await read(newProcess(), "t")).toEqual(stored);
  });

  test("a process that has not read the parent reads it by itself", async () => {
    await chat(newProcess(), "t", 1, 20);
    const before = await storedBytes();
    await chat(newProcess(), "t", 21, 21);
    expect((await storedBytes()) - before).toBeLessThan(before / 5);
    expect(await read(newProcess(), "t")).toEqual(messagesOf(21));
  });

  test("a process that has looked into the history, or forked it, goes on with the list as before", async () => {
    const process = newProcess();
    await chat(process, "t", 1, 20);
    const before = await storedBytes();
    expect(await read(process, "t", stepId(5))).toEqual(messagesOf(5));
    const fork = await put(process, "t", 6, { id: "6-fork", parentId: stepId(5), last: "fork" });
    const stored = await chat(process, "t", 21, 22);
    expect((await storedBytes()) - before).toBeLessThan(before / 2);
    expect(await Promise.all([read(process, "t", "6-fork"), read(process, "t", stepId(22))])).toEqual([fork, stored]);
  });

  test("two processes that append to the same list at once keep a version each", async () => {
    const [a, b] = [newProcess(), newProcess()];
    await chat(a, "t", 1, 5);
    await read(b, "t");
    const stored = await Promise.all([
      put(a, "t", 6, { id: "6-a", last: "by a" }),
      put(b, "t", 6, { id: "6-b", last: "by b" }),
    ]);
    expect(await Promise.all([read(a, "t", "6-a"), read(a, "t", "6-b")])).toEqual(stored);
    expect(await Promise.all([read(b, "t", "6-a"), read(newProcess(), "t", "6-b")])).toEqual(stored);
  });

  test("what another process has removed is not built upon", async () => {
    const [a, b] = [newProcess(), newProcess()];
    await chat(a, "t", 1, 6);
    await database.query("SELECT heddle.delete_checkpoints_of_run($1, $2)", ["t", "run-6"]);
    await read(b, "t");
    await put(b, "t", 6, { last: "anew" });
    // Process a still remembers its own sixth step.
    const stored = await put(a, "t", 7, { parentId: stepId(6) });
    expect(await read(newProcess(), "t")).toEqual(stored);
    await database.query("SELECT heddle.delete_checkpoint_thread($1)", ["t"]);
    const alone = await put(a, "t", 8);
    expect(await read(newProcess(), "t")).toEqual(alone);
  });

  test("removing the checkpoints of a run leaves the values that others have, and no more", async () => {
    const process = newProcess();
    await chat(process, "t", 1, 10);
    const before = await storedBytes();
    await chat(process, "t", 11, 11);
    await database.query("SELECT heddle.delete_checkpoints_of_run($1, $2)", ["t", "run-11"]);
    expect(await storedBytes()).toBe(before);
    expect(await read(newProcess(), "t")).toEqual(messagesOf(10));
  });

  test("copies share values until the last of them is deleted", async () => {
    const process = newProcess();
    const stored = await chat(process, "t", 1, 5);
    await database.query("SELECT heddle.copy_checkpoint_thread($1, $2)", ["t", "copy"]);
    const pieces = async () =>
      (await database.queryOne<{ n: number }>("SELECT count(*) AS n FROM heddle.channel_values")).n;
    const shared = await pieces();
    await process.deleteThread("t");
    expect(await pieces()).toBe(shared);
    expect(await read(newProcess(), "copy")).toEqual(stored);
    await process.deleteThread("copy");
    expect(await pieces()).toBe(0);
  });

  test("puts that are not waited for are stored one after the other", async () => {
    const process = newProcess();
    await Promise.all(Array.from({ length: 10 }, (_, i) => put(process, "t", i + 1)));
    expect(await read(newProcess(), "t")).toEqual(messagesOf(10));
  });
});

interface Step {
  id: string;
  parentId: string;
  last: string;
  ns: string;
}

function stepId(n: number): string {
  return String(n).padStart(8, "0");
}

function messagesOf(count: number): unknown[] {
  return Array.from({ length: count }, (_, i) => ({ type: "human", content: `message ${i + 1} `.repeat(20) }));
}
