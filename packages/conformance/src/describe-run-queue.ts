import { describe, expect, test } from "vitest";
import { describeCancel } from "./describe-cancel.ts";
import { describeFencing } from "./describe-fencing.ts";
import { describeLease } from "./describe-lease.ts";
import { describeLostLeases } from "./describe-lost-leases.ts";
import { describeMultitask } from "./describe-multitask.ts";
import { describeOffer } from "./describe-offer.ts";
import { describeQueueInvariants } from "./describe-queue-invariants.ts";
import { describeSettle } from "./describe-settle.ts";
import { type OpenBackend, useWorkbench } from "./workbench.ts";

/** The contract of RunQueue. */
export function describeRunQueue(open: OpenBackend): void {
  describe("run queue", () => {
    const bench = useWorkbench(open);
    describeOffer(bench);
    describeLease(bench);
    describeSettle(bench);
    describeMultitask(bench);
    describeCancel(bench);
    describeLostLeases(bench);
    describeFencing(bench);
    describeQueueInvariants(bench);

    test("knows how many runs wait and how many are executed", async () => {
      const { queue } = bench.backend;
      expect(await queue.depth()).toEqual({ pending: 0, running: 0 });
      const lease = await bench.running();
      await bench.accepted();
      await bench.accepted({ notBefore: bench.clock.iso(60_000) });
      expect(await queue.depth()).toEqual({ pending: 2, running: 1 });
      await bench.settle(lease);
      expect(await queue.depth()).toEqual({ pending: 2, running: 0 });
    });
  });
}
