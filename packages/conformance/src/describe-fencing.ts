import { type Lease, LeaseLostError } from "@heddle/backend";
import { JsonPlusSerializer } from "@heddle/checkpoint";
import { describe, expect, test } from "vitest";
import { LEASE_MS, type Workbench } from "./workbench.ts";

/** A worker that has lost its lease and does not know writes nothing: no checkpoint, no write, no event, no end. */
export function describeFencing(bench: Workbench): void {
  const METADATA = { source: "loop", step: 0, parents: {} } as const;

  function put(lease: Lease | undefined, threadId: string, id: string): Promise<unknown> {
    const checkpoint = { v: 4, id, ts: "", channel_values: { n: id }, channel_versions: { n: 1 }, versions_seen: {} };
    const config = { configurable: { thread_id: threadId, checkpoint_ns: "" } };
    return bench.backend.checkpointer(new JsonPlusSerializer(), lease).put(config, checkpoint, METADATA, { n: 1 });
  }

  function putWrites(lease: Lease, checkpointId: string): Promise<unknown> {
    const config = {
      configurable: { thread_id: lease.run.threadId, checkpoint_ns: "", checkpoint_id: checkpointId },
    };
    return bench.backend.checkpointer(new JsonPlusSerializer(), lease).putWrites(config, [["n", 1]], "task");
  }

  async function stored(threadId: string) {
    const tuple = await bench.backend.checkpointer(new JsonPlusSerializer()).getTuple({
      configurable: { thread_id: threadId },
    });
    return { id: tuple?.checkpoint.id, writes: tuple?.pendingWrites?.length };
  }

  async function seqs(runId: string): Promise<number[]> {
    return (await bench.backend.events.read(runId, -1, 10)).map(({ seq }) => seq);
  }

  async function lose(lease: Lease): Promise<void> {
    bench.clock.forward(LEASE_MS + 1);
    await bench.backend.queue.sweep({ maxAttempts: 3 });
    expect(await bench.runStatus(lease.run.runId)).toBe("pending");
  }

  describe("writing under a lease", () => {
    test("stores checkpoints and writes while the lease stands, and none when the run waits for another worker", async () => {
      const lease = await bench.running();
      const { threadId } = lease.run;
      await put(lease, threadId, "1");
      await putWrites(lease, "1");
      expect(await stored(threadId)).toEqual({ id: "1", writes: 1 });
      await lose(lease);
      await expect(put(lease, threadId, "2")).rejects.toThrow(LeaseLostError);
      await expect(putWrites(lease, "1")).rejects.toThrow(LeaseLostError);
      expect(await stored(threadId)).toEqual({ id: "1", writes: 1 });
    });

    test("stores no checkpoint when another attempt runs, has ended, or the thread is gone", async () => {
      const lease = await bench.running();
      const { threadId } = lease.run;
      await lose(lease);
      const next = await bench.lease("worker-2");
      await expect(put(lease, threadId, "1")).rejects.toThrow(`Attempt 1 of run "${lease.run.runId}"`);
      await put(next, threadId, "2");
      await bench.settle(next);
      await expect(put(next, threadId, "3")).rejects.toThrow(LeaseLostError);
      expect((await stored(threadId)).id).toBe("2");
      await bench.backend.threads.delete(threadId);
      await expect(put(next, threadId, "4")).rejects.toThrow(LeaseLostError);
      expect((await stored(threadId)).id).toBeUndefined();
    });

    test("what comes before a put is awaited, and the checkpoint is written as it was at the call", async () => {
      const lease = await bench.running();
      const { threadId } = lease.run;
      const list = ["a"];
      const versions = { list: 1 };
      const checkpoint = {
        v: 4,
        id: "1",
        ts: "",
        channel_values: { list },
        channel_versions: versions,
        versions_seen: {},
      };
      let open = (): void => {};
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const checkpointer = bench.backend.checkpointer(new JsonPlusSerializer(), lease, () => gate);
      const config = { configurable: { thread_id: threadId, checkpoint_ns: "" } };
      const put = checkpointer.put(config, checkpoint, METADATA, { list: 1 });
      list.push("too late");
      versions.list = 2;
      expect(await stored(threadId)).toEqual({ id: undefined, writes: undefined });
      open();
      await put;
      const tuple = await checkpointer.getTuple(config);
      expect(tuple?.checkpoint).toMatchObject({ channel_values: { list: ["a"] }, channel_versions: { list: 1 } });
    });

    test("a lost lease appends no events; those of the attempt that runs, and of nobody in particular, are appended", async () => {
      const lease = await bench.running();
      const { runId } = lease.run;
      const event = (seq: number, attempt?: number) => ({
        runId,
        seq,
        event: "values",
        data: "{}",
        ...(attempt === undefined ? {} : { attempt }),
      });
      await bench.backend.events.append([event(1, 1)]);
      await lose(lease);
      await bench.backend.events.append([event(2, 1)]);
      const next = await bench.lease("worker-2");
      await bench.backend.events.append([event(3, 1), event(4, 2), event(5)]);
      expect(await bench.settle(lease, { events: [event(6, 1)] })).toBe(false);
      expect(await bench.settle(next, { events: [event(7, 2)] })).toBe(true);
      expect(await seqs(runId)).toEqual([1, 4, 5, 7]);
    });
  });
}
