import type { RunRecord } from "@heddle/backend";
import type { Metrics } from "./metrics.ts";

/** Takes the times of one run as its worker executes it. */
export class RunWatch {
  readonly #run: RunRecord;
  readonly #metrics: Metrics;
  readonly #startedAt = Date.now();
  #firstEventAt: number | undefined;
  #stepBeganAt = this.#startedAt;

  constructor(run: RunRecord, metrics: Metrics) {
    this.#run = run;
    this.#metrics = metrics;
  }

  /** The graph said something. */
  heard(): void {
    this.#firstEventAt ??= Date.now();
  }

  /** The root graph's state has changed: a superstep has ended. */
  stepped(): void {
    const now = Date.now();
    this.#metrics.superstepEnded(this.#run.graphId, now - this.#stepBeganAt);
    this.#stepBeganAt = now;
  }

  ended(status: string): void {
    const { graphId, createdAt, kwargs } = this.#run;
    this.#metrics.runEnded({
      graphId,
      status,
      dueAt: Date.parse(kwargs.due_at ?? createdAt),
      startedAt: this.#startedAt,
      firstEventAt: this.#firstEventAt,
      endedAt: Date.now(),
    });
  }
}
