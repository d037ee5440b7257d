// A process that writes to the database named by its first argument and says on stdout what was acknowledged, until it is
// killed. Plain JavaScript on the build, for Node 20 runs no TypeScript.
import { randomUUID } from "node:crypto";
import { JsonPlusSerializer } from "@heddle/checkpoint";
import { openSqliteBackend } from "../dist/index.js";

const backend = await openSqliteBackend({ file: process.argv[2] });
const checkpointer = backend.checkpointer(new JsonPlusSerializer());
const { signal } = new AbortController();

say({ kind: "opened" });
await Promise.all([chat(), chat(), chat(), remember(), streamRun(await begin())]);

function say(acknowledged) {
  process.stdout.write(`${JSON.stringify(acknowledged)}\n`);
}

/** Runs offered, leased and settled, each with a checkpoint and an event. */
async function chat() {
  const threadId = randomUUID();
  for (let n = 1; ; n++) {
    const { run } = await backend.queue.offer(newRun(threadId));
    say({ kind: "offered", runId: run.runId });
    const lease = await backend.queue.lease({ workerId: "w", leaseMs: 60_000, signal });
    const config = { configurable: { thread_id: lease.run.threadId, checkpoint_ns: "" } };
    const { runId } = lease.run;
    await checkpointer.put(config, newCheckpoint(), { source: "loop", step: n, parents: {}, run_id: runId }, {});
    say({ kind: "checkpoint", runId, threadId: lease.run.threadId });
    const events = [{ runId, seq: 1, event: "end", data: "null" }];
    await backend.queue.settle(lease, { status: "success", threadStatus: "idle", valuesJson: `{"n":${n}}`, events });
    say({ kind: "settled", runId });
  }
}

async function remember() {
  for (let n = 1; ; n++) {
    await backend.store.put(["memory"], `k${n}`, { n });
    say({ kind: "item", key: `k${n}` });
  }
}

/** A run that is still running when the process dies. */
async function begin() {
  await backend.queue.offer(newRun(randomUUID()));
  const lease = await backend.queue.lease({ workerId: "w", leaseMs: 3_600_000, signal });
  say({ kind: "running", runId: lease.run.runId });
  return lease.run.runId;
}

async function streamRun(runId) {
  for (let seq = 1; ; seq++) {
    await backend.events.append([{ runId, seq, event: "messages", data: `"token ${seq}"` }]);
    say({ kind: "event", runId, seq });
  }
}

function newCheckpoint() {
  const messages = ["x".repeat(1000)];
  const versions = { messages: 1 };
  return {
    v: 4,
    id: randomUUID(),
    ts: "",
    channel_values: { messages },
    channel_versions: versions,
    versions_seen: {},
  };
}

function newRun(threadId) {
  const kwargs = { input: null, context: {}, stream_mode: [], subgraphs: false, resumable: true, is_streamed: true };
  return {
    runId: randomUUID(),
    threadId,
    assistantId: "a",
    graphId: "g",
    createdAt: new Date().toISOString(),
    kwargs: { ...kwargs, temporary: false },
    multitaskStrategy: "enqueue",
    assistantConfig: {},
    runConfig: {},
    assistantMetadata: {},
    runMetadata: {},
    thread: "create",
  };
}
