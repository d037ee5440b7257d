import { JsonPlusSerializer } from "@heddle/checkpoint";
import { describe, expect, test } from "vitest";
import { describeAccess } from "./describe-access.ts";
import { describeApiKeys } from "./describe-api-keys.ts";
import { describeAssistants } from "./describe-assistants.ts";
import { describeCheckpointStorage } from "./describe-checkpoint-storage.ts";
import { describeCheckpointer } from "./describe-checkpointer.ts";
import { describeCrons } from "./describe-crons.ts";
import { describeDurableStore } from "./describe-durable-store.ts";
import { describeEventLog } from "./describe-event-log.ts";
import { describeRunQueue } from "./describe-run-queue.ts";
import { describeRuns } from "./describe-runs.ts";
import { describeStore } from "./describe-store.ts";
import { describeThreadTtl } from "./describe-thread-ttl.ts";
import { describeThreads } from "./describe-threads.ts";
import { describeWebhooks } from "./describe-webhooks.ts";
import type { OpenBackend } from "./workbench.ts";

/**
 * All a backend promises.
 *
 * @example
 * describeBackend("SQLite in memory", ({ now }) => openSqliteBackend({ file: ":memory:", now }));
 */
export function describeBackend(name: string, open: OpenBackend): void {
  const now = () => new Date();
  describe(name, () => {
    describeAssistants(open);
    describeThreads(open);
    describeAccess(open);
    describeThreadTtl(open);
    describeCrons(open);
    describeApiKeys(open);
    describeRuns(open);
    describeRunQueue(open);
    describeEventLog(open);
    describeWebhooks(open);
    const openCheckpointer = async () => {
      const backend = await open({ now });
      return { checkpointer: backend.checkpointer(new JsonPlusSerializer()), close: () => backend.close() };
    };
    describeCheckpointer(openCheckpointer);
    describeCheckpointStorage(openCheckpointer);
    describeDurableStore(open);
    describeStore(async () => {
      const backend = await open({ now });
      return { store: backend.store, close: () => backend.close() };
    });

    test("closing sends waiting workers away", async () => {
      const backend = await open({ now });
      const { signal } = new AbortController();
      const waiting = backend.queue.lease({ workerId: "w", leaseMs: 1000, signal });
      await backend.close();
      expect(await waiting).toBeUndefined();
    });

    test("whoever closes it again waits for the first closing", async () => {
      const backend = await open({ now });
      let isClosed = false;
      const first = backend.close().then(() => {
        isClosed = true;
      });
      await backend.close();
      expect(isClosed).toBe(true);
      await first;
      await expect(backend[Symbol.asyncDispose]()).resolves.toBeUndefined();
    });

    test("what was begun before closing is done", async () => {
      const backend = await open({ now });
      const put = backend.store.put(["a"], "k", { v: 1 });
      await backend[Symbol.asyncDispose]();
      await expect(put).resolves.toBeUndefined();
    });
  });
}
