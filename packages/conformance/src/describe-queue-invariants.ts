// Finds a failing history, and then the shortest one that still fails.
import fc from "fast-check";
import { describe, test } from "vitest";
import { KINDS, QueueHistory, type Step } from "./queue-history.ts";
import type { Workbench } from "./workbench.ts";

const LONG_ENOUGH_MS = 20_000;

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    afterMs: fc.nat(1000),
    which: fc.nat(1_000_000),
    what: fc.nat(1_000_000),
    // A run in three is delayed, most of them for a few steps.
    delayMs: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 3000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }) },
    ),
  }),
  // Without it most histories are short, and nothing happens in them.
  { minLength: 30, maxLength: 120, size: "max" },
);

/**
 * Histories of offers, leases, crashes, cancels, removals and jumps of the clock, at each step of which a backend has to answer and
 * to hold what the model does (see QueueModel): one running run per thread, the oldest first, every run ends once, a lost lease
 * changes nothing, a thread's status follows from its runs, and no worker waits beside a run that is ready.
 */
export function describeQueueInvariants(bench: Workbench): void {
  describe("invariants", () => {
    test("hold through any history", async () => {
      // What a history leaves behind is at rest, unless it failed.
      let isSound = true;
      const property = fc.asyncProperty(steps, async (history) => {
        if (!isSound) {
          await bench.close();
          await bench.open();
        }
        isSound = false;
        const world = new QueueHistory(bench);
        for (const step of history) await world.do(step);
        await world.drain();
        isSound = true;
      });
      // A real database does as many as fit.
      await fc.assert(property, { numRuns: 200, interruptAfterTimeLimit: LONG_ENOUGH_MS });
    }, 120_000);
  });
}
