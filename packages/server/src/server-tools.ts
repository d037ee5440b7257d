import type { Backend, Lease, ThreadTtl } from "@heddle/backend";
import type { BaseStore, CheckpointStorage } from "@heddle/checkpoint";
import type { MissedFires } from "@heddle/protocol";
import type { Logger } from "pino";
import type { Authentication } from "./auth/authentication.ts";
import type { LiveRuns } from "./events/live-runs.ts";
import type { GraphRegistry } from "./graphs/graph-registry.ts";
import type { LoadedGraph } from "./graphs/load-graph.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { Tracing } from "./tracing/tracing.ts";
import type { WebhookPolicy } from "./webhooks/webhook-policy.ts";

/** What the door and the admission work with; built once by the composition root. */
export interface ServerTools {
  backend: Backend;
  graphs: GraphRegistry;
  live: LiveRuns;
  /** The graph's checkpointer, as all write or as one run does (see Backend.checkpointer). */
  checkpointerOf(graph: LoadedGraph, lease?: Lease, beforePut?: () => Promise<void>): CheckpointStorage;
  /** The backend's store as graphs take it. */
  graphStore: BaseStore;
  /** For threads that are made or run without a time to live of their own. */
  threadTtl: ThreadTtl | undefined;
  /** For crons that do not say what becomes of missed times. */
  missedFires: MissedFires;
  /** To be told when a cron was made or changed. */
  onCronChange(): void;
  logger: Logger;
  metrics: Metrics;
  /** undefined: nobody listens for spans. */
  tracing: Tracing | undefined;
  /** Which webhooks clients may name. */
  webhookPolicy: WebhookPolicy;
  /** To be told when a delivery was recorded. */
  wakeWebhooks(): void;
  /** Which request headers graphs find in `configurable`. */
  isConfigurableHeader(name: string): boolean;
  /** undefined: everybody may do everything. */
  auth?: Authentication | undefined;
}
