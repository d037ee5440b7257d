import { randomUUID } from "node:crypto";
import type { NewWebhookDelivery } from "@heddle/backend";
import { describe, expect, test } from "vitest";
import { type OpenBackend, useWorkbench } from "./workbench.ts";

const CLAIM = { leaseMs: 10_000, limit: 10 };

/** The contract of Webhooks, and what settling a run does to them. */
export function describeWebhooks(open: OpenBackend): void {
  describe("webhooks", () => {
    const bench = useWorkbench(open);

    function delivery(part: Partial<NewWebhookDelivery> = {}): NewWebhookDelivery {
      return {
        deliveryId: randomUUID(),
        runId: randomUUID(),
        threadId: randomUUID(),
        url: "https://example.com/it's",
        payload: '{"text":"\\u0000 \'quoted\'"}',
        createdAt: bench.clock.iso(),
        ...part,
      };
    }

    test("a recorded delivery is due at once, and taken once", async () => {
      const { webhooks } = bench.backend;
      const [first, second] = [delivery(), delivery()];
      await webhooks.record(first);
      await webhooks.record(second);
      const claimed = await webhooks.claim(CLAIM);
      const dueAt = bench.clock.iso(CLAIM.leaseMs);
      const taken = { status: "pending", attempts: 1, dueAt, lastError: null, deliveredAt: null };
      expect(claimed).toEqual([
        { ...first, ...taken },
        { ...second, ...taken },
      ]);
      expect(await webhooks.claim(CLAIM)).toEqual([]);
    });

    test("whoever took a delivery and says nothing is given up", async () => {
      const { webhooks } = bench.backend;
      await webhooks.record(delivery());
      await webhooks.claim(CLAIM);
      bench.clock.forward(CLAIM.leaseMs);
      expect(await webhooks.claim(CLAIM)).toMatchObject([{ attempts: 2 }]);
    });

    test("a failed try comes again when it said so", async () => {
      const { webhooks } = bench.backend;
      const { deliveryId, runId } = delivery();
      await webhooks.record(delivery({ deliveryId, runId }));
      await webhooks.claim(CLAIM);
      await webhooks.note(deliveryId, { status: "pending", error: "status 500", dueAt: bench.clock.iso(2000) });
      expect(await webhooks.claim(CLAIM)).toEqual([]);
      bench.clock.forward(2000);
      expect(await webhooks.claim(CLAIM)).toMatchObject([{ deliveryId, attempts: 2, lastError: "status 500" }]);
    });

    test("what was delivered or given up is not due, until it is replayed", async () => {
      const { webhooks } = bench.backend;
      const { deliveryId, runId } = delivery();
      await webhooks.record(delivery({ deliveryId, runId }));
      await webhooks.claim(CLAIM);
      await webhooks.note(deliveryId, { status: "delivered" });
      const ended = { status: "delivered", deliveredAt: bench.clock.iso(), dueAt: null };
      expect(await webhooks.list(runId)).toMatchObject([ended]);
      bench.clock.forward(60_000);
      expect(await webhooks.claim(CLAIM)).toEqual([]);
      expect(await webhooks.replay(runId, deliveryId)).toMatchObject({ status: "pending" });
      expect(await webhooks.replay(randomUUID(), deliveryId)).toBeUndefined();
      expect(await webhooks.claim(CLAIM)).toMatchObject([{ deliveryId, attempts: 2 }]);
      await webhooks.note(deliveryId, { status: "failed", error: "410" });
      expect(await webhooks.list(runId)).toMatchObject([{ status: "failed", lastError: "410", dueAt: null }]);
    });

    test("old ones that have ended are removed", async () => {
      const { webhooks } = bench.backend;
      const [ended, waiting] = [delivery(), delivery()];
      await webhooks.record(ended);
      await webhooks.record(waiting);
      await webhooks.claim(CLAIM);
      await webhooks.note(ended.deliveryId, { status: "delivered" });
      expect(await webhooks.trim({ createdBefore: bench.clock.iso() })).toBe(0);
      expect(await webhooks.trim({ createdBefore: bench.clock.iso(1) })).toBe(1);
      expect(await webhooks.list(waiting.runId)).toHaveLength(1);
    });

    test("that of a settled run is recorded with its settlement", async () => {
      const lease = await bench.running();
      const { runId, threadId } = lease.run;
      const webhook = delivery({ runId, threadId });
      await bench.settle(lease, { webhook });
      expect(await bench.backend.webhooks.list(runId)).toMatchObject([{ ...webhook, status: "pending", attempts: 0 }]);
    });

    test("whoever has lost the lease records none", async () => {
      const lease = await bench.running();
      const { runId, threadId } = lease.run;
      await bench.settle(lease);
      const late = { status: "success", threadStatus: "idle", webhook: delivery({ runId, threadId }) } as const;
      expect(await bench.backend.queue.settle(lease, late)).toBe(false);
      expect(await bench.backend.webhooks.list(runId)).toEqual([]);
    });
  });
}
