import { load, quantile } from "../server/load.js";
import { createClient } from "./client.js";
import { startPeer } from "./peers.js";

// runs/wait on durable storage: ours on SQLite and on PostgreSQL in turn with the official in-memory server. Prints figures and
// ratios; asserts nothing. The same machine bears the client, the server and the database.

const PEERS = ["ours on SQLite", "ours on PostgreSQL", "official"];
const GRAPHS = ["one", "five"];
/** The busiest first, and well warmed up: a server in production runs compiled code, which takes some thousand runs. */
const CONCURRENCIES = [64, 16, 1];
const SCALE = Number(process.env.SCALE ?? 1);

/** The official server needs half a second for a run: fewer of them say as much. */
function sizeOf(peer, concurrency) {
  const runs = peer === "official" ? { 1: 6, 16: 60, 64: 240 } : { 1: 500, 16: 3000, 64: 8000 };
  return Math.max(4, Math.round(runs[concurrency] * SCALE));
}

const results = new Map();
for (const peer of PEERS) {
  const server = await startPeer(peer);
  try {
    for (const graph of GRAPHS) {
      for (const concurrency of CONCURRENCIES) {
        const result = await measure(server, { peer, graph, concurrency });
        results.set(`${peer} ${graph} ${concurrency}`, result);
        console.log(`${peer}, ${graph}-node graph, c=${concurrency}:`, format(result));
      }
    }
  } finally {
    await server.stop();
  }
}
report();

async function measure(server, { peer, graph, concurrency }) {
  const client = createClient(server.port, concurrency);
  const threads = await Promise.all(Array.from({ length: concurrency }, () => client.createThread()));
  const act = async () => {
    const thread = threads.pop();
    await client.wait(thread, graph);
    threads.push(thread);
  };
  const size = sizeOf(peer, concurrency);
  await load(Math.ceil(size / 2), concurrency, act);
  const before = await server.statements();
  const { times, perSecond } = await load(size, concurrency, act);
  const after = await server.statements();
  client.close();
  const statements = before === undefined ? undefined : (after - before) / size;
  return { perSecond, p50: quantile(times, 0.5), p99: quantile(times, 0.99), statements };
}

function format({ perSecond, p50, p99, statements }) {
  const trips = statements === undefined ? "" : `, ${statements.toFixed(1)} statements per run`;
  return `${perSecond.toFixed(0)} runs/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms${trips}`;
}

function report() {
  console.log("\ncase | ours on SQLite | ours on PostgreSQL | official | ratios");
  for (const graph of GRAPHS) {
    for (const concurrency of CONCURRENCIES) {
      const [sqlite, postgres, official] = PEERS.map((peer) => results.get(`${peer} ${graph} ${concurrency}`));
      const ratios = [sqlite, postgres].map(({ perSecond }) => `${(perSecond / official.perSecond).toFixed(1)} ×`);
      const figures = [sqlite, postgres, official].map(({ perSecond }) => perSecond.toFixed(0));
      console.log(`${graph}-node graph, c=${concurrency}, runs/s | ${figures.join(" | ")} | ${ratios.join(", ")}`);
    }
  }
  console.log("targets at c=64: SQLite 20 ×, PostgreSQL 15 ×; p50 at c=1: SQLite 2 ms, PostgreSQL 5 ms");
}
