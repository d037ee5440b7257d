import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newRun } from "@heddle/conformance";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Database } from "./database.ts";
import { MIGRATIONS, migrate } from "./migrations.ts";
import { openSqliteBackend } from "./open-sqlite-backend.ts";
import { readTables } from "./read-tables.ts";

const { signal } = new AbortController();

describe("a file that a dead process left", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "heddle-"));
    file = join(folder, "heddle.db");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("is read with its running runs as pending, and ready", async () => {
    const backend = await openSqliteBackend({ file });
    await backend.queue.offer(newRun());
    await backend.queue.lease({ workerId: "w", leaseMs: 1000, signal });
    const left = join(folder, "left.db");
    for (const suffix of ["", "-wal"]) cpSync(file + suffix, left + suffix);
    await backend.close();
    const runs: Record<string, unknown>[] = [];
    for await (const { table, columns, rows } of readTables({ file: left })) {
      if (table !== "runs") continue;
      runs.push(...rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))));
    }
    expect(runs).toMatchObject([{ status: "pending", is_ready: 1, attempt: 1 }]);
  });

  test("by a version that kept leases in the file is taken up as well", async () => {
    const database = new Database(file);
    migrate(database, file, MIGRATIONS.slice(0, 4));
    database.run(
      `INSERT INTO runs (run_id, thread_id, thread_seq, assistant_id, graph_id, status, is_active, is_ready, is_temporary,
         is_resumable, created_at, updated_at, attempt, worker_id, lease_until, multitask_strategy, metadata, kwargs)
       VALUES ('r', 't', 1, 'a', 'g', 'running', 1, 0, 0, 0, '', '', 1, 'w', 9e15, 'enqueue', '{}', '{}')`,
    );
    database.close();
    const backend = await openSqliteBackend({ file });
    const lease = await backend.queue.lease({ workerId: "w", leaseMs: 1000, signal });
    expect(lease).toMatchObject({ attempt: 2, run: { runId: "r" } });
    await backend.close();
  });
});
