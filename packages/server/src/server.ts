import type { Backend, Lease, ThreadTtl } from "@heddle/backend";
import { type CheckpointStorage, JsonPlusSerializer } from "@heddle/checkpoint";
import type { Config, MissedFires } from "@heddle/protocol";
import type { Logger } from "pino";
import { loadAuth } from "./auth/load-auth.ts";
import type { AuthConfig } from "./config/auth-config.ts";
import { configurableHeaders, headerFilter } from "./config/header-list.ts";
import { type HttpConfig, httpConfig } from "./config/http-config.ts";
import { ServerError } from "./errors.ts";
import { LiveRuns } from "./events/live-runs.ts";
import { EventWriter } from "./events/publish.ts";
import type { FeedbackLinks } from "./execution/feedback-links.ts";
import { type GraphRegistry, loadGraphs } from "./graphs/graph-registry.ts";
import { GraphStore } from "./graphs/graph-store.ts";
import type { GraphSource, LoadedGraph } from "./graphs/load-graph.ts";
import { createApp } from "./http/app.ts";
import { loadCustomApp } from "./http/custom-app.ts";
import { problemResponse } from "./http/problem-response.ts";
import { defaultAssistantId } from "./ids.ts";
import { CronTicker } from "./schedules/cron-ticker.ts";
import type { ServerTools } from "./server-tools.ts";
import { ThreadSweeper } from "./threads/thread-sweeper.ts";
import { deliverWebhook } from "./workers/deliver-webhook.ts";
import { WorkerPool } from "./workers/worker-pool.ts";

export interface ServerOptions {
  backend: Backend;
  graphs: readonly GraphSource[];
  /** The folder which the paths of the graphs are relative to. */
  root: string;
  logger: Logger;
  version: string;
  /** How many runs are executed at the same time; 0 for a server that only answers requests. */
  concurrency: number;
  /** How long `close` lets running graphs reach the end of a superstep. */
  drainMs?: number;
  /** Graph id → what its default assistant is made with, when the server makes it. */
  assistantDefaults?: Record<string, Config & { context?: unknown }> | undefined;
  /** A run that takes longer ends as `timeout`; absent for no limit. */
  runTimeoutMs?: number | undefined;
  /** How long threads live that do not say so themselves, and how often to look; absent for ever. */
  threads?: ThreadOptions | undefined;
  /** What becomes of the missed times of crons that do not say so themselves. */
  missedFires?: MissedFires | undefined;
  /** Who makes the links of `feedback_keys`; absent: there is no such event. */
  feedbackLinks?: FeedbackLinks | undefined;
  /** Without it everybody may do everything. */
  auth?: AuthConfig | undefined;
  http?: HttpConfig | undefined;
}

export interface ThreadOptions {
  ttl?: ThreadTtl | undefined;
  /** @default a minute */
  sweepEveryMs?: number | undefined;
  /** How many threads one transaction ends at most. @default 1000 */
  sweepLimit?: number | undefined;
}

/** An Agent Server: a door for requests, and workers behind the backend's queue. */
export interface AgentServer {
  fetch(request: Request): Response | Promise<Response>;
  graphs: GraphRegistry;
  /** Stops taking runs, hands back those that are running, and waits until what was said is durable. The backend stays open. */
  close(): Promise<void>;
}

const LEASE_MS = 30_000;
const TRIM_EVERY_MS = 60_000;
const SWEEP_EVERY_MS = 60_000;
const SWEEP_LIMIT = 1000;

/** Events of runs that nobody asked to keep are kept this long after the run's end, for readers who come late. */
const EVENTS_KEPT_MS = 120_000;

