import { randomUUID } from "node:crypto";
import type { Lease, NewRun } from "@heddle/backend";
import { describe, expect, test } from "vitest";
import { SeededRandom } from "./seeded-random.ts";
import { LEASE_MS, newRun, type Workbench } from "./workbench.ts";

const THREADS = 4;
const STEPS = 150;
const STRATEGIES = ["enqueue", "enqueue", "enqueue", "reject", "interrupt", "rollback"] as const;

/**
 * A seeded random history of offers, leases, crashes, cancels and clock moves, after each step of which the promises of the
 * queue must hold: at most one run per thread is running, runs start in the order of creation among those that are due,
 * nobody settles without a standing lease, and in the end every accepted run has ended or was rolled back.
 */
export function describeQueueInvariants(bench: Workbench): void {
  describe("invariants", () => {
    test.each([1, 2, 3, 4, 5, 6])("hold through a random history (seed %i)", async (seed) => {
      const history = new History(bench, new SeededRandom(seed * 7919));
      for (let step = 0; step < STEPS; step++) {
        await history.step();
        await history.check();
      }
      await history.drain();
    });
  });
}

interface Known {
  run: NewRun;
  notBeforeMs: number;
  isRollback: boolean;
}

class History {
  readonly #bench: Workbench;
  readonly #random: SeededRandom;
  readonly #threads = Array.from({ length: THREADS }, () => randomUUID());
  /** Accepted runs in the order of creation. */
  readonly #known: Known[] = [];
  #leases: Lease[] = [];
  readonly #dead: Lease[] = [];

  constructor(bench: Workbench, random: SeededRandom) {
    this.#bench = bench;
    this.#random = random;
  }

  async step(): Promise<void> {
    const steps = [
      () => this.#offer(),
      () => this.#offer(),
      () => this.#offer(),
      () => this.#lease(),
      () => this.#lease(),
      () => this.#lease(),
      () => this.#settle(),
      () => this.#settle(),
      () => this.#release(),
      () => this.#crash(),
      () => this.#settleDead(),
      () => this.#cancel(),
      () => this.#renew(),
    ];
    this.#bench.clock.forward(this.#random.below(1000));
    await this.#random.pick(steps)?.();
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
    const multitaskStrategy = this.#random.pick(STRATEGIES) ?? "enqueue";
    const delayMs = this.#random.below(4) === 0 ? this.#random.below(20_000) + 1 : 0;
    const run = newRun({
      threadId: this.#random.pick(this.#threads) ?? "",
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
    const lease = await this.#bench.lease(`worker-${this.#random.below(3)}`);
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
    const lease = this.#random.pick(this.#leases);
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
    const lease = this.#random.pick(this.#dead);
    if (lease !== undefined) expect(await this.#bench.settle(lease)).toBe(false);
  }

  async #cancel(): Promise<void> {
    const known = this.#random.pick(this.#known);
    if (known === undefined) return;
    const action = this.#random.below(2) === 0 ? "interrupt" : "rollback";
    await this.#bench.backend.queue.cancel([known.run.runId], action);
    if (action === "rollback") this.#markRollback([known.run.runId]);
  }

  async #renew(): Promise<void> {
    const lease = this.#random.pick(this.#leases);
    if (lease !== undefined) expect((await this.#bench.backend.queue.renew(lease, LEASE_MS)).status).not.toBe("lost");
    const dead = this.#random.pick(this.#dead);
    if (dead !== undefined) expect((await this.#bench.backend.queue.renew(dead, LEASE_MS)).status).toBe("lost");
  }

  #markRollback(runIds: readonly string[]): void {
    for (const known of this.#known) if (runIds.includes(known.run.runId)) known.isRollback = true;
  }

  #nowMs(): number {
    return this.#bench.clock.now().getTime();
  }
}
