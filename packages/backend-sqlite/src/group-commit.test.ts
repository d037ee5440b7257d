import { DatabaseUnavailableError } from "@heddle/backend";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Database } from "./database.ts";
import { GroupCommit } from "./group-commit.ts";

describe("GroupCommit", () => {
  let database: Database;
  let commits: GroupCommit;

  beforeEach(() => {
    database = new Database(":memory:");
    database.exec("CREATE TABLE t (x INTEGER PRIMARY KEY)");
    commits = new GroupCommit(database, undefined);
  });
  afterEach(() => database.close());

  function insert(x: number): Promise<number> {
    return commits.write("disk", () => database.run("INSERT INTO t VALUES (?)", [x]));
  }

  function rows(): number[] {
    return database.all<[number]>("SELECT x FROM t ORDER BY x").map(([x]) => x);
  }

  test("shares one transaction among the writes of a turn and resolves them after its commit", async () => {
    let isCommitted = false;
    const writes = Promise.all([insert(1), insert(2)]).then(() => {
      isCommitted = !database.isInTransaction;
    });
    expect(database.isInTransaction).toBe(true);
    await writes;
    expect(isCommitted).toBe(true);
    expect(rows()).toEqual([1, 2]);
  });

  test("who waits for the commit writes in its transaction, and fails it when he fails", async () => {
    let next = 10;
    commits.onCommit(() => {
      database.run("INSERT INTO t VALUES (?)", [next++]);
    });
    await insert(1);
    expect(rows()).toEqual([1, 10]);
    next = 1;
    await expect(insert(2)).rejects.toThrow("Nothing was written");
    expect(rows()).toEqual([1, 10]);
  });

  test("a write that throws takes back its own work only", async () => {
    const undone: string[] = [];
    const first = insert(1);
    const failing = commits.write("disk", (transaction) => {
      transaction.undo(() => undone.push("second"));
      transaction.undo(() => undone.push("first"));
      transaction.after("process", () => undone.push("never"));
      database.run("INSERT INTO t VALUES (5)");
      database.run("INSERT INTO t VALUES (1)");
    });
    const outcomes = await Promise.allSettled([first, failing, insert(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(undone).toEqual(["first", "second"]);
    expect(rows()).toEqual([1, 2]);
  });

  test("a query that fills the disk fails what the transaction held, and the next one begins anew", async () => {
    database.exec("CREATE TABLE big (text TEXT)");
    const pages = database.get<[number]>("PRAGMA page_count")?.[0] ?? 0;
    database.exec(`PRAGMA max_page_count = ${pages + 1}`);
    const first = insert(1);
    const query = commits.read(() => database.run("INSERT INTO big VALUES (?)", ["x".repeat(100_000)]));
    const outcomes = await Promise.allSettled([first, query, insert(2)]);
    expect(outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason : outcome.status))).toEqual([
      expect.any(DatabaseUnavailableError),
      expect.any(DatabaseUnavailableError),
      "fulfilled",
    ]);
    expect(rows()).toEqual([2]);
  });

  test("a full disk is told as such, takes back the write, and leaves room for smaller ones", async () => {
    database.exec("CREATE TABLE big (text TEXT)");
    const pages = database.get<[number]>("PRAGMA page_count")?.[0] ?? 0;
    database.exec(`PRAGMA max_page_count = ${pages + 1}`);
    const fill = () => database.run("INSERT INTO big VALUES (?)", ["x".repeat(100_000)]);
    const outcomes = await Promise.allSettled([insert(1), commits.write("disk", fill)]);
    expect(outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason : outcome.status))).toEqual([
      expect.any(DatabaseUnavailableError),
      expect.any(DatabaseUnavailableError),
    ]);
    expect(String((outcomes[1] as PromiseRejectedResult).reason)).toContain(
      "Nothing was written: database or disk is full",
    );
    expect(rows()).toEqual([]);
    await insert(2);
    expect(rows()).toEqual([2]);
  });

  test("a database that may only be read says so, and is read", async () => {
    await insert(1);
    database.exec("PRAGMA query_only = ON");
    await expect(insert(2)).rejects.toThrow(DatabaseUnavailableError);
    expect(rows()).toEqual([1]);
    database.exec("PRAGMA query_only = OFF");
    await insert(3);
    expect(rows()).toEqual([1, 3]);
  });

  test("the writes beside one that throws keep their results and their callbacks", async () => {
    const calls: string[] = [];
    const first = commits.write("disk", (transaction) => {
      transaction.after("process", () => calls.push("first"));
      transaction.undo(() => calls.push("first undone"));
      database.run("INSERT INTO t VALUES (1)");
      return database.get<[number]>("SELECT count(*) FROM t")?.[0];
    });
    const failing = commits.write("disk", () => {
      database.run("INSERT INTO t VALUES (2)");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await first).toBe(1);
    expect(calls).toEqual(["first undone", "first"]);
    expect(rows()).toEqual([1]);
  });

  test("a change that throws before it wrote anything costs the others nothing", async () => {
    const calls: string[] = [];
    const first = commits.write("disk", (transaction) => {
      calls.push("made");
      transaction.after("disk", () => calls.push("durable"));
      database.run("INSERT INTO t VALUES (1)");
    });
    const failing = commits.write("disk", () => {
      database.get("SELECT x FROM t");
      throw new Error("no");
    });
    await Promise.allSettled([first, failing]);
    expect(calls).toEqual(["made", "durable"]);
  });

  test("while many write at once, their transactions span several turns", async () => {
    await Promise.all(Array.from({ length: 10 }, (_, index) => insert(index)));
    const early = insert(100);
    await new Promise((resolve) => setImmediate(resolve));
    const late = insert(101);
    expect(database.isInTransaction).toBe(true);
    let isEarlyDone = false;
    void early.then(() => {
      isEarlyDone = true;
    });
    await late;
    expect(isEarlyDone).toBe(true);
    expect(rows()).toHaveLength(12);
  });

  test("calls back in order of durability, before the promise resolves", async () => {
    const calls: string[] = [];
    await commits.write("disk", (transaction) => {
      transaction.after("disk", () => calls.push("disk"));
      transaction.after("process", () => calls.push("process"));
    });
    expect(calls).toEqual(["process", "disk"]);
  });

  test("rejects all writes of a transaction that cannot be committed, and stays usable", async () => {
    database.exec("CREATE TABLE parent (x INTEGER PRIMARY KEY)");
    database.exec("CREATE TABLE child (x INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)");
    database.exec("PRAGMA foreign_keys = ON");
    const undone: number[] = [];
    const orphan = commits.write("process", (transaction) => {
      transaction.undo(() => undone.push(1));
      database.run("INSERT INTO child VALUES (7)");
    });
    const outcomes = await Promise.allSettled([insert(1), orphan, commits.write("process", () => {})]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    await expect(orphan).rejects.toThrow(/Nothing was written: .*FOREIGN KEY/);
    expect(undone).toEqual([1]);
    await insert(2);
    expect(rows()).toEqual([2]);
  });

  test("rejects with a clear error when the database is full, and goes on when there is room again", async () => {
    database.exec("CREATE TABLE big (x TEXT)");
    database.exec("PRAGMA max_page_count = 40");
    const fill = (size: number) =>
      commits.write("disk", () => database.run("INSERT INTO big VALUES (?)", ["x".repeat(size)]));
    const outcomes = await Promise.allSettled([fill(100), fill(1_000_000), fill(100)]);
    expect(outcomes.map(({ status }) => status)).toContain("rejected");
    await expect(fill(1_000_000)).rejects.toThrow("full");
    database.exec("PRAGMA max_page_count = 100000");
    await fill(1_000_000);
    await insert(3);
    expect(rows()).toEqual([3]);
  });

  test("a read resolves only when what it can have seen is committed", async () => {
    const order: string[] = [];
    const write = insert(1).then(() => order.push("write"));
    const read = commits.read(rows).then((seen) => order.push(`read ${seen}`));
    expect(order).toEqual([]);
    await Promise.all([write, read]);
    expect(order.sort()).toEqual(["read 1", "write"]);
    expect(await commits.read(rows)).toEqual([1]);
  });

  test("a read that saw what was then undone is made again", async () => {
    database.exec("CREATE TABLE parent (x INTEGER PRIMARY KEY)");
    database.exec("CREATE TABLE child (x INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)");
    database.exec("PRAGMA foreign_keys = ON");
    const orphan = commits.write("process", () => database.run("INSERT INTO child VALUES (7)"));
    const read = commits.read(() => database.all("SELECT x FROM child"));
    await expect(orphan).rejects.toThrow();
    expect(await read).toEqual([]);
  });

  test("closing commits what is open and refuses what comes later", async () => {
    const write = insert(1);
    await commits.close();
    await write;
    expect(rows()).toEqual([1]);
    await expect(insert(2)).rejects.toThrow("closed");
    await expect(commits.read(rows)).rejects.toThrow("closed");
  });
});
