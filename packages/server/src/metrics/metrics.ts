import type { Backend } from "@heddle/backend";
import type { Figures, ObservedRun } from "./figures.ts";

/** How long after its start a server loads what counts: it answers sooner without. */
const LOAD_AFTER_MS = 2000;

/** Takes note of what happens in one server process. What is noted before the counters are loaded is counted then. */
export class Metrics {
  readonly #backend: Backend;
  #waiting: ((figures: Figures) => void)[] = [];
  #figures: Figures | undefined;
  #loading: Promise<Figures> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): void {
    this.#timer = setTimeout(() => void this.#load(), LOAD_AFTER_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  runEnded(run: ObservedRun): void {
    this.#note((figures) => figures.runEnded(run));
  }

  superstepEnded(graphId: string, tookMs: number): void {
    this.#note((figures) => figures.superstepEnded(graphId, tookMs));
  }

  webhookTried(outcome: "delivered" | "pending" | "failed"): void {
    this.#note((figures) => figures.webhookTried(outcome));
  }

  /** A client began to read a stream; call what it returns when it stops. */
  streamOpened(): () => void {
    this.#note((figures) => figures.streamsChanged(1));
    let isOpen = true;
    return () => {
      if (isOpen) this.#note((figures) => figures.streamsChanged(-1));
      isOpen = false;
    };
  }

  /** Prometheus text format, and its media type. */
  async text(): Promise<{ text: string; contentType: string }> {
    const figures = await this.#load();
    return { text: await figures.text(), contentType: figures.contentType };
  }

  #note(note: (figures: Figures) => void): void {
    if (this.#figures === undefined) this.#waiting.push(note);
    else note(this.#figures);
  }

  #load(): Promise<Figures> {
    this.#loading ??= import("./figures.ts").then((module) => {
      const figures = new module.Figures(this.#backend);
      this.#figures = figures;
      for (const note of this.#waiting) note(figures);
      this.#waiting = [];
      return figures;
    });
    return this.#loading;
  }
}
