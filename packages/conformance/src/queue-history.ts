import { randomUUID } from "node:crypto";
import type { Lease, NewRun, Settlement } from "@heddle/backend";
import { expect } from "vitest";
import { QueueModel } from "./queue-model.ts";
import { LEASE_MS, newKwargs, newRun, type Workbench } from "./workbench.ts";

const THREADS = 2;
const WORKERS = 3;
const MAX_ATTEMPTS = 3;
/** How long a worker that waits may be left without a run that is ready; less than the slow look around of a backend. */
const HAND_OVER_MS = 1500;

const STRATEGIES = ["enqueue", "enqueue", "enqueue", "reject", "interrupt", "rollback"] as const;

const THREAD_MODES = [...Array<"create">(6).fill("create"), "must-exist", "must-exist", "temporary"] as const;

const SETTLEMENTS: readonly Settlement[] = [
  { status: "success", threadStatus: "idle" },
  { status: "interrupted", threadStatus: "interrupted" },
  { status: "interrupted", threadStatus: "idle" },
  { status: "error", threadStatus: "error", error: { error: "E", message: "m" } },
  { status: "timeout", threadStatus: "error", error: { error: "E", message: "m" } },
];

/** Offers, leases and settlements come more often than troubles. */
export const KINDS = [
  ...["offer", "offer", "offer", "offer", "lease", "lease", "lease", "wait", "wait", "settle", "settle", "settle"],
  ...["release", "renew", "cancel", "cancel", "crash", "comeBack", "comeBack", "sweep", "night"],
  ...["deleteRun", "deleteThread"],
] as readonly Kind[];

type Kind =
  | "offer"
  | "lease"
  /** A worker comes, and stays until there is something for it. */
  | "wait"
  | "settle"
  | "release"
  | "renew"
  | "cancel"
  /** A worker is not heard of for a while. */
  | "crash"
  /** It comes back, and does not know that its lease may be lost. */
  | "comeBack"
  | "sweep"
  /** All leases expire. */
  | "night"
  | "deleteRun"
  | "deleteThread";

/** One event of a history. The numbers choose among what there is at that time. */
export interface Step {
  kind: Kind;
  /** How far the clock jumps before. */
  afterMs: number;
  which: number;
  what: number;
  delayMs: number;
}

interface WaitingWorker {
  workerId: string;
  leased: Promise<Lease | undefined>;
  lease: Lease | undefined;
}

/** Does to a queue and to its model the same, and compares what they answer and what is in them afterwards. */
export class QueueHistory {
  readonly #bench: Workbench;
  readonly #model: QueueModel;
  #step: Step = { kind: "lease", afterMs: 0, which: 0, what: 0, delayMs: 0 };
  readonly #threads = Array.from({ length: THREADS }, () => randomUUID());
  /** Runs of temporary threads that had not ended at the last look. */
  #temporary: { runId: string; threadId: string }[] = [];
  readonly #offered: string[] = [];
  #leases: Lease[] = [];
  /** Leases that nobody renews any more, standing or lost. */
  readonly #former: Lease[] = [];
  #waiting: WaitingWorker[] = [];
  /** Thread → what the model said of it at the last comparison. */
  readonly #compared = new Map<string, string>();
  #steps = 0;
  #workday = new AbortController();

  constructor(bench: Workbench) {
    this.#bench = bench;
    this.#model = new QueueModel(() => bench.clock.now().getTime());
  }

  async do(step: Step): Promise<void> {
    this.#step = step;
    await this.#forward(step.afterMs);
    const actions: Record<Kind, () => Promise<void>> = {
      offer: () => this.#offer(),
      lease: () => this.#lease(),
      wait: async () => this.#wait(`worker-${step.what % WORKERS}`),
      settle: () => this.#settle(this.#takeLease()),
      release: () => this.#release(this.#takeLease()),
      renew: () => this.#renew(this.#pick(this.#leases)),
      cancel: () => this.#cancel(),
      crash: async () => this.#crash(),
      comeBack: () => this.#comeBack(),
      sweep: () => this.#sweep(MAX_ATTEMPTS),
      night: () => this.#night(),
      deleteRun: () => this.#deleteRun(),
      deleteThread: () => this.#deleteThread(),
    };
    await actions[step.kind]();
    await this.#handOver();
    await this.#compare();
  }

