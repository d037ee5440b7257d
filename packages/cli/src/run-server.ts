import type { Backend } from "@heddle/backend";
import {
  type AgentServer,
  createServer,
  type LanggraphJson,
  loadStoreSettings,
  readLanggraphJson,
  type WebhookOptions,
} from "@heddle/server";
import { type ServerType, serve } from "@hono/node-server";
import { pino } from "pino";
import { loadTypeScript } from "./load-typescript.ts";
import { publishLoopback } from "./loopback.ts";
import { growHeapSlowly } from "./memory.ts";
import { openBackend } from "./open-backend.ts";
import { packageVersion } from "./package-version.ts";
import { readServerEnv } from "./server-env.ts";
import type { ServerSettings } from "./server-settings.ts";

export interface RunningServer {
  /** undefined for a worker, which has no door. */
  url: string | undefined;
  config: LanggraphJson;
  agents: AgentServer;
  /** Where the data lies, to be shown. */
  dataLocation: string;
  stop(): Promise<void>;
}

export interface RunOptions {
  /** For somebody who develops: what they run on their own machine may be reached. */
  isDev: boolean;
  /** Is told the files that the graphs are made of. */
  onImport: ((url: string) => void) | undefined;
}

/** The composition root of a server process: configuration → backend → server → port. */
export async function runServer(settings: ServerSettings, { isDev, onImport }: RunOptions): Promise<RunningServer> {
  growHeapSlowly();
  const config = readLanggraphJson(settings.configFile);
  for (const [name, value] of Object.entries(config.env)) process.env[name] ??= value;
  const logger = pino({ level: process.env.LOG_LEVEL ?? "warn" }, pino.destination({ fd: 2, sync: true }));
  process.on("unhandledRejection", (error) =>
    logger.error({ err: error }, "a promise of the graphs' code was rejected unheard"),
  );
  if (onImport !== undefined || config.graphs.some(({ from }) => typeof from === "string" && TYPESCRIPT.test(from)))
    await loadTypeScript(config, onImport);
  const store = await loadStoreSettings(config.store, config.root);
  const { backend, location } = await openBackend(settings, config.root, { store, logger });
  let agents: AgentServer | undefined;
  try {
    agents = await createServer({
      backend,
      graphs: config.graphs,
      root: config.root,
      auth: config.auth,
      http: config.http,
      webhooks: webhookOptions(config, isDev, process.env),
      logger,
      version: packageVersion(),
      maxAttempts: settings.maxAttempts,
      concurrency: settings.role === "http" ? 0 : settings.concurrency,
      threads: config.threads,
      missedFires: config.missedFires,
      sweepStoreEveryMs: (config.store?.ttl?.sweep_interval_minutes ?? 5) * 60_000,
      ...readServerEnv(process.env),
    });
    const { server, url } = settings.role === "worker" ? NO_DOOR : await listen(agents, settings);
    publishLoopback(agents.fetch, `http://localhost:${settings.port}${config.http.mount_prefix ?? ""}`);
    return { url, config, agents, dataLocation: location, stop: () => stop(server, agents, backend) };
  } catch (error) {
    await agents?.close();
    await backend.close();
    throw error;
  }
}

/** Those who develop have their receivers on this machine; a server in production has to say so. */
function webhookOptions({ webhooks }: LanggraphJson, isDev: boolean, env: NodeJS.ProcessEnv): WebhookOptions {
  const { allow_private_addresses = isDev } = webhooks.url;
  const url = { ...webhooks.url, allow_private_addresses };
  return { config: { ...webhooks, url }, secret: env.HEDDLE_WEBHOOK_SECRET, env };
}

const TYPESCRIPT = /\.[cm]?tsx?:/;

const NO_DOOR = { server: undefined, url: undefined };

/** First no new requests, then the runs, then the open streams, last the data. */
async function stop(server: ServerType | undefined, agents: AgentServer | undefined, backend: Backend): Promise<void> {
  const closed = new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  await agents?.close();
  if (server !== undefined && "closeAllConnections" in server) server.closeAllConnections();
  await closed;
  await backend.close();
}

function listen(agents: AgentServer, { port, host }: ServerSettings): Promise<{ server: ServerType; url: string }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: agents.fetch, port, hostname: host }, (address) => {
      const name = host.includes(":") ? `[${host}]` : host;
      resolve({ server, url: `http://${name}:${address.port}` });
    });
    server.on("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "the port is in use; choose another one with --port" : error.message;
      reject(new Error(`Cannot listen on ${host}:${port}: ${why}`, { cause: error }));
    });
  });
}
