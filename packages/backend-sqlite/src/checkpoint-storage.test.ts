import { JsonPlusSerializer } from "@heddle/checkpoint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CheckpointTables } from "./checkpoint-tables.ts";
import { SqliteCheckpointer } from "./checkpointer.ts";
import { Connection } from "./connection.ts";

const METADATA = { source: "loop", step: 0, parents: {} } as const;

describe("checkpoint storage", () => {
  let connection: Connection;
  let tables: CheckpointTables;
  let checkpointer: SqliteCheckpointer;

  beforeEach(() => {
    connection = Connection.open({ file: ":memory:" });
    reopen();
  });
  afterEach(() => connection.close());

  /** As after a restart: nothing is kept in memory. */
  function reopen(): void {
    tables = new CheckpointTables(connection);
    checkpointer = new SqliteCheckpointer({
      connection,
      tables,
      serializer: new JsonPlusSerializer(),
      durability: "process",
    });
  }

  /** Stores a chat of `count` messages, one more with each step; returns what it stored last. */
  async function chat(threadId: string, from: number, to: number): Promise<unknown> {
    for (let n = from; n <= to; n++) {
      const parent = n === 1 ? {} : { checkpoint_id: id(n - 1) };
      await checkpointer.put(
        { configurable: { thread_id: threadId, checkpoint_ns: "", ...parent } },
        {
          v: 4,
          id: id(n),
          ts: "",
          channel_values: { messages: messages(n), next: null },
          channel_versions: { messages: n, next: n },
          versions_seen: {},
        },
        { ...METADATA, run_id: `run-${n}` },
        { messages: n, next: n },
      );
    }
    return messages(to);
  }

  function id(n: number): string {
    return String(n).padStart(8, "0");
  }

  function messages(count: number) {
    return Array.from({ length: count }, (_, i) => ({ type: "human", content: `message ${i} `.repeat(20) }));
  }

  function storedBytes(): number {
    const row = connection.database.get<[number, number]>(
      `SELECT (SELECT coalesce(sum(length(text)), 0) FROM channel_values),
         (SELECT sum(length(head) + length(metadata) + length(channel_values)) FROM checkpoints)`,
    );
    return (row?.[0] ?? 0) + (row?.[1] ?? 0);
  }

  function storedValues(): number {
    return connection.database.get<[number]>("SELECT count(*) FROM channel_values")?.[0] ?? 0;
  }

  async function latest(threadId: string): Promise<unknown> {
    const tuple = await checkpointer.getTuple({ configurable: { thread_id: threadId } });
    return tuple?.checkpoint.channel_values.messages;
  }

  test("a chat of N messages costs O(N) bytes", async () => {
    await chat("short", 1, 50);
    const short = storedBytes();
    const stored = await chat("long", 1, 200);
    expect(storedBytes() - short).toBeLessThan(short * 4.5);
    expect(await latest("long")).toEqual(stored);
  });

  test("what is written while a checkpoint is being put belongs to its row, what comes later has rows of its own", async () => {
    const put = (n: number) => chat("t", n, n);
    const write = (n: number, task: string) =>
      checkpointer.putWrites({ configurable: { thread_id: "t", checkpoint_id: id(n) } }, [["a", n]], task);
    const rows = () => connection.database.all("SELECT checkpoint_id, task_id FROM checkpoint_writes");
    await Promise.all([put(1), write(1, "quick"), put(2), write(2, "quick")]);
    await write(2, "slow");
    expect(rows()).toEqual([[id(2), "slow"]]);
    reopen();
    const tuple = await checkpointer.getTuple({ configurable: { thread_id: "t" } });
    expect(tuple?.pendingWrites).toEqual([
      ["quick", "a", 2],
      ["slow", "a", 2],
    ]);
  });

  test("so does what is written while a checkpoint waits for what comes before it", async () => {
    let begin = () => {};
    const before = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const options = { connection, tables, serializer: new JsonPlusSerializer(), durability: "process" } as const;
    checkpointer = new SqliteCheckpointer({ ...options, beforePut: () => before });
    const putting = chat("t", 1, 1);
    const writing = checkpointer.putWrites(
      { configurable: { thread_id: "t", checkpoint_id: id(1) } },
      [["a", 1]],
      "task",
    );
    begin();
    await Promise.all([putting, writing]);
    expect(connection.database.all("SELECT task_id FROM checkpoint_writes")).toEqual([]);
    const tuple = await checkpointer.getTuple({ configurable: { thread_id: "t" } });
    expect(tuple?.pendingWrites).toEqual([["task", "a", 1]]);
  });

  test("a change that fails takes back the checkpoint it has put, and no other", async () => {
    const put = (threadId: string) => {
      const checkpoint = { v: 4, id: id(1), ts: "", channel_values: {}, channel_versions: {}, versions_seen: {} };
      const entry = { threadId, ns: "", parentId: undefined, runId: undefined, metadata: "{}", newVersions: {} };
      tables.insert({ ...entry, checkpoint }, JSON.stringify);
    };
    const before = connection.write("process", () => put("before"));
    const failing = connection.write("process", () => {
      put("failing");
      throw new Error("broken");
    });
    const after = connection.write("process", () => put("after"));
    await expect(failing).rejects.toThrow("broken");
    await Promise.all([before, after]);
    const threads = ["before", "failing", "after"].map((threadId) => tables.read({ threadId, ns: "" }, undefined));
    expect(threads.map((row) => row?.threadId)).toEqual(["before", undefined, "after"]);
    reopen();
    expect(tables.read({ threadId: "failing", ns: "" }, undefined)).toBeUndefined();
    expect(tables.read({ threadId: "after", ns: "" }, undefined)?.checkpointId).toBe(id(1));
  });

  test("text that cannot be stored is refused at once, and nobody else's checkpoint with it", async () => {
    const scope = { configurable: { thread_id: "t", checkpoint_ns: "a\0b" } };
    const checkpoint = { v: 4, id: id(1), ts: "", channel_values: {}, channel_versions: {}, versions_seen: {} };
    const outcomes = await Promise.allSettled([chat("t", 1, 1), checkpointer.put(scope, checkpoint, METADATA, {})]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await latest("t")).toEqual(messages(1));
  });

  test("a value that did not change is not stored again", async () => {
    const long = "x".repeat(10_000);
    for (let n = 1; n <= 10; n++) {
      const parent = n === 1 ? {} : { checkpoint_id: id(n - 1) };
      const channels = { channel_values: { long, n }, channel_versions: { long: 1, n } };
      const newVersions = n === 1 ? { long: 1, n } : { n };
      const config = { configurable: { thread_id: "t", checkpoint_ns: "", ...parent } };
      await checkpointer.put(
        config,
        { v: 4, id: id(n), ts: "", ...channels, versions_seen: {} },
        METADATA,
        newVersions,
      );
    }
    expect(storedValues()).toBe(1);
    const tuple = await checkpointer.getTuple({ configurable: { thread_id: "t" } });
    expect(tuple?.checkpoint.channel_values).toEqual({ long, n: 10 });
  });

  test("goes on with a list after a restart once it was read", async () => {
    await chat("t", 1, 20);
    const before = storedBytes();
    reopen();
    await latest("t");
    const stored = await chat("t", 21, 22);
    expect(storedBytes() - before).toBeLessThan(before / 5);
    expect(await latest("t")).toEqual(stored);
  });

  test("writes a list whole after a restart when it was not read", async () => {
    await chat("t", 1, 20);
    reopen();
    expect(await chat("t", 21, 22)).toEqual(await latest("t"));
    reopen();
    expect(await latest("t")).toEqual(messages(22));
  });

  test("copies of a thread share its values until the last of them is deleted", async () => {
    await chat("t", 1, 20);
    const stored = storedValues();
    await connection.write("process", () => tables.copyThread("t", "copy"));
    await connection.write("process", () => tables.copyThread("copy", "copy of copy"));
    expect(storedValues()).toBe(stored);
    await checkpointer.deleteThread("t");
    await checkpointer.deleteThread("copy");
    expect(await latest("copy of copy")).toEqual(messages(20));
    // A new thread of an old name is no relative.
    await chat("t", 1, 5);
    await checkpointer.deleteThread("copy of copy");
    expect(await latest("t")).toEqual(messages(5));
    await checkpointer.deleteThread("t");
    expect(storedValues()).toBe(0);
  });

  test("removing a run's checkpoints removes the values that only they had", async () => {
    await chat("t", 1, 10);
    await connection.write("process", () => tables.copyThread("t", "copy"));
    await chat("t", 11, 11);
    const shared = storedBytes();
    await chat("t", 12, 12);
    await connection.write("process", () => tables.deleteRun("t", "run-12"));
    expect(storedBytes()).toBe(shared);
    // The same list may grow another way from there.
    expect(await chat("t", 12, 13)).toEqual(await latest("t"));
    expect(await latest("copy")).toEqual(messages(10));
  });

  test("forgets what it kept in memory when a write is undone", async () => {
    await chat("t", 1, 5);
    const { database } = connection;
    database.exec("CREATE TEMP TRIGGER refuse BEFORE INSERT ON checkpoints BEGIN SELECT raise(ABORT, 'no'); END");
    await expect(chat("t", 6, 6)).rejects.toThrow("no");
    database.exec("DROP TRIGGER refuse");
    expect(await chat("t", 6, 7)).toEqual(await latest("t"));
    reopen();
    expect(await latest("t")).toEqual(messages(7));
  });

  test("reads a checkpoint and its writes in two statements, however many values it has", async () => {
    const channels = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`c${n}`, "x".repeat(500) + n]));
    const config = { configurable: { thread_id: "t", checkpoint_ns: "" } };
    const checkpoint = { v: 4, id: id(1), ts: "", channel_values: channels, channel_versions: {}, versions_seen: {} };
    await checkpointer.put(config, checkpoint, METADATA, {});
    const counted = new CountingDatabase(connection);
    await checkpointer.getTuple(config);
    expect(counted.stop()).toBe(2);
  });
});

/** Counts the statements that a connection executes. */
class CountingDatabase {
  #count = 0;
  readonly #restore: () => void;

  constructor({ database }: Connection) {
    const { get, all } = database;
    database.get = (...args) => {
      this.#count++;
      return get.apply(database, args) as never;
    };
    database.all = (...args) => {
      this.#count++;
      return all.apply(database, args) as never;
    };
    this.#restore = () => {
      database.get = get;
      database.all = all;
    };
  }

  stop(): number {
    this.#restore();
    return this.#count;
  }
}
