import type { Backend } from "@heddle/backend";
import { Doorbell } from "./doorbell.ts";
import { findResult, pauseUnlessBroken } from "./find-result.ts";
import type { LiveRuns, RunResult } from "./live-runs.ts";

/** Waits for the end of one run, whoever executes it, without reading its events. */
export class RunEnd {
  readonly #runId: string;
  readonly #backend: Backend;
  readonly #live: LiveRuns;
  readonly #stops: (() => void)[];
  readonly #bell = new Doorbell();
  #result: RunResult | undefined;
  /** The run may have ended elsewhere: to be looked up. */
  #hasNews: boolean;

  /** A run that is new does not exist yet, so it cannot have ended. */
  constructor(runId: string, backend: Backend, live: LiveRuns, { isNew = false } = {}) {
    this.#runId = runId;
    this.#backend = backend;
    this.#live = live;
    this.#hasNews = !isNew;
    this.#stops = [
      live.attach(runId, {
        onEnd: (result) => {
          this.#result = result;
          this.#bell.ring();
        },
        onHandBack: () => this.#onNews(),
      }),
      backend.events.listen(runId, () => this.#onNews()),
    ];
  }

  /** How the run ended; undefined when patience ends before. */
  async wait(patienceMs: number): Promise<RunResult | undefined> {
    const deadline = Date.now() + patienceMs;
    try {
      while (this.#result === undefined) {
        if (this.#hasNews) {
          await this.#look();
          continue;
        }
        const left = deadline - Date.now();
        if (left > 0 && (await this.#bell.wait(left))) continue;
        // What was not told is found at the latest now.
        await this.#look();
        break;
      }
    } catch (error) {
      this.#hasNews = true;
      await pauseUnlessBroken(error, patienceMs);
    }
    return this.#result;
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#bell.ring();
  }

  /** While this process executes the run, it hears of the end itself. */
  #onNews(): void {
    if (this.#live.isRunning(this.#runId)) return;
    this.#hasNews = true;
    this.#bell.ring();
  }

  async #look(): Promise<void> {
    this.#hasNews = false;
    if (this.#live.isRunning(this.#runId)) return;
    const result = await findResult(this.#runId, this.#backend);
    if (result !== undefined && !this.#live.isRunning(this.#runId)) this.#result ??= result;
  }
}
