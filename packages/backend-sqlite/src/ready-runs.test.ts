import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CheckpointTables } from "./checkpoint-tables.ts";
import { Connection } from "./connection.ts";
import type { Transaction } from "./group-commit.ts";
import { Leases } from "./leases.ts";
import type { QueueTables } from "./queue-tables.ts";
import { ReadyCount } from "./ready-count.ts";
import { nextDueAt, promoteNext, TAKE_NEXT_RUN, takeNextRun } from "./ready-runs.ts";
import { sweepRuns } from "./sweep-runs.ts";

describe("ready runs", () => {
  let connection: Connection;
  beforeEach(() => {
    connection = Connection.open({ file: ":memory:" });
  });
  afterEach(() => connection.close());

  function tables(transaction: Transaction): QueueTables {
    return {
      database: connection.database,
      checkpoints: new CheckpointTables(connection),
      leases: new Leases(),
      ready: new ReadyCount(),
      transaction,
      now: new Date(),
    };
  }

  /** Many runs, a million of which would cost the same: finished ones, and ones that wait on one busy thread. */
  function fill(count: number, status: "success" | "pending"): void {
    const columns = `run_id, thread_id, thread_seq, assistant_id, graph_id, status, is_active, is_ready, is_temporary,
      is_resumable, created_at, updated_at, attempt, multitask_strategy, metadata, kwargs`;
    connection.database.run(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO runs (${columns})
       SELECT ?2 || i, 't', 1, 'a', 'g', ?2, ?2 = 'pending', 0, 0, 0, '', '', 0, 'enqueue', '{}', '{}' FROM n`,
      [count, status],
    );
  }

  function plan(sql: string): string[] {
    return connection.database
      .all<[number, number, number, string]>(`EXPLAIN QUERY PLAN ${sql.replaceAll("?1", "1").replaceAll("?", "1")}`)
      .map(([, , , detail]) => detail);
  }

  test("are found by an index that holds only them", () => {
    expect(plan(TAKE_NEXT_RUN).join()).toContain("USING COVERING INDEX runs_ready");
    expect(plan(TAKE_NEXT_RUN).join()).not.toMatch(/SCAN runs(?! USING)/);
  });

  test("are taken as fast among many finished and waiting runs as among none", async () => {
    const { database } = connection;
    fill(100_000, "success");
    fill(50_000, "pending");
    const begin = performance.now();
    for (let i = 0; i < 200; i++) {
      await connection.write("process", (transaction) => {
        const queue = tables(transaction);
        expect(takeNextRun(queue, { leaseMs: 1000 })).toBeUndefined();
        expect(nextDueAt(database)).toBeUndefined();
        promoteNext(queue, 1);
        expect(sweepRuns(queue, 3)).toEqual([]);
        expect(takeNextRun(queue, { leaseMs: 1000 })?.runId).toBe(`pending${i + 1}`);
        database.run("DELETE FROM runs WHERE run_id = ?", [`pending${i + 1}`]);
      });
    }
    // A scan of the table would take seconds.
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});
