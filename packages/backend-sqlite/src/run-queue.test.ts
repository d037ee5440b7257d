import { type Lease, LeaseLostError, RunListeners, type Settlement } from "@heddle/backend";
import { newRun } from "@heddle/conformance";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CheckpointTables } from "./checkpoint-tables.ts";
import { Connection } from "./connection.ts";
import { Leases } from "./leases.ts";
import { SqliteRunQueue } from "./run-queue.ts";

const SUCCESS: Settlement = { status: "success", threadStatus: "idle" };

/** What is in memory beside the file follows the file, whatever becomes of a transaction. */
describe("the queue, its leases in memory", () => {
  let connection: Connection;
  let leases: Leases;
  let queue: SqliteRunQueue;

  beforeEach(async () => {
    connection = Connection.open({ file: ":memory:" });
    leases = new Leases();
    const checkpoints = new CheckpointTables(connection);
    queue = new SqliteRunQueue({ connection, checkpoints, leases, listeners: new RunListeners() });
    await queue.recover();
  });
  afterEach(async () => {
    queue.close();
    await connection.close();
  });

  async function lease(): Promise<Lease> {
    const given = await queue.lease({ workerId: "w", leaseMs: 1000, signal: new AbortController().signal });
    if (given === undefined) throw new Error("The queue was closed.");
    return given;
  }

  async function running(): Promise<Lease> {
    const waiting = lease();
    await queue.offer(newRun({ threadId: "t" }));
    return waiting;
  }

  /** Spoils the transaction that is open: it cannot be committed. */
  function spoil(): Promise<unknown> {
    const { database } = connection;
    return connection.write("process", () => {
      database.exec("PRAGMA defer_foreign_keys = ON");
      database.run("INSERT INTO thread_states (seq, interrupts) VALUES (999, '{}')");
    });
  }

  /** Writes, then throws: the others of its transaction are made once more. */
  function fail(): Promise<unknown> {
    return connection.write("process", () => {
      connection.database.run("DELETE FROM threads WHERE seq = 999");
      throw new Error("no");
    });
  }

  test("a lease stands when its settlement could not be committed, and ends with the next", async () => {
    const held = await running();
    const outcomes = await Promise.allSettled([queue.settle(held, SUCCESS), spoil()]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await queue.renew(held, 1000)).toEqual({ status: "held" });
    expect(await queue.settle(held, SUCCESS)).toBe(true);
    expect(await queue.renew(held, 1000)).toEqual({ status: "lost" });
    expect(() => leases.assertHeld(held)).toThrow(LeaseLostError);
  });

  test("a run whose handing over could not be committed is handed over by the next change", async () => {
    const held = await running();
    const next = newRun({ threadId: "t" });
    await queue.offer(next);
    const waiting = lease();
    await Promise.allSettled([queue.settle(held, SUCCESS), spoil()]);
    expect(await queue.settle(held, SUCCESS)).toBe(true);
    const given = await waiting;
    expect(given.run.runId).toBe(next.runId);
    expect(leases.find(given)).toBeDefined();
  });

  test("a run that was ready before its taking was undone is found by the worker who comes next", async () => {
    const { runId } = newRun();
    await queue.offer(newRun({ runId }));
    const waiting = lease();
    await expect(spoil()).rejects.toThrow();
    await expect(waiting).rejects.toThrow("Nothing was written");
    expect((await lease()).run.runId).toBe(runId);
  });

  test("a run that is handed over in a transaction made once more has one worker", async () => {
    const held = await running();
    const next = newRun({ threadId: "t" });
    await queue.offer(next);
    const [first, second] = [lease(), lease()];
    const outcomes = await Promise.allSettled([queue.settle(held, SUCCESS), fail()]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect((await first).run.runId).toBe(next.runId);
    const other = newRun();
    await queue.offer(other);
    expect((await second).run.runId).toBe(other.runId);
  });

  test("a cancellation that could not be committed asks nobody to stop", async () => {
    const held = await running();
    await Promise.allSettled([queue.cancel([held.run.runId], "rollback"), spoil()]);
    expect(await queue.renew(held, 1000)).toEqual({ status: "held" });
    await queue.cancel([held.run.runId], "interrupt");
    await queue.cancel([held.run.runId], "rollback");
    expect(await queue.renew(held, 1000)).toEqual({ status: "cancel", action: "interrupt" });
  });
});
