import type { Backend, Lease } from "@heddle/backend";
import { type Checkpointer, JsonPlusSerializer } from "@heddle/checkpoint";
import type { Logger } from "pino";
import { loadAuth } from "./auth/load-auth.ts";
import type { AuthConfig } from "./config/auth-config.ts";
import { configurableHeaders, headerFilter } from "./config/header-list.ts";
import { type HttpConfig, httpConfig } from "./config/http-config.ts";
import { ServerError } from "./errors.ts";
import { LiveRuns } from "./events/live-runs.ts";
import { EventWriter } from "./events/publish.ts";
import { type GraphRegistry, loadGraphs } from "./graphs/graph-registry.ts";
import { GraphStore } from "./graphs/graph-store.ts";
import type { GraphSource, LoadedGraph } from "./graphs/load-graph.ts";
import { createApp } from "./http/app.ts";
import { loadCustomApp } from "./http/custom-app.ts";
import { problemResponse } from "./http/problem-response.ts";
import { defaultAssistantId } from "./ids.ts";
import type { ServerTools } from "./server-tools.ts";
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
  /** Without it everybody may do everything. */
  auth?: AuthConfig | undefined;
  http?: HttpConfig | undefined;
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

/** Events of runs that nobody asked to keep are kept this long after the run's end, for readers who come late. */
const EVENTS_KEPT_MS = 120_000;

/** The composition root: config → backend → door + workers. */
export async function createServer(options: ServerOptions): Promise<AgentServer> {
  const { backend, logger, version } = options;
  const graphs = await loadGraphs(options.graphs, options.root);
  await createDefaultAssistants(backend, graphs);
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
  };
  const workers = new WorkerPool({
    ...tools,
    events,
    concurrency: options.concurrency,
    leaseMs: LEASE_MS,
    drainMs: options.drainMs ?? 5000,
    deliverWebhook: (delivery) => void deliverWebhook(delivery, logger),
  });
  await workers.start();
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
      await workers.stop();
      await events.flush();
    },
  };
}

function refuseClosing(logger: Logger): Response {
  return problemResponse(new ServerError("shutting_down", "The server is shutting down; try again"), "", logger);
}

/** One default assistant per graph; one that is there already stays as its users left it. */
async function createDefaultAssistants(backend: Backend, graphs: GraphRegistry): Promise<void> {
  const createdAt = new Date().toISOString();
  const ids = [...graphs.ids(), ...graphs.failures().map(({ graphId }) => graphId)];
  await Promise.all(
    ids.map((graphId) =>
      backend.assistants.create({
        assistantId: defaultAssistantId(graphId),
        graphId,
        name: graphId,
        description: null,
        config: {},
        context: {},
        metadata: { created_by: "system" },
        createdAt,
      }),
    ),
  );
}

/** A checkpointer revives messages with the classes of the graph's own project, so each graph has a serializer of its own. */
function rememberSerializers(backend: Backend): (graph: LoadedGraph, lease?: Lease) => Checkpointer {
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
