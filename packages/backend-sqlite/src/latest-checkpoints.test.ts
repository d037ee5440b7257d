import { JsonPlusSerializer } from "@heddle/checkpoint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CheckpointTables } from "./checkpoint-tables.ts";
import { SqliteCheckpointer } from "./checkpointer.ts";
import { Connection } from "./connection.ts";

const THREAD = { configurable: { thread_id: "t", checkpoint_ns: "" } };

describe("the latest checkpoints in memory", () => {
  let connection: Connection;
  let tables: CheckpointTables;
  let checkpointer: SqliteCheckpointer;

  beforeEach(() => {
    connection = Connection.open({ file: ":memory:" });
    tables = new CheckpointTables(connection);
    checkpointer = open(tables);
  });
  afterEach(() => connection.close());

  function open(over: CheckpointTables): SqliteCheckpointer {
    return new SqliteCheckpointer({
      connection,
      tables: over,
      serializer: new JsonPlusSerializer(),
      durability: "process",
    });
  }

  const at = (id: number) => ({ configurable: { ...THREAD.configurable, checkpoint_id: toId(id) } });
  const toId = (id: number) => String(id).padStart(4, "0");

  function put(id: number, parent = id - 1): Promise<unknown> {
    const checkpoint = {
      v: 4,
      id: toId(id),
      ts: "",
      channel_values: { n: id, long: "x".repeat(300) },
      channel_versions: { n: id, long: 1 },
      versions_seen: {},
    };
    const metadata = { source: "loop", step: id, parents: {}, run_id: `run-${id}` } as const;
    return checkpointer.put(at(parent), checkpoint, metadata, { n: id });
  }

  function putWrites(id: number): Promise<void> {
    return checkpointer.putWrites(at(id), [["n", id]], `task-${id}`);
  }

  /** What the file says. */
  function inFile(): Promise<unknown> {
    return open(new CheckpointTables(connection)).getTuple(THREAD);
  }

  async function statements(act: () => Promise<unknown>): Promise<number> {
    const { database } = connection;
    const { get } = database;
    let count = 0;
    database.get = (...args) => {
      count++;
      return get.apply(database, args) as never;
    };
    await act();
    database.get = get;
    return count;
  }

  test("one that follows the latest is known, until something is written on top of it", async () => {
    await put(1);
    const read = () => checkpointer.getTuple(THREAD);
    expect(await statements(read)).toBe(1);
    expect(await statements(read)).toBe(0);
    await put(2);
    expect(await statements(read)).toBe(0);
    expect(await read()).toEqual(await inFile());
    await putWrites(2);
    expect(await statements(read)).toBe(1);
    expect((await read())?.pendingWrites).toEqual([["task-2", "n", 2]]);
  });

  test("writes that come before their checkpoint are read with it", async () => {
    await put(1);
    await checkpointer.getTuple(THREAD);
    await putWrites(2);
    await put(2);
    expect((await checkpointer.getTuple(THREAD))?.pendingWrites).toEqual([["task-2", "n", 2]]);
  });

  test("what is read is what the file says, through any history", async () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    let last = 1;
    const acts: (() => Promise<unknown>)[] = [
      () => put(++last),
      () => put(++last),
      () => {
        last += 2;
        return put(last, last - 2);
      },
      () => put(last - random(3), last - 4),
      () => putWrites(last),
      () => putWrites(last + 1),
      () => connection.write("process", () => tables.deleteRun("t", `run-${last - random(2)}`)),
      () => checkpointer.prune(["t"]),
      () => checkpointer.deleteThread("t"),
    ];
    for (let i = 0; i < 600; i++) {
      await acts[random(random(4) === 0 ? acts.length : 6)]?.();
      if (random(2) === 0) expect(await checkpointer.getTuple(THREAD)).toEqual(await inFile());
    }
  });
});
