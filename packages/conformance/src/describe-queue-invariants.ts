import { randomUUID } from "node:crypto";
import type { Lease, NewRun } from "@heddle/backend";
// Finds a failing history, and then the shortest one that still fails.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LEASE_MS, newRun, type Workbench } from "./workbench.ts";

const THREADS = 4;
const STRATEGIES = ["enqueue", "enqueue", "enqueue", "reject", "interrupt", "rollback"] as const;

/** Offers, leases and settlements come more often than troubles. */
const KINDS = [
  "offer",
  "offer",
  "offer",
  "lease",
  "lease",
  "lease",
  "settle",
  "settle",
  "release",
  "crash",
  "settleDead",
  "cancel",
  "renew",
] as const;

/** One event of a history. The numbers choose among what there is at that time. */
interface Step {
  kind: (typeof KINDS)[number];
  /** How far the clock jumps before. */
  afterMs: number;
  which: number;
  what: number;
  delayMs: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    afterMs: fc.nat(1000),
    which: fc.nat(1_000_000),
    what: fc.nat(1_000_000),
    // A run in four is delayed.
    delayMs: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }) },
    ),
  }),
  { minLength: 20, maxLength: 120 },
);

/**
 * Histories of offers, leases, crashes, cancels and jumps of the clock, after each step of which the promises of the queue must
 * hold: at most one run per thread is running, runs start in the order of creation among those that are due, nobody settles
 * without a standing lease, and in the end every accepted run has ended or was rolled back.
 */
export function describeQueueInvariants(bench: Workbench): void {
  describe("invariants", () => {
    test("hold through any history", async () => {
      const property = fc.asyncProperty(steps, async (history) => {
        await bench.close();
        await bench.open();
        const world = new History(bench);
        for (const step of history) {
          await world.step(step);
          await world.check();
        }
        await world.drain();
      });
      await fc.assert(property, { numRuns: 40 });
    }, 120_000);
  });
}

interface Known {
  run: NewRun;
  notBeforeMs: number;
  isRollback: boolean;
}

class History {
  readonly #bench: Workbench;
  #now: Step = { kind: "lease", afterMs: 0, which: 0, what: 0, delayMs: 0 };
  readonly #threads = Array.from({ length: THREADS }, () => randomUUID());
  /** Accepted runs in the order of creation. */
  readonly #known: Known[] = [];
  #leases: Lease[] = [];
  readonly #dead: Lease[] = [];

  constructor(bench: Workbench) {
    this.#bench = bench;
  }

  async step(step: Step): Promise<void> {
    this.#now = step;
    this.#bench.clock.forward(step.afterMs);
    const actions: Record<Step["kind"], () => Promise<void>> = {
      offer: () => this.#offer(),
      lease: () => this.#lease(),
      settle: () => this.#settle(),
      release: () => this.#release(),
      crash: () => this.#crash(),
      settleDead: () => this.#settleDead(),
      cancel: () => this.#cancel(),
      renew: () => this.#renew(),
    };
    await actions[step.kind]();
  }

  async check(): Promise<void> {
    for (const threadId of this.#threads) {
      const runs = await this.#bench.backend.runs.list(threadId, { limit: 1000, offset: 0 });
      const running = runs.filter(({ status }) => status === "running");
      expect(running.length).toBeLessThanOrEqual(1);
      const isActive = runs.some(({ status }) => status === "running" || status === "pending");
      const status = await this.#bench.threadStatus(threadId);
      if (runs.length > 0 && !isActive) expect(status).not.toBe("busy");
      if (running.length > 0) expect(status).toBe("busy");
    }
  }

