import type { Backend, LoggedEvent } from "@heddle/backend";
import { Doorbell } from "./doorbell.ts";
import { findResult, pauseUnlessBroken } from "./find-result.ts";
import type { LiveRuns, RunResult } from "./live-runs.ts";
import { isAnswer } from "./run-answer.ts";

/** A reader that falls behind by more text than this forgets its queue and goes on from the event log. */
const MAX_QUEUED_CHARACTERS = 64 * 1024;

/** A run that is not in the log cannot be read from there: a reader who falls behind by more is given up. */
const MAX_UNLOGGED_CHARACTERS = 1024 * 1024;

const READ_BATCH = 256;

export interface SubscribeOptions {
  /** The last event the reader has; −1 for all there are; undefined for only what comes from now on. */
  afterSeq: number | undefined;
  /** False for a run whose events are not in the log: then a slow reader is given up in the end. */
  isLogged: boolean;
  /** The run does not exist yet, so it cannot have ended. */
  isNew?: boolean;
}

/**
 * Reads the events of one run: first what the log holds after `afterSeq`, then live, each event once and in order.
 *
 * States: `replay` (from the log, entered at the start and whenever the queue grew too long) → `live` (from the queue) → `ended`.
 */
export class RunSubscription {
  readonly #runId: string;
  readonly #backend: Backend;
  readonly #live: LiveRuns;
  readonly #isLogged: boolean;
  readonly #stops: (() => void)[];
  #lastSeq: number;
  #isReplaying: boolean;
  /** Whether the run had ended before this reader came was looked up. */
  #isChecked: boolean;
  #queue: LoggedEvent[] = [];
  #queuedCharacters = 0;
  #isOverrun = false;
  #result: RunResult | undefined;
  readonly #bell = new Doorbell();

  constructor(runId: string, backend: Backend, live: LiveRuns, options: SubscribeOptions) {
    this.#runId = runId;
    this.#backend = backend;
    this.#live = live;
    this.#isLogged = options.isLogged;
    this.#isChecked = options.isNew ?? false;
    this.#lastSeq = options.afterSeq ?? -1;
    this.#isReplaying = options.afterSeq !== undefined;
    this.#stops = [
      live.attach(runId, {
        onEvent: (event) => this.#push(event),
        onEnd: (result) => {
          this.#result = result;
          this.#bell.ring();
        },
        onHandBack: () => this.#onLogChange(),
      }),
      backend.events.listen(runId, () => this.#onLogChange()),
    ];
  }

  /** How the run ended; undefined while it goes on. */
  get result(): RunResult | undefined {
    return this.#result;
  }

  /** The next events; an empty list when none came within `patienceMs`; undefined when the run has ended and all was read. */
  async next(patienceMs: number): Promise<LoggedEvent[] | undefined> {
    try {
      return await this.#next(patienceMs);
    } catch (error) {
      await pauseUnlessBroken(error, patienceMs);
      return [];
    }
  }

  async #next(patienceMs: number): Promise<LoggedEvent[] | undefined> {
    for (;;) {
      if (this.#isOverrun) throw new Error(`A reader of run "${this.#runId}", which is not logged, fell behind`);
      if (this.#isReplaying) {
        const events = await this.#replay();
        if (events.length > 0) return events;
        continue;
      }
      if (this.#queue.length > 0) {
        const events = this.#takeQueue();
        // All of them may have been read from the log meanwhile.
        if (events.length > 0) return events;
        continue;
      }
      if (!this.#isChecked) {
        await this.#checkOnce();
        continue;
      }
      if (this.#result !== undefined) return undefined;
      const woken = await this.#bell.wait(patienceMs);
      if (woken) continue;
      await this.#checkEnd();
      if (this.#result === undefined && this.#queue.length === 0) return [];
    }
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#bell.ring();
  }

  #push(event: LoggedEvent): void {
    if (event.seq <= this.#lastSeq) return;
    this.#queue.push(event);
    this.#queuedCharacters += event.data.length;
    if (this.#isLogged && this.#queuedCharacters > MAX_QUEUED_CHARACTERS && !this.#isReplaying) {
      this.#isReplaying = true;
      this.#lastSeq = (this.#queue[0]?.seq ?? event.seq) - 1;
      this.#queue = [];
      this.#queuedCharacters = 0;
    }
    if (!this.#isLogged && this.#queuedCharacters > MAX_UNLOGGED_CHARACTERS) this.#isOverrun = true;
    this.#bell.ring();
  }

  #takeQueue(): LoggedEvent[] {
    const events = this.#queue.filter((event) => event.seq > this.#lastSeq);
    this.#queue = [];
    this.#queuedCharacters = 0;
    this.#lastSeq = events.at(-1)?.seq ?? this.#lastSeq;
    return events;
  }

  /** One batch from the log. When there is no more, all the log holds was read, and the queue continues it. */
  async #replay(): Promise<LoggedEvent[]> {
    const events = await this.#backend.events.read(this.#runId, this.#lastSeq, READ_BATCH);
    const last = events.at(-1);
    if (last === undefined) {
      this.#isReplaying = false;
      this.#catchUp();
      if (!this.#live.isRunning(this.#runId)) await this.#checkEnd();
      return [];
    }
    this.#lastSeq = last.seq;
    return events.filter((event) => !isAnswer(event));
  }

  /** What was said while replaying and is not yet in the log. */
  #catchUp(): void {
    const known = new Set(this.#queue.map((event) => event.seq));
    const missing = this.#live
      .unflushed(this.#runId)
      .filter((event) => event.seq > this.#lastSeq && !known.has(event.seq));
    if (missing.length > 0) this.#queue = [...this.#queue, ...missing].sort((left, right) => left.seq - right.seq);
  }

  /** Another process, or the settlement, appended to the log. */
  #onLogChange(): void {
    if (this.#live.isRunning(this.#runId)) return;
    this.#isReplaying = true;
    this.#bell.ring();
  }

  async #checkOnce(): Promise<void> {
    if (this.#isChecked) return;
    await this.#checkEnd();
    this.#isChecked = true;
  }

  /** Looks whether a run which nobody in this process executes has ended or is gone. */
  async #checkEnd(): Promise<void> {
    if (this.#result !== undefined || this.#live.isRunning(this.#runId)) return;
    const result = await findResult(this.#runId, this.#backend);
    if (result !== undefined && !this.#live.isRunning(this.#runId)) this.#result ??= result;
  }
}
