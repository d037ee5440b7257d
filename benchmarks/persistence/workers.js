import { load } from "../server/load.js";
import { createClient } from "./client.js";
import { startProcesses } from "./processes.js";

// A graph whose node keeps the processor busy for 30 ms: how much more two worker processes do than one. They need a core each,
// and the process that answers and the database a little of them. Prints figures; asserts nothing.

const RUNS = Number(process.env.RUNS ?? 200);
const CONCURRENCY = 16;

const perSecond = [];
for (const workers of [1, 2]) {
  const processes = await startProcesses({ workers });
  const client = createClient(processes.port, CONCURRENCY);
  try {
    const threads = await Promise.all(Array.from({ length: CONCURRENCY }, () => client.createThread()));
    const act = async () => {
      const thread = threads.pop();
      await client.wait(thread, "burn");
      threads.push(thread);
    };
    await load(Math.ceil(RUNS / 4), CONCURRENCY, act);
    const result = await load(RUNS, CONCURRENCY, act);
    perSecond.push(result.perSecond);
    console.log(`30 ms of processor per run, ${workers} worker process(es): ${result.perSecond.toFixed(1)} runs/s`);
  } finally {
    client.close();
    await processes.stop();
  }
}
console.log(`two worker processes / one: ${(perSecond[1] / perSecond[0]).toFixed(2)} × (target 1.6 ×)`);
