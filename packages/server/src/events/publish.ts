import { type EventLog, type NewEvent, type RunRecord, untilAvailable } from "@heddle/backend";
import type { Logger } from "pino";
import type { LiveRuns } from "./live-runs.ts";

/** How long an event may wait for others to be appended together. */
const FLUSH_MS = 5;

/**
 * Each time a run is begun anew its event ids jump by this much: ids that a crashed worker gave to events which were not yet
 * durable are never used again, so a reader who saw them misses nothing.
 */
export const SEQS_PER_ATTEMPT = 1_000_000_000;

/** Says the events of one run. */
export interface Publisher {
  /** False while nobody would ever read what is published: it need not be made. */
  isHeard(): boolean;
  /** @param data JSON text */
  publish(event: string, data: string): void;
  /** An event with its id that is not said yet: it goes out with `settle`, after the run's end is durable. */
  draft(event: string, data: string): NewEvent;
}

/** Appends what is said to the event log, many events of many runs at once. */
export class EventWriter {
  readonly #log: EventLog;
  readonly #live: LiveRuns;
  readonly #logger: Logger;
  #waiting: NewEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(log: EventLog, live: LiveRuns, logger: Logger) {
    this.#log = log;
    this.#live = live;
    this.#logger = logger;
  }

  /** For a run that this process executes. Without `isLogged` its events reach only those who listen now. */
  publisher(run: RunRecord, isLogged: boolean): Publisher {
    let seq = (run.attempt - 1) * SEQS_PER_ATTEMPT;
    const { runId, attempt } = run;
    const draft = (event: string, data: string): NewEvent => ({ runId, attempt, seq: seq++, event, data });
    const publish = (event: string, data: string) => {
      const logged = draft(event, data);
      this.#live.say(logged, isLogged);
      if (isLogged) this.#enqueue(logged);
    };
    return { isHeard: () => isLogged || this.#live.isHeard(runId), publish, draft };
  }

  /**
   * The run's events that are not durable yet, to be written with its settlement; they are not appended any more. An append
   * that is under way is waited for, so that no event is written twice.
   */
  async take(runId: string): Promise<NewEvent[]> {
    this.#waiting = this.#waiting.filter((event) => event.runId !== runId);
    await this.#flushing;
    return this.#live.unflushed(runId);
  }

  /** Waits until what was said is durable. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#waiting;
    this.#waiting = [];
    if (events.length > 0) this.#flushing = this.#flushing.then(() => this.#append(events));
    await this.#flushing;
  }

  #enqueue(event: NewEvent): void {
    this.#waiting.push(event);
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  async #append(events: NewEvent[]): Promise<void> {
    try {
      await untilAvailable(() => this.#log.append(events));
    } catch (error) {
      // The readers have them; they stay unflushed, and the settlement of their run writes them.
      this.#logger.error({ err: error, events: events.length }, "events could not be appended to the event log");
      return;
    }
    for (const event of events) this.#live.flushed(event.runId, event.seq);
  }
}
