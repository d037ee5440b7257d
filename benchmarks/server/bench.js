import { createClient, load, quantile } from "./load.js";
import { startPeer } from "./peers.js";

// Ours and the official in-memory server in turn, on a graph of one node. Prints medians and ratios; asserts nothing.

const ROUNDS = Number(process.env.ROUNDS ?? 2);

/** Runs per case: the official server needs half a second each. */
const SIZES = {
  ours: { single: 300, many: 4000, streams: 200, total: 10_000 },
  official: { single: 10, many: 400, streams: 12, total: 10_000 },
};

const results = { ours: [], official: [] };
for (let round = 0; round < ROUNDS; round++) {
  for (const name of ["ours", "official"]) {
    const result = await measure(name, round === ROUNDS - 1 && process.env.MEMORY !== "0");
    results[name].push(result);
    console.log(`round ${round + 1} ${name}`, format(result));
  }
}
report();

async function measure(name, withMemory) {
  const sizes = SIZES[name];
  const peer = await startPeer(name);
  try {
    const memoryStartMb = peer.memoryMb();
    const one = createClient(peer.port, 1);
    const thread = await one.createThread();
    await load(Math.min(50, sizes.single), 1, () => one.wait(thread));
    const single = await load(sizes.single, 1, async () => one.wait(thread));
    const streams = [];
    await load(sizes.streams, 1, async () => streams.push(await one.stream(thread)));
    const many = createClient(peer.port, 64);
    const threads = [];
    await load(64, 64, async () => threads.push(await many.createThread()));
    // Each of the 64 clients has a thread of its own, and makes one run after the other on it.
    const free = [...threads];
    const act = async () => {
      const thread = free.pop();
      await many.wait(thread);
      free.push(thread);
    };
    await load(Math.min(500, sizes.many), 64, act);
    const throughput = await load(sizes.many, 64, act);
    const result = {
      startMs: peer.startMs,
      waitP50Ms: quantile(single.times, 0.5),
      waitP99Ms: quantile(single.times, 0.99),
      firstEventP50Ms: quantile(
        streams.map(({ firstMs }) => firstMs),
        0.5,
      ),
      runsPerSecond: throughput.perSecond,
      memoryStartMb,
    };
    if (withMemory && name === "ours") {
      const left = sizes.total - sizes.many;
      await load(left, 64, act);
      result.memoryAfterMb = peer.memoryMb();
    }
    one.close();
    many.close();
    return result;
  } finally {
    await peer.stop();
  }
}

function format(result) {
  return Object.fromEntries(Object.entries(result).map(([key, value]) => [key, Math.round(value * 100) / 100]));
}

function report() {
  const median = (name, key) =>
    quantile(
      results[name].map((result) => result[key]).filter((value) => value !== undefined),
      0.5,
    );
  const rows = [
    ["start to first /ok, ms", "startMs", (ours, official) => official / ours, ">= 1, < 1500 ms"],
    ["runs/wait at c=1, p50 ms", "waitP50Ms", (ours, official) => official / ours, ">= 150"],
    ["first event at c=1, p50 ms", "firstEventP50Ms", (ours, official) => official / ours, ">= 15"],
    ["runs/wait at c=64, runs/s", "runsPerSecond", (ours, official) => ours / official, ">= 15"],
    ["memory after start, MB", "memoryStartMb", (ours, official) => official / ours, "<= 150 MB"],
  ];
  console.log("\ncase | ours | official | ratio | target");
  for (const [label, key, ratio, target] of rows) {
    const [ours, official] = [median("ours", key), median("official", key)];
    console.log(
      `${label} | ${ours.toFixed(2)} | ${official.toFixed(2)} | ${ratio(ours, official).toFixed(1)} × | ${target}`,
    );
  }
  const after = median("ours", "memoryAfterMb");
  if (after !== undefined) console.log(`memory after 10,000 runs, MB | ${after.toFixed(0)} | - | - | <= 250 MB`);
}
