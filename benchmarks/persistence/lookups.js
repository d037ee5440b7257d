import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgresBackend } from "../../packages/backend-postgres/dist/index.js";
import { openSqliteBackend } from "../../packages/backend-sqlite/dist/index.js";
import { quantile } from "../server/load.js";
import { ownDatabase } from "./database.js";

// Finding a thread by its metadata among 300,000, and leasing a run beside 1,000,000 that have ended. Prints medians.

const THREADS = Number(process.env.THREADS ?? 300_000);
const RUNS = Number(process.env.RUNS ?? 1_000_000);
const TIMES = 200;
const TIME = "strftime('%Y-%m-%dT%H:%M:%SZ', 1767225600 + i, 'unixepoch')";
const require = createRequire(new URL("../../packages/backend-sqlite/package.json", import.meta.url));

await onSqlite();
await onPostgres();

async function onSqlite() {
  const folder = mkdtempSync(join(tmpdir(), "heddle-bench-"));
  const file = join(folder, "heddle.db");
  await (await openSqliteBackend({ file })).close();
  const Libsql = require("libsql");
  const database = new Libsql(file);
  database.exec("PRAGMA synchronous = OFF");
  database.exec("BEGIN");
  database.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${THREADS})
    INSERT INTO threads (thread_id, status, resting_status, created_at, updated_at, state_updated_at, metadata, config)
    SELECT 'thread-' || i, 'idle', 'idle', ${TIME}, ${TIME}, ${TIME}, json_object('owner', 'user-' || (i % 50000), 'graph_id', 'agent'), '{}' FROM n;
    INSERT INTO thread_metadata SELECT f.key, json_quote(f.value), t.seq FROM threads t, json_each(t.metadata) f ORDER BY 1, 2, 3;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${RUNS})
    INSERT INTO runs (run_id, thread_id, thread_seq, assistant_id, graph_id, status, is_active, is_ready, is_temporary, is_resumable,
      created_at, updated_at, attempt, multitask_strategy, metadata, kwargs)
    SELECT 'run-' || i, 'thread-' || (i % ${THREADS} + 1), i % ${THREADS} + 1, 'a', 'agent', 'success', 0, 0, 0, 0, ${TIME}, ${TIME}, 1,
      'enqueue', '{}', '{}' FROM n;`);
  database.exec("COMMIT");
  database.close();
  const backend = await openSqliteBackend({ file });
  await measure("SQLite", backend);
  await backend.close();
  rmSync(folder, { recursive: true, force: true });
}

async function onPostgres() {
  const database = await ownDatabase();
  await (await openPostgresBackend({ url: database.url })).close();
  await database.query(
    `INSERT INTO heddle.threads (thread_id, status, resting_status, created_at, updated_at, state_updated_at, metadata, config)
     SELECT 'thread-' || i, 'idle', 'idle', t, t, t, jsonb_build_object('owner', 'user-' || (i % 50000), 'graph_id', 'agent'), '{}'
     FROM (SELECT i, to_char(timestamp '2026-01-01' + i * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS t
           FROM generate_series(1, ${THREADS}) i) n`,
  );
  await database.query(
    `INSERT INTO heddle.runs (run_id, thread_id, thread_seq, assistant_id, graph_id, status, is_active, is_ready, is_temporary,
       is_resumable, created_at, updated_at, attempt, multitask_strategy, given)
     SELECT 'run-' || i, 'thread-' || (i % ${THREADS} + 1), i % ${THREADS} + 1, 'a', 'agent', 'success', false, false, false, false,
       '2026-01-01', '2026-01-01', 1, 'enqueue', '{}' FROM generate_series(1, ${RUNS}) i`,
  );
  await database.query("VACUUM ANALYZE");
  const backend = await openPostgresBackend({ url: database.url });
  await measure("PostgreSQL", backend);
  await backend.close();
  await database.drop();
}

async function measure(name, backend) {
  const search = await median(async (n) => {
    const metadata = { owner: `user-${(n * 97) % 50_000}` };
    const page = { limit: 10, offset: 0, sortBy: "updated_at", sortOrder: "desc" };
    const { items } = await backend.threads.search({ metadata, ...page });
    if (items.length === 0) throw new Error("Nothing was found.");
  });
  const { signal } = new AbortController();
  let offered = 0;
  const run = () => ({
    runId: `new-${name}-${offered++}`,
    threadId: `new-thread-${offered}`,
    assistantId: "a",
    graphId: "agent",
    createdAt: new Date().toISOString(),
    kwargs: {
      input: {},
      context: {},
      stream_mode: [],
      subgraphs: false,
      resumable: false,
      is_streamed: false,
      temporary: false,
    },
    multitaskStrategy: "enqueue",
    assistantConfig: {},
    runConfig: {},
    assistantMetadata: {},
    runMetadata: {},
    thread: "create",
  });
  const lease = await median(
    async (_, started) => {
      const leased = await backend.queue.lease({ workerId: "w", leaseMs: 60_000, signal });
      started.push(leased);
    },
    () => backend.queue.offer(run()),
  );
  console.log(
    `${name}: a thread by its metadata among ${THREADS}: ${search.toFixed(2)} ms; a lease beside ${RUNS} ended runs: ${lease.toFixed(2)} ms (medians)`,
  );
}

async function median(act, prepare = () => {}) {
  const times = [];
  const kept = [];
  for (let n = 0; n < TIMES; n++) {
    await prepare();
    const began = performance.now();
    await act(n, kept);
    times.push(performance.now() - began);
  }
  return quantile(times, 0.5);
}
