import { randomUUID } from "node:crypto";
import { type Backend, DatabaseUnavailableError } from "@heddle/backend";
import { openSqliteBackend } from "@heddle/backend-sqlite";
import { describeEventLog, newRun } from "@heddle/conformance";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { withRedisEvents } from "./with-redis-events.ts";

const URL = process.env.HEDDLE_TEST_REDIS ?? "redis://127.0.0.1:6379";
const PREFIX = `heddle-test-${randomUUID()}`;

const redis = new Redis(URL, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
redis.on("error", () => {});
const problem = await redis.connect().then(
  () => undefined,
  (error: unknown) => error,
);
if (problem !== undefined) process.stderr.write(`Redis: no answer at ${URL} (${String(problem)}).\n`);

/** Skipped where there is no Redis, unless the variable CI is set. */
describe.skipIf(problem !== undefined && process.env.CI === undefined)("events on Redis", () => {
  beforeAll(() => {
    if (problem !== undefined) throw problem;
  });
  afterAll(async () => {
    const keys = await redis.keys(`${PREFIX}*`);
    if (keys.length > 0) await redis.unlink(keys);
    redis.disconnect();
  });

  function open(prefix = `${PREFIX}:${randomUUID()}`, now = () => new Date()): Promise<Backend> {
    return openSqliteBackend({ file: ":memory:", now }).then((inner) =>
      withRedisEvents(inner, { url: URL, prefix, now }),
    );
  }

  describeEventLog(({ now }) => open(undefined, now));

  describe("in particular", () => {
    const opened: Backend[] = [];
    afterEach(async () => {
      for (const backend of opened.splice(0)) await backend.close();
    });

    async function processOn(prefix: string): Promise<Backend> {
      const backend = await open(prefix);
      opened.push(backend);
      return backend;
    }

    async function begun(backend: Backend) {
      const run = newRun();
      await backend.queue.offer(run);
      const lease = await backend.queue.lease({ workerId: "w", leaseMs: 60_000, signal: new AbortController().signal });
      if (lease === undefined) throw new Error("Nothing was leased.");
      return lease;
    }

    const event = (runId: string, seq: number, attempt = 1) => ({
      runId,
      seq,
      attempt,
      event: "values",
      data: `${seq}`,
    });

    async function seqs(backend: Backend, runId: string): Promise<number[]> {
      const found: number[] = [];
      for (;;) {
        const more = await backend.events.read(runId, found.at(-1) ?? -1, 2);
        if (more.length === 0) return found;
        found.push(...more.map(({ seq }) => seq));
      }
    }

    test("events of one process are heard and read by another", async () => {
      const prefix = `${PREFIX}:${randomUUID()}`;
      const [a, b] = [await processOn(prefix), await processOn(prefix)];
      const runId = randomUUID();
      const heard = new Promise<void>((resolve) => b.events.listen(runId, resolve));
      await a.events.append([event(runId, 0), event(runId, 1)]);
      await heard;
      expect(await seqs(b, runId)).toEqual([0, 1]);
    });

    test("what is said once more, and by an attempt after the next one, is not in the log", async () => {
      const backend = await processOn(`${PREFIX}:${randomUUID()}`);
      const runId = randomUUID();
      await backend.events.append([event(runId, 0), event(runId, 1)]);
      await backend.events.append([event(runId, 1), event(runId, 2)]);
      await backend.events.append([event(runId, 1_000_000_000, 2)]);
      await backend.events.append([event(runId, 3)]);
      expect(await seqs(backend, runId)).toEqual([0, 1, 2, 1_000_000_000]);
    });

    test("the events of a settlement come after the others, and go with them", async () => {
      const backend = await processOn(`${PREFIX}:${randomUUID()}`);
      const lease = await begun(backend);
      const { runId } = lease.run;
      await backend.events.append([event(runId, 0), event(runId, 1), event(runId, 2)]);
      await backend.queue.settle(lease, { status: "success", threadStatus: "idle", events: [event(runId, 3)] });
      expect(await seqs(backend, runId)).toEqual([0, 1, 2, 3]);
      expect(await backend.events.trim({ endedBefore: new Date(Date.now() + 1000).toISOString() })).toBe(1);
      expect(await seqs(backend, runId)).toEqual([]);
    });

    test("a run that is removed takes its events", async () => {
      const backend = await processOn(`${PREFIX}:${randomUUID()}`);
      const lease = await begun(backend);
      await backend.events.append([event(lease.run.runId, 0)]);
      await backend.runs.delete(lease.run.runId);
      expect(await seqs(backend, lease.run.runId)).toEqual([]);
    });

    async function breakConnections(name: string): Promise<void> {
      const clients = String(await redis.client("LIST")).split("\n");
      for (const line of clients.filter((each) => each.includes(` name=${name} `))) {
        await redis.client("KILL", "ID", /^id=(\d+)/.exec(line)?.[1] ?? "");
      }
    }

    test("a connection that breaks is told as such, and comes back", async () => {
      const prefix = `${PREFIX}:${randomUUID()}`;
      const [a, b] = [await processOn(prefix), await processOn(prefix)];
      const runId = randomUUID();
      const heard = new Promise<void>((resolve) => b.events.listen(runId, resolve));
      await breakConnections(prefix);
      await expect(a.events.append([event(runId, 0)])).rejects.toThrow(DatabaseUnavailableError);
      await expect
        .poll(
          () =>
            a.events.append([event(runId, 0)]).then(
              () => "appended",
              () => "away",
            ),
          { timeout: 5000 },
        )
        .toBe("appended");
      await heard;
      await expect.poll(() => seqs(b, runId).catch(() => []), { timeout: 5000 }).toEqual([0]);
    });
  });
});

test("a Redis that does not answer is named without its password", async () => {
  const inner = await openSqliteBackend({ file: ":memory:" });
  const opening = withRedisEvents(inner, { url: "redis://me:secret@127.0.0.1:1" });
  await expect(opening).rejects.toThrow("Redis at redis://me@127.0.0.1:1 does not answer");
  await expect(opening).rejects.not.toThrow("secret");
});
