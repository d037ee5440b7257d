import type { Backend, Lease } from "@heddle/backend";
import type { BaseStore, CheckpointStorage } from "@heddle/checkpoint";
import type { CancelAction } from "@heddle/protocol";
import type { Logger } from "pino";
import type { LiveRuns } from "../events/live-runs.ts";
import type { EventWriter } from "../events/publish.ts";
import type { FeedbackLinks } from "../execution/feedback-links.ts";
import type { GraphRegistry } from "../graphs/graph-registry.ts";
import type { LoadedGraph } from "../graphs/load-graph.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Tracing } from "../tracing/tracing.ts";

/** What workers work with; built once by the composition root. */
export interface WorkerTools {
  backend: Backend;
  graphs: GraphRegistry;
  live: LiveRuns;
  events: EventWriter;
  checkpointerOf(graph: LoadedGraph, lease: Lease, beforePut?: () => Promise<void>): CheckpointStorage;
  graphStore: BaseStore;
  /** A run that takes longer ends as `timeout`; undefined for no limit. */
  runTimeoutMs: number | undefined;
  feedbackLinks: FeedbackLinks | undefined;
  metrics: Metrics;
  tracing: Tracing | undefined;
  /** To be told when a delivery was recorded. */
  wakeWebhooks(): void;
  logger: Logger;
}

/** Why an execution is broken off. */
export type AbortReason =
  | { kind: "cancelled"; action: CancelAction }
  | { kind: "lost" }
  | { kind: "released" }
  | { kind: "timeout"; afterMs: number };

/** A run that this process executes, as the pool holds it. */
export interface ActiveRun {
  lease: Lease;
  abort(reason: AbortReason): void;
  /** Asks the graph to stop at the end of its superstep. */
  drain(): void;
}
