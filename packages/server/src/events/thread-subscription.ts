import type { Backend, RunRecord, ThreadRecord } from "@heddle/backend";
import { Doorbell } from "./doorbell.ts";
import { isLogged } from "./is-logged.ts";
import type { LiveRuns } from "./live-runs.ts";
import { RunSubscription } from "./subscribe.ts";

/** An event of the stream of a thread. */
export interface ThreadEvent {
  /** run: of a run's own stream · lifecycle: a run began or ended · state: the thread's state changed. */
  kind: "run" | "lifecycle" | "state";
  event: string;
  /** JSON text. */
  data: string;
  /** Where to go on after it; changes of the state have no place of their own. */
  seq: string | undefined;
}

/** After which event to begin: `−1` for all there are, undefined for what comes from now on. */
export type ThreadPosition = "-1" | { runId: string; seq: number } | undefined;

/** How many runs are looked at first; later, when most of them are known, few will do. */
const FIRST_PAGE = 100;
const PAGE = 5;

/** Stands for the event that tells of a run's end. */
const AFTER_END = Number.MAX_SAFE_INTEGER;

export interface ThreadSubscriptionOptions {
  after: ThreadPosition;
  /** Whether changes of the state are told. */
  isStateWanted: boolean;
}

interface Followed {
  runId: string;
  subscription: RunSubscription;
}

/**
 * Reads the events of all runs of a thread, one run after the other, in the order in which they were executed.
 *
 * Runs are found by looking (`refresh`), which news of the thread give a reason for; one that begins in this process is attached
 * to at once, so that nothing it says is missed. Runs which were created by `wait` are not in the event log: of those only
 * readers in the process that executes them hear more than their end.
 */
export class ThreadSubscription {
  readonly #threadId: string;
  readonly #backend: Backend;
  readonly #live: LiveRuns;
  readonly #stops: (() => void)[];
  /** Runs that were read, are being read, or ended before this reader came. */
  readonly #known = new Set<string>();
  /** Runs that did not begin yet → the way to stop listening for their news. */
  readonly #waiting = new Map<string, () => void>();
  #queue: Followed[] = [];
  #current: Followed | undefined;
  #after: ThreadPosition;
  #isFirstLook = true;
  #isStale = true;
  #isClosed = false;
  /** undefined: nobody wants to know. */
  #state: string | undefined;
  readonly #bell = new Doorbell();

