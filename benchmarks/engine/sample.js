const WARM_UP_MS = 1200;
const SAMPLES = 9;
const SAMPLE_MS = 100;

/**
 * Milliseconds of processor time per call: the median of samples, after a warm-up. Processor time and not the clock's, because none
 * of the cases waits for anything, and a busy machine would count what others do. It counts garbage collection in other threads.
 */
export async function timeOf(run) {
  const batch = await warmUp(run);
  const samples = [];
  for (let i = 0; i < SAMPLES; i++) samples.push((await once(() => repeat(run, batch))) / batch);
  return median(samples);
}

/** Runs until the code is hot; how many calls make one sample. */
async function warmUp(run) {
  const begun = process.cpuUsage();
  let calls = 0;
  do {
    await run();
    calls++;
  } while (millisecondsSince(begun) < WARM_UP_MS);
  return Math.max(1, Math.round((calls * SAMPLE_MS) / WARM_UP_MS));
}

async function repeat(run, times) {
  for (let i = 0; i < times; i++) await run();
}

/** How much longer `run` takes than `bare`. */
export async function timeAbove(run, bare) {
  return (await timeOf(run)) - (await timeOf(bare));
}

export async function once(run) {
  const begun = process.cpuUsage();
  await run();
  return millisecondsSince(begun);
}

function millisecondsSince(begun) {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

export function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Bytes in use after a collection, buffers included. */
export async function bytesInUse() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
