import type { Backend } from "@heddle/backend";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Seconds, from a hand-over within one process to a run that takes minutes. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** How a run went, as its worker saw it. Times are milliseconds of the epoch. */
export interface ObservedRun {
  graphId: string;
  status: string;
  /** When it was allowed to start. */
  dueAt: number;
  startedAt: number;
  /** Absent when its graph said nothing. */
  firstEventAt?: number | undefined;
  endedAt: number;
}

/** The figures of one server process, as Prometheus reads them. Those of the queue are of all processes on its database. */
export class Figures {
  readonly #registry = new Registry();
  readonly #runs: Counter;
  readonly #duration: Histogram;
  readonly #wait: Histogram;
  readonly #firstEvent: Histogram;
  readonly #superstep: Histogram;
  readonly #webhooks: Counter;
  readonly #streams: Gauge;

  constructor(backend: Backend) {
    const registers = [this.#registry];
    const seconds = (name: string, help: string, labelNames: string[] = ["graph_id"]) =>
      new Histogram({ name, help, labelNames, buckets: BUCKETS, registers });
    this.#runs = new Counter({
      name: "heddle_runs_total",
      help: "Runs that ended in this process, by how they ended.",
      labelNames: ["graph_id", "status"],
      registers,
    });
    this.#duration = seconds("heddle_run_seconds", "From a run's start to its end.");
    this.#wait = seconds("heddle_run_wait_seconds", "How long a run that was due waited for a worker.");
    this.#firstEvent = seconds(
      "heddle_run_first_event_seconds",
      "From when a run was due to the first event of its graph.",
    );
    this.#superstep = seconds("heddle_superstep_seconds", "How long a superstep of a root graph took.");
    this.#webhooks = new Counter({
      name: "heddle_webhook_attempts_total",
      help: "Tries to deliver to a webhook, by what became of them.",
      labelNames: ["outcome"],
      registers,
    });
    this.#streams = new Gauge({ name: "heddle_open_streams", help: "Event streams that clients read now.", registers });
    this.#addGauges(backend, registers);
    collectDefaultMetrics({ register: this.#registry, prefix: "heddle_" });
  }

  runEnded({ graphId, status, dueAt, startedAt, firstEventAt, endedAt }: ObservedRun): void {
    const labels = { graph_id: graphId };
    this.#runs.inc({ ...labels, status });
    this.#duration.observe(labels, toSeconds(endedAt - startedAt));
    this.#wait.observe(labels, toSeconds(startedAt - dueAt));
    if (firstEventAt !== undefined) this.#firstEvent.observe(labels, toSeconds(firstEventAt - dueAt));
  }

  superstepEnded(graphId: string, tookMs: number): void {
    this.#superstep.observe({ graph_id: graphId }, toSeconds(tookMs));
  }

  webhookTried(outcome: "delivered" | "pending" | "failed"): void {
    this.#webhooks.inc({ outcome });
  }

  /** Clients that began to read a stream, less those that stopped. */
  streamsChanged(by: 1 | -1): void {
    this.#streams.inc(by);
  }

  /** Prometheus text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #addGauges(backend: Backend, registers: Registry[]): void {
    const queued = new Gauge({
      name: "heddle_queue_runs",
      help: "Runs that wait or are executed, on all processes of the database.",
      labelNames: ["status"],
      registers,
      collect: async () => {
        const { pending, running } = await backend.queue.depth();
        queued.set({ status: "pending" }, pending);
        queued.set({ status: "running" }, running);
      },
    });
    const { pool } = backend;
    if (pool === undefined) return;
    const connections = new Gauge({
      name: "heddle_database_connections",
      help: "Connections of this process's pool; waiting are the queries that have none.",
      labelNames: ["state"],
      registers,
      collect: () => {
        for (const [state, count] of Object.entries(pool())) connections.set({ state }, count);
      },
    });
  }
}

/** Clocks of two processes may differ by more than a hand-over takes. */
function toSeconds(ms: number): number {
  return Math.max(0, ms) / 1000;
}