  /** Lets all that is left run to its end; nothing may be forgotten, and no thread may stay busy. */
  async drain(): Promise<void> {
    await this.#sendAway();
    this.#bench.clock.forward(LEASE_MS * 10);
    this.#leases = [];
    await this.#sweep(1000);
    while (this.#model.startable().length > 0) {
      await this.#lease();
      await this.#settle(this.#takeLease());
    }
    await this.#compare();
    expect(await this.#bench.backend.queue.depth()).toEqual({ pending: 0, running: 0 });
    for (const threadId of this.#threads) expect(await this.#bench.threadStatus(threadId)).not.toBe("busy");
    expect(await this.#bench.nothingIsReady()).toBe(true);
  }

  /** Whoever waits comes again afterwards: time that jumps wakes no timers. */
  async #forward(ms: number): Promise<void> {
    const workers = await this.#sendAway();
    this.#bench.clock.forward(ms);
    for (const { workerId } of workers) this.#wait(workerId);
    await this.#handOver();
  }

  /** Nothing is under way any more for those who waited: a question of before a jump of time would be answered by the time after it. */
  async #sendAway(): Promise<WaitingWorker[]> {
    const workers = this.#waiting;
    this.#waiting = [];
    this.#workday.abort();
    this.#workday = new AbortController();
    const leases = await Promise.all(workers.map(({ leased }) => leased));
    expect(leases.filter((lease) => lease !== undefined)).toEqual([]);
    return workers;
  }

  /** Whoever waits is given what is ready. */
  async #handOver(): Promise<void> {
    while (this.#waiting.length > 0 && this.#model.startable().length > 0) {
      const lease = await this.#firstLease();
      expect(this.#model.startable()).toContain(lease.run.runId);
      this.#note(lease);
    }
    for (const { lease } of this.#waiting) expect(lease).toBeUndefined();
  }

  async #firstLease(): Promise<Lease> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new Error(`A worker waits, but nobody gives it one of ${this.#model.startable()}.`);
      timer = setTimeout(() => reject(error), HAND_OVER_MS);
    });
    const given = this.#waiting.find(({ lease }) => lease !== undefined)?.lease;
    const lease = given ?? (await Promise.race([...this.#waiting.map(({ leased }) => leased), late]));
    clearTimeout(timer);
    if (lease === undefined) throw new Error("A worker was sent away.");
    this.#waiting = this.#waiting.filter((worker) => worker.lease !== lease);
    return lease;
  }

  async #compare(): Promise<void> {
    // All that has changed, and in turn one thing that has not.
    this.#steps++;
    const threads = this.#threads.filter((id, index) => this.#hasChanged(id) || this.#steps % THREADS === index);
    const temporary = this.#temporary.filter(({ threadId }) => this.#hasChanged(threadId));
    await Promise.all([
      ...threads.map((threadId) => this.#compareThread(threadId)),
      ...temporary.map((run) => this.#compareTemporary(run)),
    ]);
    this.#temporary = this.#temporary.filter(({ threadId }) => this.#model.activeOf(threadId).length > 0);
  }

  /** In the model, since it was asked last. */
  #hasChanged(threadId: string): boolean {
    const state = JSON.stringify([this.#model.threadStatus(threadId), this.#model.runsOf(threadId)]);
    const hasChanged = this.#compared.get(threadId) !== state;
    this.#compared.set(threadId, state);
    return hasChanged;
  }

  async #compareThread(threadId: string): Promise<void> {
    const { runs, threads } = this.#bench.backend;
    const [found, thread] = await Promise.all([runs.list(threadId, { limit: 1000, offset: 0 }), threads.get(threadId)]);
    expect(found.map((run) => [run.runId, run.status, run.attempt])).toEqual(this.#model.runsOf(threadId));
    expect(thread?.status).toBe(this.#model.threadStatus(threadId));
  }

  async #compareTemporary({ runId, threadId }: { runId: string; threadId: string }): Promise<void> {
    const { runs, threads } = this.#bench.backend;
    const [run, thread] = await Promise.all([runs.get(runId), threads.get(threadId)]);
    const found = run === undefined ? [] : [[run.runId, run.status, run.attempt]];
    expect(found).toEqual(this.#model.runsOf(threadId));
    expect(thread?.status).toBe(this.#model.threadStatus(threadId));
  }

  async #offer(): Promise<void> {
    const { what, delayMs } = this.#step;
    const thread = THREAD_MODES[what % THREAD_MODES.length] ?? "create";
    const run: NewRun = newRun({
      thread,
      ...(thread === "temporary" ? {} : { threadId: this.#pick(this.#threads) ?? "" }),
      kwargs: newKwargs({ temporary: thread === "temporary", resumable: what % 7 === 0 }),
      multitaskStrategy: STRATEGIES[(what >> 4) % STRATEGIES.length] ?? "enqueue",
      createdAt: this.#bench.clock.iso(),
      ...(delayMs === 0 ? {} : { notBefore: this.#bench.clock.iso(delayMs) }),
    });
    const outcome = await this.#bench.backend.queue.offer(run);
    const expected = this.#model.offer(run, this.#bench.clock.now().getTime() + delayMs);
    expect(outcome).toMatchObject(expected);
    if (outcome.status !== "accepted") return;
    this.#offered.push(run.runId);
    if (thread === "temporary") this.#temporary.push(run);
  }

  /** The oldest of all that may start is the one; where there is none, nothing is given. */
  async #lease(): Promise<void> {
    if (this.#waiting.length > 0) return;
    const [oldest] = this.#model.startable();
    if (oldest === undefined) {
      expect(await this.#bench.nothingIsReady()).toBe(true);
      return;
    }
    const lease = await this.#bench.lease(`worker-${this.#step.what % WORKERS}`);
    // A run among these was only taken before that of another thread; any other breaks the order of its own.
    expect(lease.run.runId, `of all that may start: ${this.#model.startable().join()}`).toBe(oldest);
    this.#note(lease);
  }

  #wait(workerId: string): void {
    const { queue } = this.#bench.backend;
    const leased = queue.lease({ workerId, leaseMs: LEASE_MS, signal: this.#workday.signal });
    const worker: WaitingWorker = { workerId, leased, lease: undefined };
    leased.then((lease) => {
      worker.lease = lease;
    });
    this.#waiting.push(worker);
  }

  #note(lease: Lease): void {
    expect(this.#model.lease(lease, LEASE_MS)).toEqual({ attempt: lease.attempt });
    this.#leases.push(lease);
  }

  async #settle(lease: Lease | undefined): Promise<void> {
    if (lease === undefined) return;
    const settlement = SETTLEMENTS[this.#step.what % SETTLEMENTS.length] as Settlement;
    const expected = this.#model.settle(lease, settlement);
    expect(await this.#bench.backend.queue.settle(lease, settlement)).toBe(expected);
    this.#former.push(lease);
  }

  async #release(lease: Lease | undefined): Promise<void> {
    if (lease === undefined) return;
    this.#model.release(lease);
    await this.#bench.backend.queue.release(lease);
    this.#former.push(lease);
  }

  async #renew(lease: Lease | undefined): Promise<void> {
    if (lease === undefined) return;
    const expected = this.#model.renew(lease, LEASE_MS);
    expect(await this.#bench.backend.queue.renew(lease, LEASE_MS)).toEqual(expected);
  }

  async #cancel(): Promise<void> {
    const runIds = [this.#pick(this.#offered), this.#offered.at(-1)].filter((id) => id !== undefined);
    const action = this.#step.what % 2 === 0 ? "interrupt" : "rollback";
    const wanted = [...new Set(runIds)];
    const expected = this.#model.cancel(wanted, action);
    expect(await this.#bench.backend.queue.cancel(wanted, action)).toEqual(expected);
  }

  #crash(): void {
    const lease = this.#takeLease();
    if (lease !== undefined) this.#former.push(lease);
  }

  async #comeBack(): Promise<void> {
    const lease = this.#pick(this.#former);
    const actions = [this.#settle, this.#release, this.#renew];
    await actions[this.#step.what % actions.length]?.call(this, lease);
  }

  /** Nobody waits meanwhile: a sweep passes over threads that are looked at for those who do. */
  async #sweep(maxAttempts: number): Promise<void> {
    const workers = await this.#sendAway();
    const expected = this.#model.sweep(maxAttempts);
    const ended = await this.#bench.backend.queue.sweep({ maxAttempts });
    expect(ended.map(({ runId }) => runId).sort()).toEqual(expected.sort());
    for (const { workerId } of workers) this.#wait(workerId);
  }

  async #night(): Promise<void> {
    await this.#forward(LEASE_MS + 1);
    this.#former.push(...this.#leases);
    this.#leases = [];
    await this.#sweep(MAX_ATTEMPTS);
  }

  async #deleteRun(): Promise<void> {
    const runId = this.#pick(this.#offered);
    if (runId === undefined) return;
    const expected = this.#model.deleteRun(runId);
    expect(await this.#bench.backend.runs.delete(runId)).toBe(expected);
  }

  async #deleteThread(): Promise<void> {
    const threadId = this.#pick(this.#threads) ?? "";
    const expected = this.#model.deleteThread(threadId);
    expect(await this.#bench.backend.threads.delete(threadId)).toBe(expected);
  }

  #takeLease(): Lease | undefined {
    const lease = this.#pick(this.#leases);
    this.#leases = this.#leases.filter((other) => other !== lease);
    return lease;
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[this.#step.which % Math.max(items.length, 1)];
  }
}
