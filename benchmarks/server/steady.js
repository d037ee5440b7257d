import { Agent, request } from "node:http";
import { createClient, load, quantile } from "./load.js";
import { startPeer } from "./peers.js";

// One process on SQLite under a steady load: open streams of threads, and runs on those threads at a fixed rate. Then whether
// many threads slow a run down. Prints figures; exits with 1 when a request failed, an event was lost, or threads cost too much.

const STREAMS = Number(process.env.STREAMS ?? 500);
const RUNS_PER_SECOND = Number(process.env.RATE ?? 200);
const SECONDS = Number(process.env.SECONDS ?? 60);
const THREADS = Number(process.env.THREADS ?? 10_000);
const REPORT_EVERY_S = 10;
/** A run among many threads may take this much longer than among few. */
const MAX_SLOWDOWN = 1.1;

const peer = await startPeer("ours");
let isFine = true;
try {
  await measureSteadyLoad();
  await measureManyThreads();
} finally {
  await peer.stop();
}
process.exitCode = isFine ? 0 : 1;

async function measureSteadyLoad() {
  const client = createClient(peer.port, 64);
  const threads = [];
  await load(STREAMS, 32, async () => threads.push(await client.createThread()));
  const followed = threads.map((thread) => follow(thread));
  await Promise.all(followed.map(({ opened }) => opened));
  console.log(`${STREAMS} streams are open; memory ${peer.memoryMb().toFixed(0)} MB`);
  const failures = [];
  const times = [];
  const under = new Set();
  const began = performance.now();
  const processorBeganMs = peer.processorMs();
  const total = RUNS_PER_SECOND * SECONDS;
  let nextReport = REPORT_EVERY_S;
  for (let started = 0; started < total; ) {
    const elapsedS = (performance.now() - began) / 1000;
    for (; started < Math.min(total, Math.floor(elapsedS * RUNS_PER_SECOND)); started++) {
      const start = performance.now();
      const run = client
        .wait(threads[started % threads.length])
        .then(() => times.push(performance.now() - start))
        .catch((error) => failures.push(error))
        .finally(() => under.delete(run));
      under.add(run);
    }
    if (elapsedS >= nextReport) {
      console.log(
        `${nextReport} s: ${times.length} runs done, ${under.size} under way, p50 ${quantile(times, 0.5).toFixed(1)} ms, ` +
          `p99 ${quantile(times, 0.99).toFixed(1)} ms, memory ${peer.memoryMb().toFixed(0)} MB`,
      );
      nextReport += REPORT_EVERY_S;
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(under);
  const perSecond = times.length / ((performance.now() - began) / 1000);
  await settled(() => followed.every(({ runs }, index) => runs() === runsOf(index, total, threads.length)));
  const missing = total - followed.reduce((sum, { runs }) => sum + runs(), 0);
  const costMs = (peer.processorMs() - processorBeganMs) / total;
  for (const { close } of followed) close();
  client.close();
  console.log(
    `${times.length} runs, ${perSecond.toFixed(0)} per second, ${failures.length} failures, ${missing} run ends not seen on a stream, ` +
      `${costMs.toFixed(2)} ms of processor time per run, memory ${peer.memoryMb().toFixed(0)} MB`,
  );
  if (failures.length > 0) console.log(String(failures[0]));
  isFine &&= failures.length === 0 && missing === 0;
}

async function measureManyThreads() {
  const one = createClient(peer.port, 1);
  const before = await costOfRun(one);
  const many = createClient(peer.port, 32);
  await load(THREADS, 32, async () => many.wait(await many.createThread()));
  const after = await costOfRun(one);
  one.close();
  many.close();
  const ratio = after / before;
  console.log(
    `a run costs the server ${before.toFixed(2)} ms of processor time, and ${after.toFixed(2)} ms after ${THREADS} more threads ` +
      `with a run each (${ratio.toFixed(2)} ×)`,
  );
  isFine &&= ratio <= MAX_SLOWDOWN;
}

/** Processor time of the server per run; the least of several rounds, since garbage of what was before is collected in some. */
async function costOfRun(client) {
  const costs = [];
  for (let round = 0; round < 7; round++) {
    const thread = await client.createThread();
    const began = peer.processorMs();
    await load(300, 1, () => client.wait(thread));
    costs.push((peer.processorMs() - began) / 300);
  }
  return Math.min(...costs);
}

/** Follows a thread and counts the runs whose end it hears of. */
function follow(thread) {
  let runs = 0;
  let rest = "";
  let outgoing;
  const opened = new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false });
    outgoing = request({ port: peer.port, host: "127.0.0.1", path: `/threads/${thread}/stream`, agent }, (incoming) => {
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk) => {
        const blocks = (rest + chunk).split("\n\n");
        rest = blocks.pop();
        runs += blocks.filter((block) => block.includes('"status":"run_done"')).length;
      });
      incoming.on("error", () => {});
      resolve();
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
  return { opened, runs: () => runs, close: () => outgoing.destroy() };
}

function runsOf(index, total, count) {
  return Math.floor(total / count) + (index < total % count ? 1 : 0);
}

async function settled(isDone) {
  for (let tries = 0; tries < 100 && !isDone(); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
}
