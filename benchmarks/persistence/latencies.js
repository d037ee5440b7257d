import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quantile } from "../server/load.js";
import { createClient } from "./client.js";
import { startProcesses } from "./processes.js";

// How long it takes until another process hears: of a run that can begin, of a thread that has become free, of a cancel. One
// process answers, two work. Prints figures; asserts nothing.

const COUNT = Number(process.env.COUNT ?? 50);
const now = () => performance.timeOrigin + performance.now();

const processes = await startProcesses({ workers: 2 });
const client = createClient(processes.port, 4);
const folder = mkdtempSync(join(tmpdir(), "heddle-latencies-"));
let files = 0;
try {
  const cases = {
    "a run asked for → its node begins at another process": { targetMs: undefined, measure: toFirstNode },
    "a run ends → the next of its thread is leased (the same or another process)": { targetMs: 10, measure: toLease },
    "cancel → the node is broken off": { targetMs: 100, measure: toCancel },
    "multitask interrupt → the node is broken off": { targetMs: 100, measure: () => toMultitask("interrupt") },
    "multitask rollback → the node is broken off": { targetMs: 100, measure: () => toMultitask("rollback") },
  };
  for (const [name, { targetMs, measure }] of Object.entries(cases)) {
    for (let n = 0; n < 5; n++) await measure();
    const times = [];
    for (let n = 0; n < COUNT; n++) times.push(await measure());
    const target = targetMs === undefined ? "" : `, target ${targetMs} ms`;
    console.log(
      `${name}: p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms${target}`,
    );
  }
} finally {
  client.close();
  await processes.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function toFirstNode() {
  const thread = await client.createThread();
  const askedAt = now();
  const { beganAt } = await client.wait(thread, "stamp");
  return beganAt - askedAt;
}

/** Both times are the database's record of them, whole milliseconds: when the first was settled, and the second leased. */
async function toLease() {
  const [first, thread] = await heldRun();
  const second = await heldRun(thread, "enqueue", false);
  writeFileSync(`${first.file}.open`, "");
  const leased = await until(() => row(second[0].runId, "running"));
  const settled = await row(first.runId, "success");
  writeFileSync(`${second[0].file}.open`, "");
  return Date.parse(leased.updated_at) - Date.parse(settled.updated_at);
}

async function toCancel() {
  const [{ runId, file }, thread] = await heldRun();
  const askedAt = now();
  await client.post(`/threads/${thread}/runs/${runId}/cancel?wait=1`, {});
  return brokenOffAt(file) - askedAt;
}

async function toMultitask(multitask_strategy) {
  const [{ file }, thread] = await heldRun();
  const askedAt = now();
  await client.post(`/threads/${thread}/runs/wait`, { assistant_id: "stamp", input: {}, multitask_strategy });
  return brokenOffAt(file) - askedAt;
}

async function heldRun(given, multitask_strategy = "enqueue", isBegun = true) {
  const thread = given ?? (await client.createThread());
  const file = join(folder, String(files++));
  const { run_id } = await client.post(`/threads/${thread}/runs`, {
    assistant_id: "held",
    input: { file },
    multitask_strategy,
  });
  if (isBegun) {
    await until(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return existsSync(`${file}.began`) || undefined;
    });
  }
  return [{ runId: run_id, file }, thread];
}

async function row(runId, status) {
  const sql = "SELECT updated_at FROM heddle.runs WHERE run_id = $1 AND status = $2";
  return (await processes.query(sql, [runId, status]))[0];
}

async function until(look) {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
  }
}

function brokenOffAt(file) {
  return Number(readFileSync(file, "utf8"));
}