  constructor(
    thread: ThreadRecord,
    { backend, live }: { backend: Backend; live: LiveRuns },
    { after, isStateWanted }: ThreadSubscriptionOptions,
  ) {
    this.#threadId = thread.threadId;
    this.#state = isStateWanted ? stateOf(thread) : undefined;
    this.#backend = backend;
    this.#live = live;
    this.#after = after;
    this.#stops = [
      live.onBegin(thread.threadId, (run) => this.#follow(run, isLogged(run) ? -1 : undefined)),
      backend.events.listenThread(thread.threadId, () => this.#look()),
    ];
  }

  /** The next events; an empty list when none came within `patienceMs`; undefined when the thread is gone. */
  async next(patienceMs: number): Promise<ThreadEvent[] | undefined> {
    while (!this.#isClosed) {
      if (this.#current !== undefined) return this.#read(this.#current, patienceMs);
      this.#current = this.#queue.shift();
      if (this.#current !== undefined) continue;
      if (this.#isStale) {
        const events = await this.#refresh();
        if (events === undefined || events.length > 0) return events;
        continue;
      }
      if (!(await this.#bell.wait(patienceMs))) return [];
    }
    return undefined;
  }

  close(): void {
    this.#isClosed = true;
    for (const stop of [...this.#stops, ...this.#waiting.values()]) stop();
    for (const { subscription } of this.#queue) subscription.close();
    this.#current?.subscription.close();
    this.#bell.ring();
  }

  async #read({ runId, subscription }: Followed, patienceMs: number): Promise<ThreadEvent[]> {
    const events = await subscription.next(patienceMs);
    if (events !== undefined) {
      return events.map(({ event, data, seq }) => ({
        kind: event === "metadata" ? "lifecycle" : "run",
        event,
        data,
        seq: `${runId}:${seq}`,
      }));
    }
    subscription.close();
    this.#current = undefined;
    this.#isStale = true;
    const data = JSON.stringify({ status: "run_done", run_id: runId, run_status: subscription.result?.status });
    return [{ kind: "lifecycle", event: "metadata", data, seq: `${runId}:${AFTER_END}` }];
  }

  /** Looks for runs to follow and for a new state; undefined when the thread is gone. */
  async #refresh(): Promise<ThreadEvent[] | undefined> {
    this.#isStale = false;
    const runs = await this.#unknownRuns();
    const after = this.#after;
    for (const run of runs) {
      if (this.#known.has(run.runId)) continue;
      if (run.status === "pending") this.#awaitBeginning(run.runId);
      else if (typeof after === "object" && run.runId === after.runId) this.#followFrom(run, after.seq);
      else if (!this.#isFirstLook || after !== undefined) this.#follow(run, isLogged(run) ? -1 : undefined);
      else if (run.status === "running") this.#follow(run, undefined);
      else this.#known.add(run.runId);
    }
    this.#isFirstLook = false;
    this.#after = undefined;
    if (this.#queue.length > 0) {
      this.#isStale = true;
      return [];
    }
    return this.#stateChange();
  }

  async #stateChange(): Promise<ThreadEvent[] | undefined> {
    const thread = await this.#backend.threads.get(this.#threadId);
    if (thread === undefined) return undefined;
    if (this.#state === undefined) return [];
    const state = stateOf(thread);
    if (state === this.#state) return [];
    this.#state = state;
    const { threadId, status, values, interrupts, stateUpdatedAt } = thread;
    const data = { thread_id: threadId, status, values, interrupts, state_updated_at: stateUpdatedAt };
    return [{ kind: "state", event: "state_update", data: JSON.stringify(data), seq: undefined }];
  }

  /** Runs not followed before, oldest first. Those before the position the reader began at are left out. */
  async #unknownRuns(): Promise<RunRecord[]> {
    const recent = await this.#recentRuns();
    const waiting = [...this.#waiting.keys()].filter((runId) => recent.every((run) => run.runId !== runId));
    const older = await Promise.all(waiting.map((runId) => this.#backend.runs.get(runId)));
    return [...older.filter((run) => run !== undefined), ...recent];
  }

  /** Back to a run that is known: what is older is known too, or waits. */
  async #recentRuns(): Promise<RunRecord[]> {
    const found: RunRecord[] = [];
    const limit = this.#isFirstLook ? FIRST_PAGE : PAGE;
    for (let offset = 0; ; offset += limit) {
      const page = await this.#backend.runs.list(this.#threadId, { limit, offset });
      for (const run of page) {
        if (this.#known.has(run.runId)) return found;
        found.unshift(run);
        if (typeof this.#after === "object" && run.runId === this.#after.runId) return found;
      }
      if (page.length < limit || (this.#isFirstLook && this.#after === undefined)) return found;
    }
  }

  #follow(run: RunRecord, afterSeq: number | undefined): void {
    if (this.#known.has(run.runId)) return;
    this.#known.add(run.runId);
    this.#waiting.get(run.runId)?.();
    this.#waiting.delete(run.runId);
    const options = { afterSeq, isLogged: isLogged(run) };
    const subscription = new RunSubscription(run.runId, this.#backend, this.#live, options);
    this.#queue.push({ runId: run.runId, subscription });
    this.#look();
  }

  #followFrom(run: RunRecord, afterSeq: number): void {
    if (afterSeq === AFTER_END) this.#known.add(run.runId);
    else this.#follow(run, afterSeq);
  }

  #awaitBeginning(runId: string): void {
    if (!this.#waiting.has(runId))
      this.#waiting.set(
        runId,
        this.#backend.events.listen(runId, () => this.#look()),
      );
  }

  #look(): void {
    this.#isStale = true;
    this.#bell.ring();
  }
}

/** Two changes may be made within the same millisecond. */
function stateOf({ stateUpdatedAt, values, interrupts }: ThreadRecord): string {
  return JSON.stringify([stateUpdatedAt, values, interrupts]);
}