/** The composition root: config → backend → door + workers. */
export async function createServer(options: ServerOptions): Promise<AgentServer> {
  const { backend, logger, version } = options;
  const graphs = await loadGraphs(options.graphs, options.root);
  await createDefaultAssistants(backend, graphs, options.assistantDefaults ?? {});
  const live = new LiveRuns();
  const events = new EventWriter(backend.events, live, logger);
  const checkpointerOf = rememberSerializers(backend);
  const graphStore = new GraphStore(backend.store);
  const auth = options.auth === undefined ? undefined : await loadAuth(options.auth, options.root, backend);
  const tools: ServerTools = {
    backend,
    graphs,
    live,
    logger,
    checkpointerOf,
    graphStore,
    auth,
    isConfigurableHeader: headerFilter(configurableHeaders(options.http?.configurable_headers)),
    threadTtl: options.threads?.ttl,
    missedFires: options.missedFires ?? "fire_once",
    onCronChange: () => ticker.wake(),
  };
  const ticker = new CronTicker({ tools });
  const sweeper = new ThreadSweeper(tools, {
    everyMs: options.threads?.sweepEveryMs ?? SWEEP_EVERY_MS,
    limit: options.threads?.sweepLimit ?? SWEEP_LIMIT,
  });
  const workers = new WorkerPool({
    ...tools,
    events,
    concurrency: options.concurrency,
    leaseMs: LEASE_MS,
    drainMs: options.drainMs ?? 5000,
    runTimeoutMs: options.runTimeoutMs,
    feedbackLinks: options.feedbackLinks,
    deliverWebhook: (delivery) => void deliverWebhook(delivery, logger),
  });
  await workers.start();
  ticker.start();
  sweeper.start();
  const trimmer = setInterval(() => void trimEvents(backend, logger), TRIM_EVERY_MS);
  trimmer.unref();
  const http = options.http ?? httpConfig.parse({});
  const custom = http.app === undefined ? undefined : await loadCustomApp(http.app, options.root);
  const app = createApp(tools, { version, http, custom, auth: options.auth });
  let isClosing = false;
  return {
    fetch: (request) => (isClosing ? refuseClosing(logger) : app.fetch(request)),
    graphs,
    close: async () => {
      isClosing = true;
      clearInterval(trimmer);
      sweeper.stop();
      await ticker.stop();
      await workers.stop();
      await events.flush();
    },
  };
}

function refuseClosing(logger: Logger): Response {
  return problemResponse(new ServerError("shutting_down", "The server is shutting down; try again"), "", logger);
}

/** One default assistant per graph; one that is there already stays as its users left it. */
async function createDefaultAssistants(
  backend: Backend,
  graphs: GraphRegistry,
  defaults: NonNullable<ServerOptions["assistantDefaults"]>,
): Promise<void> {
  const createdAt = new Date().toISOString();
  const ids = [...graphs.ids(), ...graphs.failures().map(({ graphId }) => graphId)];
  await Promise.all(
    ids.map((graphId) => {
      const { context = {}, ...config } = defaults[graphId] ?? {};
      return backend.assistants.create({
        assistantId: defaultAssistantId(graphId),
        graphId,
        name: graphId,
        description: null,
        config,
        context,
        metadata: { created_by: "system" },
        createdAt,
      });
    }),
  );
}

/** A checkpointer revives messages with the classes of the graph's own project, so each graph has a serializer of its own. */
function rememberSerializers(backend: Backend): (graph: LoadedGraph, lease?: Lease) => CheckpointStorage {
  const made = new WeakMap<LoadedGraph, JsonPlusSerializer>();
  return (graph, lease) => {
    let serializer = made.get(graph);
    if (serializer === undefined) {
      serializer = new JsonPlusSerializer({ messageClasses: graph.modules.messageClasses });
      made.set(graph, serializer);
    }
    return backend.checkpointer(serializer, lease);
  };
}

async function trimEvents(backend: Backend, logger: Logger): Promise<void> {
  try {
    await backend.events.trim({ endedBefore: new Date(Date.now() - EVENTS_KEPT_MS).toISOString() });
  } catch (error) {
    logger.error({ err: error }, "old events could not be removed");
  }
}
