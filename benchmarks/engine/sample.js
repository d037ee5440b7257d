const WARM_UP_MS = 400;
const SAMPLES_MS = 1500;

/** Milliseconds per call: the median of many samples, after a warm-up. */
export async function timeOf(run, { samplesMs = SAMPLES_MS, minSamples = 7 } = {}) {
  const warmUntil = performance.now() + WARM_UP_MS;
  do await run();
  while (performance.now() < warmUntil);
  const samples = [];
  const until = performance.now() + samplesMs;
  while (samples.length < minSamples || performance.now() < until) samples.push(await once(run));
  return median(samples);
}

/** How much longer `run` takes than `bare`, in turn. */
export async function timeAbove(run, bare, options) {
  return (await timeOf(run, options)) - (await timeOf(bare, options));
}

export async function once(run) {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
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
