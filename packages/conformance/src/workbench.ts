import { randomUUID } from "node:crypto";
import type {
  Backend,
  Lease,
  NewRun,
  OfferOutcome,
  RunRecord,
  Settlement,
  StoreSettings,
  ThreadRecord,
} from "@heddle/backend";
import { afterEach, beforeEach } from "vitest";
import { TestClock } from "./test-clock.ts";

/** Opens an empty backend that takes the time from `now`. */
export type OpenBackend = (options: { now: () => Date; store?: StoreSettings }) => Promise<Backend>;

/** Longer than any test takes. */
export const LEASE_MS = 60_000;

/** A fresh backend for each test, with what tests of queues say again and again. */
export class Workbench {
  readonly clock = new TestClock();
  readonly #open: OpenBackend;
  #backend: Backend | undefined;
  #abort = new AbortController();

  constructor(open: OpenBackend) {
    this.#open = open;
  }

  get backend(): Backend {
    if (this.#backend === undefined) throw new Error("The backend is open only within a test.");
    return this.#backend;
  }

  async open(): Promise<void> {
    this.#abort = new AbortController();
    this.#backend = await this.#open({ now: this.clock.now });
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#backend?.close();
    this.#backend = undefined;
  }

  /** Creates a thread. */
  async thread(metadata: Record<string, unknown> = {}): Promise<ThreadRecord> {
    const thread = await this.backend.threads.create({ threadId: randomUUID(), metadata, createdAt: this.clock.iso() });
    if (thread === undefined) throw new Error("A thread with a random id exists already.");
    return thread;
  }

  /** Offers a run that makes its thread if need be. */
  offer(run: Partial<NewRun> = {}): Promise<OfferOutcome> {
    return this.backend.queue.offer(newRun({ createdAt: this.clock.iso(), ...run }));
  }

  /** Offers a run that must be accepted. */
  async accepted(run: Partial<NewRun> = {}): Promise<RunRecord> {
    const outcome = await this.offer(run);
    if (outcome.status !== "accepted") throw new Error(`The run was not accepted: ${outcome.status}.`);
    return outcome.run;
  }

  /** Waits for the next run, if need be until the end of the test. */
  async lease(workerId = "worker-1", leaseMs = LEASE_MS): Promise<Lease> {
    const lease = await this.backend.queue.lease({ workerId, leaseMs, signal: this.#abort.signal });
    if (lease === undefined) throw new Error("The test ended before a run could be leased.");
    return lease;
  }

  /** Offers and leases. */
  async running(run: Partial<NewRun> = {}): Promise<Lease> {
    await this.accepted(run);
    return this.lease();
  }

  /** What workers are told of cancelled runs from now on. `first` resolves when they are told something: another process needs a moment. */
  hearCancels(): { heard: string[]; first: Promise<void> } {
    const heard: string[] = [];
    const first = new Promise<void>((resolve) => {
      this.backend.queue.onCancel((runId, action) => {
        heard.push(`${runId} ${action}`);
        resolve();
      });
    });
    return { heard, first };
  }

  settle(lease: Lease, settlement: Partial<Settlement> = {}): Promise<boolean> {
    return this.backend.queue.settle(lease, { status: "success", threadStatus: "idle", ...settlement });
  }

  /** Shows that nothing can start: a new run on a thread of its own is the next one leased. It is settled again. */
  async nothingIsReady(): Promise<boolean> {
    const probe = await this.accepted();
    const lease = await this.lease("probe");
    await this.settle(lease);
    return lease.run.runId === probe.runId;
  }

  async runStatus(runId: string): Promise<string | undefined> {
    return (await this.backend.runs.get(runId))?.status;
  }

  async threadStatus(threadId: string): Promise<string | undefined> {
    return (await this.backend.threads.get(threadId))?.status;
  }
}

/** A workbench whose backend is opened before and closed after each test of the surrounding block. */
export function useWorkbench(open: OpenBackend): Workbench {
  const bench = new Workbench(open);
  beforeEach(() => bench.open());
  afterEach(() => bench.close());
  return bench;
}

/** A run that says nothing special. */
export function newRun(run: Partial<NewRun> = {}): NewRun {
  return {
    runId: randomUUID(),
    threadId: randomUUID(),
    assistantId: ASSISTANT_ID,
    graphId: "agent",
    createdAt: new Date().toISOString(),
    kwargs: newKwargs(),
    multitaskStrategy: "enqueue",
    assistantConfig: {},
    runConfig: {},
    assistantMetadata: {},
    runMetadata: {},
    thread: "create",
    ...run,
  };
}

export const ASSISTANT_ID = "6b5c2b5e-6d0b-4f6a-8f0a-2f1d3c4b5a69";

export function newKwargs(kwargs: Partial<NewRun["kwargs"]> = {}): NewRun["kwargs"] {
  return {
    input: { messages: ["hello"] },
    context: {},
    stream_mode: ["values"],
    subgraphs: false,
    resumable: false,
    is_streamed: false,
    temporary: false,
    ...kwargs,
  };
}