  /** Lets everything run to its end; no run may be forgotten. */
  async drain(): Promise<void> {
    this.#bench.clock.forward(LEASE_MS * 10);
    await this.#bench.backend.queue.sweep({ maxAttempts: 1000 });
    for (let left = await this.#pending(); left > 0; left = await this.#pending()) {
      await this.#bench.settle(await this.#leaseNext());
    }
    for (const { run, isRollback } of this.#known) {
      const found = await this.#bench.backend.runs.get(run.runId);
      if (found === undefined) expect(isRollback).toBe(true);
      else expect(found.status).toMatch(/^(success|interrupted)$/);
    }
    expect(await this.#bench.nothingIsReady()).toBe(true);
  }

  async #offer(): Promise<void> {
    const multitaskStrategy = STRATEGIES[this.#now.what % STRATEGIES.length] ?? "enqueue";
    const { delayMs } = this.#now;
    const run = newRun({
      threadId: this.#pick(this.#threads) ?? "",
      multitaskStrategy,
      createdAt: this.#bench.clock.iso(),
      ...(delayMs === 0 ? {} : { notBefore: this.#bench.clock.iso(delayMs) }),
    });
    const outcome = await this.#bench.backend.queue.offer(run);
    if (outcome.status !== "accepted") return;
    this.#known.push({ run, notBeforeMs: this.#nowMs() + delayMs, isRollback: false });
    if (multitaskStrategy === "rollback") this.#markRollback([...outcome.cancelled, ...outcome.cancelling]);
  }

  async #lease(): Promise<void> {
    if ((await this.#startable()).length > 0) this.#leases.push(await this.#leaseNext());
  }

  /** Leases, and checks that it was the turn of the run. */
  async #leaseNext(): Promise<Lease> {
    const startable = await this.#startable();
    const lease = await this.#bench.lease(`worker-${this.#now.what % 3}`);
    expect(startable).toContain(lease.run.runId);
    return lease;
  }

  /** Per thread without a running run, the oldest pending run that is due. */
  async #startable(): Promise<string[]> {
    const heads: string[] = [];
    for (const threadId of this.#threads) {
      const statuses = new Map<string, string>();
      for (const { runId, status } of await this.#bench.backend.runs.list(threadId, { limit: 1000, offset: 0 })) {
        statuses.set(runId, status);
      }
      if ([...statuses.values()].includes("running")) continue;
      const head = this.#known.find(
        ({ run, notBeforeMs }) => statuses.get(run.runId) === "pending" && notBeforeMs <= this.#nowMs(),
      );
      if (head !== undefined) heads.push(head.run.runId);
    }
    return heads;
  }

  async #pending(): Promise<number> {
    return (await this.#startable()).length;
  }

  #take(): Lease | undefined {
    const lease = this.#pick(this.#leases);
    this.#leases = this.#leases.filter((other) => other !== lease);
    return lease;
  }

  async #settle(): Promise<void> {
    const lease = this.#take();
    if (lease !== undefined) expect(await this.#bench.settle(lease)).toBe(true);
  }

  async #release(): Promise<void> {
    const lease = this.#take();
    if (lease === undefined) return;
    await this.#bench.backend.queue.release(lease);
    this.#dead.push(lease);
  }

  /** All leases of the moment expire: their workers have died, or think they live. */
  async #crash(): Promise<void> {
    this.#bench.clock.forward(LEASE_MS + 1);
    await this.#bench.backend.queue.sweep({ maxAttempts: 1000 });
    this.#dead.push(...this.#leases);
    this.#leases = [];
  }

  async #settleDead(): Promise<void> {
    const lease = this.#pick(this.#dead);
    if (lease !== undefined) expect(await this.#bench.settle(lease)).toBe(false);
  }

  async #cancel(): Promise<void> {
    const known = this.#pick(this.#known);
    if (known === undefined) return;
    const action = this.#now.what % 2 === 0 ? "interrupt" : "rollback";
    await this.#bench.backend.queue.cancel([known.run.runId], action);
    if (action === "rollback") this.#markRollback([known.run.runId]);
  }

  async #renew(): Promise<void> {
    const lease = this.#pick(this.#leases);
    if (lease !== undefined) expect((await this.#bench.backend.queue.renew(lease, LEASE_MS)).status).not.toBe("lost");
    const dead = this.#pick(this.#dead);
    if (dead !== undefined) expect((await this.#bench.backend.queue.renew(dead, LEASE_MS)).status).toBe("lost");
  }

  #markRollback(runIds: readonly string[]): void {
    for (const known of this.#known) if (runIds.includes(known.run.runId)) known.isRollback = true;
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[this.#now.which % Math.max(items.length, 1)];
  }

  #nowMs(): number {
    return this.#bench.clock.now().getTime();
  }
}
