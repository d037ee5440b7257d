import type { Backend, Lease } from "@heddle/backend";
import { openSqliteBackend } from "@heddle/backend-sqlite";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newRun } from "../../testing/new-run.ts";
import { newTools } from "../../testing/new-tools.ts";
import { EventWriter } from "../events/publish.ts";
import type { LoadedGraph } from "../graphs/load-graph.ts";
import type { RunnableGraph } from "../graphs/runnable-graph.ts";
import { WorkerPool } from "./worker-pool.ts";

let backend: Backend;
let begun: string[];
let pool: WorkerPool;
/** Settlements that the disk has not done yet. */
let held: (() => void)[];

/** A disk that takes its time until it is told to work. */
function holdSettlements(): void {
  const settle = backend.queue.settle.bind(backend.queue);
  backend.queue.settle = async (lease, settlement) => {
    await new Promise<void>((resolve) => held.push(resolve));
    return settle(lease, settlement);
  };
}

function graphThatNotes(): LoadedGraph {
  const stream: RunnableGraph["stream"] = async (_input, { runId = "" }) => {
    begun.push(runId);
    return (async function* () {})();
  };
  const graph = { stream } as RunnableGraph;
  const modules = { engine: undefined, engineName: undefined, messageClasses: {}, load: async () => undefined };
  return { graphId: "g", file: "", exportName: "", description: undefined, modules, graph, resolve: async () => graph };
}

beforeEach(async () => {
  backend = await openSqliteBackend({ file: ":memory:" });
  begun = [];
  held = [];
  const graph = graphThatNotes();
  const graphs = { ids: () => ["g"], assistantId: (id: string) => id, failures: () => [], get: () => graph };
  const tools = newTools(backend, { graphs });
  const checkpointerOf = (_graph: LoadedGraph, lease: Lease) =>
    backend.checkpointer({ stringify: JSON.stringify, parse: JSON.parse }, lease);
  pool = new WorkerPool({
    ...tools,
    checkpointerOf,
    events: new EventWriter(backend.events, tools.live, tools.logger),
    concurrency: 1,
    maxAttempts: 3,
    leaseMs: 60_000,
    drainMs: 1000,
    runTimeoutMs: undefined,
    feedbackLinks: undefined,
  });
  holdSettlements();
  await pool.start();
});

afterEach(async () => {
  for (const go of held.splice(0)) go();
  await pool.stop();
  await backend.close();
});

async function offer(count: number): Promise<string[]> {
  const runs = Array.from({ length: count }, () => newRun());
  for (const run of runs) await backend.queue.offer(run);
  return runs.map(({ runId }) => runId);
}

test("the next run begins while the disk still works on the former; beyond as many as run at once, none does", async () => {
  const runIds = await offer(3);
  await vi.waitFor(() => expect(held).toHaveLength(2));
  expect(begun).toEqual(runIds.slice(0, 2));
  for (const go of held.splice(0)) go();
  await vi.waitFor(() => expect(begun).toEqual(runIds));
});

test("stopping waits for the settlements that are under way", async () => {
  const [runId = ""] = await offer(1);
  await vi.waitFor(() => expect(held).toHaveLength(1));
  const stopped = pool.stop();
  held.shift()?.();
  await stopped;
  expect(await backend.runs.get(runId)).toMatchObject({ status: "success" });
});
