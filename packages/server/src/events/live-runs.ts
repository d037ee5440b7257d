import type { LoggedEvent, RunRecord } from "@heddle/backend";
import type { ErrorEvent, RunStatus } from "@heddle/protocol";

/** How a run ended, for those who wait for it. */
export interface RunResult {
  status: RunStatus;
  /** JSON text of the last state values; undefined when the run left none. */
  valuesJson?: string | undefined;
  error?: ErrorEvent | undefined;
}

/** Someone who follows a run in this process. */
export interface RunListener {
  /** Absent: only the end is of interest. */
  onEvent?(event: LoggedEvent): void;
  onEnd(result: RunResult): void;
  /** This process does not execute the run any more; how it went on is known to the backend only. */
  onHandBack(): void;
}

interface LiveRun {
  listeners: Set<RunListener>;
  /** Said, but not yet durable: a listener who comes now finds these not in the log. */
  unflushed: LoggedEvent[];
  isRunning: boolean;
}

/**
 * The runs that this process executes or follows: where a worker's events meet their readers without a detour over the backend.
 *
 * A reader gets every event once: on attaching it is handed what is not yet in the log, and everything after that; what came
 * before it reads from the log.
 */
export class LiveRuns {
  readonly #runs = new Map<string, LiveRun>();
  readonly #beginListeners = new Map<string, Set<(run: RunRecord) => void>>();

  /** Follows a run, which may not exist yet. Returns the way to stop. */
  attach(runId: string, listener: RunListener): () => void {
    const run = this.#of(runId);
    if (listener.onEvent !== undefined) for (const event of run.unflushed) listener.onEvent(event);
    run.listeners.add(listener);
    return () => {
      run.listeners.delete(listener);
      this.#forgetIfUnused(runId, run);
    };
  }

  /** True while a worker of this process executes the run. */
  isRunning(runId: string): boolean {
    return this.#runs.get(runId)?.isRunning ?? false;
  }

  /** Whether somebody in this process will hear the run's end. */
  isFollowed(runId: string): boolean {
    return (this.#runs.get(runId)?.listeners.size ?? 0) > 0;
  }

  begin(run: RunRecord): void {
    this.#of(run.runId).isRunning = true;
    for (const listener of this.#beginListeners.get(run.threadId) ?? []) listener(run);
  }

  /** Calls back when this process begins to execute a run of the thread, before the run says anything. Returns the way to stop. */
  onBegin(threadId: string, listener: (run: RunRecord) => void): () => void {
    const listeners = this.#beginListeners.get(threadId) ?? new Set();
    this.#beginListeners.set(threadId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#beginListeners.get(threadId) === listeners)
        this.#beginListeners.delete(threadId);
    };
  }

  /** Tells all listeners; `isLogged` events are kept until `flushed` says that they are durable. */
  say(event: LoggedEvent, isLogged: boolean): void {
    const run = this.#of(event.runId);
    if (isLogged) run.unflushed.push(event);
    for (const listener of run.listeners) listener.onEvent?.(event);
  }

  /** Whether somebody listens to the run's events now. */
  isHeard(runId: string): boolean {
    for (const listener of this.#runs.get(runId)?.listeners ?? []) if (listener.onEvent !== undefined) return true;
    return false;
  }

  unflushed(runId: string): LoggedEvent[] {
    return this.#runs.get(runId)?.unflushed ?? [];
  }

  /** Events of the run up to `seq` are durable. */
  flushed(runId: string, seq: number): void {
    const run = this.#runs.get(runId);
    if (run !== undefined) run.unflushed = run.unflushed.filter((event) => event.seq > seq);
  }

  /** The run has ended, or will never start. */
  end(runId: string, result: RunResult): void {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    this.#runs.delete(runId);
    for (const listener of run.listeners) listener.onEnd(result);
  }

  /** This process stops executing the run, which has not ended: its readers wait for whoever takes it up. */
  handBack(runId: string): void {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    run.isRunning = false;
    run.unflushed = [];
    for (const listener of run.listeners) listener.onHandBack();
    this.#forgetIfUnused(runId, run);
  }

  #of(runId: string): LiveRun {
    let run = this.#runs.get(runId);
    if (run === undefined) {
      run = { listeners: new Set(), unflushed: [], isRunning: false };
      this.#runs.set(runId, run);
    }
    return run;
  }

  #forgetIfUnused(runId: string, run: LiveRun): void {
    if (run.listeners.size === 0 && !run.isRunning && this.#runs.get(runId) === run) this.#runs.delete(runId);
  }
}
