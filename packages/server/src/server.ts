import { type Backend, GraphStore, type ThreadTtl, untilAvailable } from "@heddle/backend";
import type { MissedFires } from "@heddle/protocol";
import type { Logger } from "pino";
import { loadAuth } from "./auth/load-auth.ts";
import type { AuthConfig } from "./config/auth-config.ts";
import { configurableHeaders, headerFilter } from "./config/header-list.ts";
import { type HttpConfig, httpConfig } from "./config/http-config.ts";
import { type WebhookConfig, webhookConfig, webhookHeaders } from "./config/webhook-config.ts";
import { ServerError } from "./errors.ts";
import { LiveRuns } from "./events/live-runs.ts";
import { LogTrimmer } from "./events/log-trimmer.ts";
import { EventWriter } from "./events/publish.ts";
import type { FeedbackLinks } from "./execution/feedback-links.ts";
import { type AssistantDefaults, createDefaultAssistants } from "./graphs/default-assistants.ts";
import { graphCheckpointers } from "./graphs/graph-checkpointers.ts";
import { type GraphRegistry, loadGraphs } from "./graphs/graph-registry.ts";
import type { GraphSource } from "./graphs/load-graph.ts";
import { publicRoutes } from "./http/app.ts";
import { loadCustomApp } from "./http/custom-app.ts";
import { createDoor } from "./http/door.ts";
import { problemResponse } from "./http/problem-response.ts";
import { Metrics } from "./metrics/metrics.ts";
import { CronTicker } from "./schedules/cron-ticker.ts";
import type { ServerTools } from "./server-tools.ts";
import { StoreSweeper } from "./store/store-sweeper.ts";
import { ThreadSweeper } from "./threads/thread-sweeper.ts";
import { findTracing } from "./tracing/find-tracing.ts";
import { WebhookSender } from "./webhooks/webhook-sender.ts";
import { WorkerPool } from "./workers/worker-pool.ts";

export interface ServerOptions {
  backend: Backend;
  graphs: readonly GraphSource[];
  /** The folder which the paths of the configuration are relative to. */
  root: string;
  logger: Logger;
  version: string;
  /** How many runs are executed at the same time; 0 for a server that only answers requests. */
  concurrency: number;
  /**
   * How often a run is begun whose worker dies each time, before it is given up as an error.
   * @default 3
   */
  maxAttempts?: number;
  /** How long `close` lets running graphs reach the end of a superstep. */
  drainMs?: number;
  /** What default assistants are made with, when the server makes them. */
  assistantDefaults?: AssistantDefaults | undefined;
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
  /** An `Auth` that the program hands over, in place of `auth.path`. */
  authHooks?: unknown;
  http?: HttpConfig | undefined;
  webhooks?: WebhookOptions | undefined;
  /** How often to look for items of the store whose time is over. @default 5 minutes */
  sweepStoreEveryMs?: number | undefined;
}

export interface ThreadOptions {
  ttl?: ThreadTtl | undefined;
  /** @default a minute */
  sweepEveryMs?: number | undefined;
  /** How many threads one transaction ends at most. @default 1000 */
  sweepLimit?: number | undefined;
}

export interface WebhookOptions {
  config: WebhookConfig;
  /** What deliveries are signed with; without it they are not. */
  secret?: string | undefined;
  /** The variables that headers may name. */
  env?: Readonly<Record<string, string | undefined>>;
}

/** An Agent Server: a door for requests, and workers behind the backend's queue. */
export interface AgentServer {
  fetch(request: Request): Response | Promise<Response>;
  graphs: GraphRegistry;
  /** The routes that answer callers who are not authenticated; undefined when nobody has to be. */
  publicRoutes: readonly string[] | undefined;
  /** Stops taking runs, hands back those that are running, and waits until what was said is durable. The backend stays open. */
  close(): Promise<void>;
}

/** How long a database may be away while the server starts. */
const START_PATIENCE_MS = 15_000;

const LEASE_MS = 30_000;
const DRAIN_MS = 5_000;
const SWEEP_EVERY_MS = 60_000;
const SWEEP_STORE_EVERY_MS = 300_000;
const SWEEP_LIMIT = 1000;

/** The composition root: config → backend → door + workers. Nothing runs before all of the configuration has proved right. */
export async function createServer(options: ServerOptions): Promise<AgentServer> {
  const { backend, logger, version, root, auth: authConfig } = options;
  const http = options.http ?? httpConfig.parse({});
  const graphs = await loadGraphs(options.graphs, root);
  const auth =
    authConfig === undefined ? undefined : await loadAuth(authConfig, { root, backend, instance: options.authHooks });
  const custom = http.app === undefined ? undefined : await loadCustomApp(http.app, root);
  const { tools, background } = assemble(options, { graphs, auth, http, tracing: await findTracing() });
  const answer = createDoor(tools, { version, http, custom, auth: authConfig });
  const defaults = options.assistantDefaults ?? {};
  const patience = AbortSignal.timeout(START_PATIENCE_MS);
  await untilAvailable(() => createDefaultAssistants(backend.assistants, graphs, defaults), patience);
  const running = background(answer);
  await untilAvailable(() => running.start(), patience);
  let isClosing = false;
  return {
    fetch: (request) => (isClosing ? refuseClosing(logger) : answer(request)),
    graphs,
    publicRoutes: auth === undefined ? undefined : publicRoutes(http),
    close: async () => {
      isClosing = true;
      await running.stop();
    },
  };
}

type Loaded = Pick<ServerTools, "graphs" | "auth" | "tracing"> & { http: HttpConfig };

/** What requests work with, and what runs beside them once there is something that answers. */
function assemble(options: ServerOptions, { graphs, auth, http, tracing }: Loaded) {
  const { backend, logger, threads = {}, webhooks: { config, secret, env = {} } = DEFAULT_WEBHOOKS } = options;
  const live = new LiveRuns();
  const tools: ServerTools = {
    backend,
    graphs,
    live,
    logger,
    metrics: new Metrics(backend),
    tracing,
    checkpointerOf: graphCheckpointers(backend),
    graphStore: new GraphStore(backend.store),
    auth,
    isConfigurableHeader: headerFilter(configurableHeaders(http.configurable_headers)),
    threadTtl: threads.ttl,
    missedFires: options.missedFires ?? "fire_once",
    onCronChange: () => ticker.wake(),
    webhookPolicy: { ...config.url, isOff: http.disable_webhooks },
    wakeWebhooks: () => sender?.wake(),
  };
  const headers = webhookHeaders(config, env);
  const ticker = new CronTicker({ tools });
  const { sweepEveryMs: everyMs = SWEEP_EVERY_MS, sweepLimit: limit = SWEEP_LIMIT } = threads;
  const sweeper = new ThreadSweeper(tools, { everyMs, limit });
  const trimmer = new LogTrimmer(backend, logger);
  const storeSweeper = new StoreSweeper({
    backend,
    logger,
    everyMs: options.sweepStoreEveryMs ?? SWEEP_STORE_EVERY_MS,
  });
  const events = new EventWriter(backend.events, live, logger);
  const { concurrency, drainMs = DRAIN_MS, runTimeoutMs, feedbackLinks } = options;
  const workers = new WorkerPool({
    ...tools,
    events,
    concurrency,
    maxAttempts: options.maxAttempts ?? 3,
    leaseMs: LEASE_MS,
    drainMs,
    runTimeoutMs,
    feedbackLinks,
  });
  let sender: WebhookSender | undefined;
  const background = (fetch: AgentServer["fetch"]) => {
    const mayReachPrivate = config.url.allow_private_addresses ?? false;
    const onTried = (outcome: "delivered" | "pending" | "failed") => tools.metrics.webhookTried(outcome);
    const { webhooks } = backend;
    const prefix = http.mount_prefix ?? "";
    sender = new WebhookSender({ webhooks, headers, secret, mayReachPrivate, prefix, fetch, onTried, logger });
    const [beside, sending] = [[ticker, sweeper, storeSweeper, trimmer, tools.metrics], sender];
    return {
      start: async () => {
        await workers.start();
        for (const part of [...beside, sending]) part.start();
      },
      stop: async () => {
        for (const part of beside) await part.stop();
        await workers.stop();
        await sending.stop();
        await events.flush();
      },
    };
  };
  return { tools, background };
}

const DEFAULT_WEBHOOKS: WebhookOptions = { config: webhookConfig.parse({}) };

function refuseClosing(logger: Logger): Response {
  return problemResponse(new ServerError("shutting_down", "The server is shutting down; try again"), "", logger);
}
